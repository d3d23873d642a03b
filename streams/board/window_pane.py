"""The pane of times: how long it takes, in the running windows of an hour, a day and a week."""

from __future__ import annotations

import datetime as dt
from typing import Final

from streams.board.answers import DIRECTIONS, Told, WindowRow
from streams.board.grid import Column, Grid, Line, Piece, fit, line
from streams.board.view import View
from streams.board.words import HEADINGS, INTERVALS, ROW_DIRECTIONS, SIZES
from streams.report.numbers import ABSENT

_WIDTHS: Final = {
    "window": 7,
    "direction": 9,
    "n": 6,
    "mean": 8,
    "p50": 8,
    "p90": 8,
    "live_n": 6,
    "live_p50": 8,
    "live_p90": 8,
}


def window_lines(view: View, width: int) -> list[Line]:
    """Return the pane's lines: a table for each interval, and how they are to be read."""
    told, scribe = view.told, view.scribe
    if told is None:
        return view.waiting(width)
    if not told.ends:
        return [line(scribe.say("nothing_windows"), "dim")]
    lines: list[Line] = []
    for interval in INTERVALS:
        lines.append(line(fit(INTERVALS[interval].in_(scribe.language), width), "head"))
        lines += _grid(view, told, [row for row in told.windows if row.interval == interval]).lines()
        if interval == "REG_REL":
            notes = ("throughput_note", "optimistic_note")
            lines += [*(line(fit(scribe.say(note), width), "dim") for note in notes), line("")]
    return lines


def _grid(view: View, told: Told, rows: list[WindowRow]) -> Grid:
    """Return the table of an interval. Of a window that was computed, a direction without a row has nothing in it."""
    scribe = view.scribe
    found = {(row.size, row.direction): row for row in rows}
    ends = dict(told.ends)
    directions = DIRECTIONS[1:] + DIRECTIONS[:1] if view.asked.direction == "all" else (view.asked.direction,)
    cells = []
    for size in SIZES:
        names = (
            Piece(scribe.word(SIZES, size), "head"),
            Piece(_end(view, told, ends.get(size)), "dim"),
            Piece(""),
        )
        for name, direction in zip(names, directions, strict=False):
            empty = WindowRow("", size, direction, 0, None, None, None, 0, None, None)
            row = found.get((size, direction), empty) if size in ends else None
            cells.append((name, Piece(scribe.word(ROW_DIRECTIONS, direction)), *_cells(view, row)))
    return Grid(
        tuple(
            Column(HEADINGS[name].in_(scribe.language), width, right=name not in ("window", "direction"))
            for name, width in _WIDTHS.items()
        ),
        tuple(cells),
    )


def _end(view: View, told: Told, end: dt.datetime | None) -> str:
    """Write when a window ends, by the clock of the day, or the day where that is another one."""
    if end is None:
        return ""
    zone = view.scribe.zone
    local, now = end.astimezone(zone), told.now.astimezone(zone)
    return f"→{local:%H:%M}" if local.date() == now.date() else f"→{local:%m-%d}"


def _cells(view: View, row: WindowRow | None) -> tuple[Piece, ...]:
    """Write a row's figures; None is one of a window that has not been computed."""
    scribe = view.scribe
    if row is None:
        return (Piece(ABSENT),) * (len(_WIDTHS) - 2)
    return (
        Piece(scribe.number(row.n)),
        *(Piece(scribe.short(value)) for value in (row.mean_s, row.p50_s, row.p90_s)),
        Piece(scribe.number(row.live_n)),
        *(_live(view, value, row.live_n) for value in (row.live_p50_s, row.live_p90_s)),
    )


def _live(view: View, value: float | None, live_n: int) -> Piece:
    """Write a live quantile: with declarations and no value it is not reached, and that is news."""
    if value is None and live_n:
        return Piece(view.scribe.say("not_reached"), "warn")
    return Piece(view.scribe.short(value))
