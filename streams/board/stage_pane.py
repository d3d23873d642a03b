"""The pane of work: what is open by its stage and by who must act."""

from __future__ import annotations

from streams.board.answers import StageRow
from streams.board.grid import Column, Grid, Line, Piece, fit, line
from streams.board.view import View
from streams.board.words import HEADINGS, STAGES, WAITING_ON


def stage_lines(view: View, width: int) -> list[Line]:
    """Return the pane's lines: the stages, those with most past their limit first."""
    told, scribe = view.told, view.scribe
    if told is None:
        return view.waiting(width)
    if not told.stages:
        return [line(scribe.say("nothing_open"), "dim")]
    columns = (("stage", 21), ("waiting_on", 15), ("open_n", 8), ("oldest", 17), ("stuck", 8))
    grid = Grid(
        tuple(
            Column(HEADINGS[name].in_(scribe.language), size, right=name in ("open_n", "oldest", "stuck"))
            for name, size in columns
        ),
        tuple(
            _cells(view, row) for row in sorted(told.stages, key=lambda row: (-row.stuck_n, -row.oldest_s))
        ),
    )
    return [*grid.lines(), line(fit(scribe.say("stage_note"), width), "dim")]


def _cells(view: View, row: StageRow) -> tuple[Piece, ...]:
    scribe = view.scribe
    return (
        Piece(scribe.word(STAGES, row.stage)),
        Piece(scribe.word(WAITING_ON, row.waiting_on)),
        Piece(scribe.number(row.open_n)),
        Piece(scribe.length(row.oldest_s)),
        Piece(f"! {scribe.number(row.stuck_n)}", "warn") if row.stuck_n else Piece("0"),
    )
