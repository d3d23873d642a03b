"""How long rules wait and look back: lengths of Prometheus, divided by a pace for drills and tests."""

from __future__ import annotations

import re
from typing import Final

_UNITS_MS: Final = {"d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1_000}
_LENGTH: Final = re.compile(r"(\d+)([dhms])")

FASTEST: Final = 60
"""The highest pace. The shortest look back, 5 minutes, becomes 5 seconds: a few scrapes at one a second."""


class Pace:
    """Divides every length of a rule by `factor`, so that the same rules work that many times faster.

    Raises ValueError for a factor below 1 or above FASTEST.
    """

    def __init__(self, factor: int = 1) -> None:
        if not 1 <= factor <= FASTEST:
            raise ValueError(f"the pace is {factor}: it may be 1 to {FASTEST}")
        self.factor = factor

    def __call__(self, length: str) -> str:
        """Return a length such as `5m` or `28d` at this pace, as Prometheus writes it."""
        return _written(_milliseconds(length) // self.factor)

    def at_least(self, length: str, least: str) -> str:
        """Return a length at this pace, but no less than `least`: a machine is no faster in a drill than else."""
        return _written(max(_milliseconds(least), _milliseconds(length) // self.factor))

    def every(self, length: str) -> str:
        """Return how often something is done at this pace; more than once a second is no use."""
        return self.at_least(length, "1s")


def _milliseconds(length: str) -> int:
    found = _LENGTH.fullmatch(length)
    if found is None:
        raise ValueError(f"{length!r} is no length: write 30s, 5m, 6h or 28d")
    return int(found[1]) * _UNITS_MS[found[2]]


def _written(milliseconds: int) -> str:
    for unit, size in _UNITS_MS.items():
        if milliseconds % size == 0:
            return f"{milliseconds // size}{unit}"
    return f"{milliseconds}ms"
