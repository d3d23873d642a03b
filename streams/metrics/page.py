"""Writes the tables of docs/reference/metrics.md: all metrics, and how many series there can be.

Run as `python -m streams.metrics.page docs/reference/metrics.md`; it replaces what stands between the marks.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from streams.metrics.catalogue import CATALOGUE
from streams.metrics.series import DETAILS, bounds, shape_of
from streams.reference import load_reference
from streams.settings import Settings

OFFICES: Final = (4, 20, 150)
"""How many offices the table of series is of: those of the shipped reference data, a region, a country."""

_MARKED: Final = re.compile(r"(<!-- table (\w+), .*?-->\n).*?(<!-- end -->)", re.DOTALL)
_LARGE: Final = 150
"""Metrics with fewer series for all of OFFICES share one row."""


def tables() -> Mapping[str, str]:
    """Return the tables by the names of their marks."""
    return {"metrics": _metrics(), "series": _series()}


def with_tables(text: str) -> str:
    """Return a page with its tables made anew. Raises ValueError where a mark is missing or names no table."""
    made = tables()
    names = [name for _, name, _ in _MARKED.findall(text)]
    if sorted(names) != sorted(made):
        raise ValueError(f"the page has the marks {names}, and the tables are {list(made)}")
    return _MARKED.sub(lambda found: f"{found[1]}\n{made[found[2]]}\n{found[3]}", text)


def _metrics() -> str:
    rows = ["| metric | kind | labels | says | over workers |", "|---|---|---|---|---|"]
    for one in CATALOGUE:
        cells = (f"`{one.name}`", one.kind.value, ", ".join(one.labels), one.help, one.together.value)
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows) + "\n"


def _series() -> str:
    settings = Settings.model_fields
    shape = shape_of(load_reference(None), settings["topic_partitions"].default)
    shapes = [shape._replace(offices=count) for count in OFFICES]
    counted = [bounds(one) for one in shapes]
    rows = [f"| metric | {' | '.join(f'{count} offices' for count in OFFICES)} |", "|---|---|---|---|"]
    large = [name for name in counted[0] if max(of[name] for of in counted) >= _LARGE]
    for name in large:
        rows.append(f"| {name} | {' | '.join(f'{of[name]:,}' for of in counted)} |")
    others = [sum(count for name, count in of.items() if name not in large) for of in counted]
    rows.append(f"| the {len(counted[0]) - len(large)} others | {' | '.join(f'{n:,}' for n in others)} |")
    for words, detail in zip(
        (
            "**together**",
            "without channels in `release_window_*`",
            "and without channels in `release_time_seconds`",
        ),
        DETAILS,
        strict=True,
    ):
        sums = [sum(bounds(one, detail).values()) for one in shapes]
        rows.append(f"| {words} | {' | '.join(f'{total:,}' for total in sums)} |")
    return "\n".join(rows) + "\n"


def main() -> None:
    """Write the page that is named on the command line."""
    page = Path(sys.argv[1])
    page.write_text(with_tables(page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
