"""The time range of a board, and the macros that stand for it in queries.

Prometheus: `$__rate_interval`, `$__interval` and `$__range`. ClickHouse, as the plugin's documentation has them:
`$__fromTime` and `$__toTime`, the ends as DateTime, and `$__timeFilter(column)`, both as a condition.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_MONTH_S: Final = 30 * 86_400
_UNITS: Final = {"m": 60, "h": 3_600, "d": 86_400, "w": 604_800, "M": _MONTH_S, "y": 365 * 86_400}


@dataclass(frozen=True)
class Span:
    """From when to when, in Unix seconds, with so many points over time; Prometheus scrapes every `scrape_s`."""

    begin: float
    end: float
    scrape_s: float = 15.0
    points: int = 200

    @property
    def step_s(self) -> float:
        """Seconds from one point to the next, not below the scrapes."""
        return max((self.end - self.begin) / self.points, self.scrape_s)

    def promql(self, expression: str) -> str:
        """Fill the macros of an expression."""
        rate = max(self.step_s + self.scrape_s, 4 * self.scrape_s)
        for macro, seconds in (
            ("$__rate_interval", rate),
            ("$__interval", self.step_s),
            ("$__range", self.end - self.begin),
        ):
            expression = expression.replace(macro, f"{max(round(seconds), 1)}s")
        return expression

    def sql(self, statement: str) -> str:
        """Fill the macros of a statement."""
        begin, end = f"toDateTime({int(self.begin)})", f"toDateTime({int(self.end)})"
        statement = re.sub(r"\$__timeFilter\(([^()]+)\)", rf"\1 >= {begin} AND \1 <= {end}", statement)
        return statement.replace("$__fromTime", begin).replace("$__toTime", end)


def length_s(since: str) -> int:
    """Return the seconds of a relative time such as `now-24h`. Raises ValueError for any other form."""
    match = re.fullmatch(r"now-(\d+)([mhdwMy])", since)
    if match is None:
        raise ValueError(f"{since!r} is no time such as now-24h")
    return int(match[1]) * _UNITS[match[2]]
