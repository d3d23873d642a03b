"""The pane of declarations: the open ones, the oldest first."""

from __future__ import annotations

from streams.board.answers import OpenRow, Told
from streams.board.grid import Column, Grid, Line, Mark, Piece, fit, line
from streams.board.view import View
from streams.board.words import HEADINGS, STAGES, WAITING_ON
from streams.core.printable import printable
from streams.report.numbers import ABSENT

_COLUMNS = (("key", 11), ("office", 4), ("stage", 21), ("waiting_on", 15), ("age", 16), ("late", 5))


def oldest_grid(view: View, told: Told) -> Grid:
    """Return the table; its rows are those of `told.oldest`."""
    return Grid(
        tuple(
            Column(HEADINGS[name].in_(view.scribe.language), width, right=name == "age")
            for name, width in _COLUMNS
        ),
        tuple(_cells(view, row) for row in told.oldest),
    )


def oldest_note(view: View, told: Told, width: int) -> Line:
    """Return the line below the table: how many of how many it shows, and what can be done."""
    scribe = view.scribe
    shown = scribe.say("first", shown=scribe.number(len(told.oldest)), count=scribe.number(told.open_n))
    return line(fit(f"{shown} · {scribe.say('enter')}", width), "dim")


def _cells(view: View, row: OpenRow) -> tuple[Piece, ...]:
    scribe = view.scribe
    mark: Mark = "warn" if row.past_limit else "plain"
    return (
        Piece(printable(row.key)),
        Piece(ABSENT if row.office is None else printable(row.office)),
        Piece(scribe.word(STAGES, row.stage)),
        Piece(scribe.word(WAITING_ON, row.waiting_on)),
        Piece(scribe.length(row.age_s), mark),
        Piece(scribe.say("late") if row.past_limit else "", mark),
    )
