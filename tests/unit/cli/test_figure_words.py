"""A figure that changed, as staff read it: everything that a report publishes has words in both languages."""

from __future__ import annotations

import re
from typing import get_args

import pytest

from reports import report
from streams.cli.figure_words import CAUSES, figure_row
from streams.core.durations import Language
from streams.core.figure_changes import FIGURE_CAUSES, FigureCause, FigureChange, figure_changes


def change(
    *path: str, old: str | None, new: str | None, causes: tuple[FigureCause, ...] = ()
) -> FigureChange:
    return FigureChange(path, old, new, causes, 1_234)


def test_every_cause_has_words() -> None:
    assert tuple(CAUSES) == FIGURE_CAUSES == get_args(FigureCause)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_figure_of_a_report_has_words(lang: Language) -> None:
    changes = figure_changes(b"{}", report().figures.canonical(), 1)
    assert len(changes) > 100
    for one in changes:
        if one.path[0] != "period":
            _, figure, *_ = figure_row(one, "all", lang)
            assert not re.search(r"_|REL\b|\bREG", figure), one.path


@pytest.mark.parametrize(
    ("one", "row"),
    [
        (
            change("total", "lengths", "REG_REL", "export", "elapsed", "raw_change_s", old="-90.5", new="60"),
            (
                "all offices",
                "Registration to release, Exports, elapsed, change",
                "−0 h 01 min",
                "+0 h 01 min",
                "",
            ),
        ),
        (
            change(
                "offices", "27F1", "lengths", "REG_REL", "import", "this", "coverage", old=None, new="0.5"
            ),
            ("27F1", "Registration to release, Imports, this period, coverage", "–", "50.0 %", ""),
        ),
        (
            change("total", "volumes", "revenue_vnd", "all", "of_last", old="1.1001", new="1.1002"),
            ("all offices", "Revenue, all, share of the other period", "1.1001", "1.1002", ""),
        ),
        (
            change("total", "outcomes", "fine", "last_vnd", old="1000.50", new="2", causes=("outcomes",)),
            ("all offices", "Fines, amount in VND, the other period", "1,000.50", "2", "outcomes"),
        ),
        (
            change("against", old="2025", new="x", causes=("declarations", "other_year")),
            (
                "all offices",
                "year compared with",
                "2025",
                "x",
                "declarations of the period (1,234); the other year",
            ),
        ),
    ],
)
def test_how_a_figure_is_written(one: FigureChange, row: tuple[str, ...]) -> None:
    assert figure_row(one, "all", "en") == row
