"""The pane of the pipeline: whether all that comes in gets done, and by whom not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from streams.board.answers import Health, Told
from streams.board.doubts import doubts
from streams.board.grid import Line, Mark, Piece, fold, line
from streams.board.view import View
from streams.board.words import HEALTH
from streams.core.printable import printable

_LABEL: Final = 18

Row = tuple[str, str, Mark]


def health_lines(view: View, width: int) -> list[Line]:
    """Return the pane's lines: what is wrong, then one fact a line."""
    sign = view.scribe.say("incomplete")
    lines = [line(part, "bad") for doubt in doubts(view) for part in fold(f"‼ {sign}: {doubt}", width)]
    told_of = ""
    for name, text, mark in _rows(view):
        for part in fold(printable(text), width - _LABEL):
            label = "" if name == told_of else HEALTH[name].in_(view.scribe.language)
            lines.append((Piece(f"{label:<{_LABEL}}", "dim"), Piece(part, mark)))
            told_of = name
    return lines


def _rows(view: View) -> Iterator[Row]:
    told, health = view.known.store.value, view.known.health.value
    if told is not None:
        yield from _positions(view, told, health)
    if health is not None:
        lag = " · ".join(f"{topic} {view.scribe.number(count)}" for topic, count in health.lag)
        yield "lag", lag or view.scribe.say("unknown"), "plain"
    yield from _parts(view, told, health)
    if told is not None:
        yield "watermark", view.scribe.time(told.watermark), "plain"
        yield "windows", view.scribe.say("settled" if told.settled else "unsettled"), "plain"
    if health is not None:
        yield from _silences(view, health)
    if view.run is not None:
        for said in view.run.said:
            yield "run", said, "plain"
        end = view.scribe.say("ends") + " " if view.run.ends else ""
        yield "run", end + view.scribe.say("stops"), "plain"


def _positions(view: View, told: Told, health: Health | None) -> Iterator[Row]:
    scribe, ledger = view.scribe, told.ledger
    gap = None if health is None else health.gap
    unknown = scribe.say("unknown")
    yield "in", unknown if gap is None else scribe.number(ledger.accounted + gap), "plain"
    done = {name: scribe.number(getattr(ledger, name)) for name in ("stored", "duplicate", "rejected")}
    yield "done", scribe.say("done_as", done=scribe.number(ledger.accounted), **done), "plain"
    yield "gap", unknown if gap is None else scribe.number(gap), "warn" if gap else "plain"
    reasons = " · ".join(f"{reason} {scribe.number(count)}" for reason, count in ledger.reasons)
    yield "rejected", reasons or "0", "plain"


def _parts(view: View, told: Told | None, health: Health | None) -> Iterator[Row]:
    scribe = view.scribe
    store = [] if told is None else [scribe.say("store_took", seconds=f"{told.took_s:.1f}")]
    if health is not None:
        store.append(scribe.say("store_stalled" if health.stalled else "store_writes"))
        if health.failures:
            store.append(scribe.say("store_failures", count=scribe.number(health.failures)))
    stalled = health is not None and health.stalled
    yield "store", " · ".join(store) or scribe.say("unknown"), "bad" if stalled else "plain"
    if health is None:
        yield "workers", view.known.health.failure or scribe.say("unknown"), "plain"
        return
    workers = scribe.say("workers_ready", ready=health.ready, workers=health.workers)
    if health.restarts is not None:
        workers += f" · {scribe.say('restarts', count=health.restarts)}"
    yield "workers", workers, "plain" if health.ready == health.workers else "bad"
    for silent in health.silent:
        yield "workers", silent, "bad"


def _silences(view: View, health: Health) -> Iterator[Row]:
    scribe = view.scribe
    if health.silences is None:
        yield "silence", scribe.say("unknown"), "plain"
        return
    over = [one for one in health.silences if one.seconds > one.limit_s]
    for one in over:
        text = scribe.say(
            "silence_limit",
            office=one.office,
            age=scribe.length(one.seconds),
            limit=scribe.length(one.limit_s),
        )
        yield "silence", text, "bad"
    if not over:
        yield "silence", scribe.say("silence_none"), "plain"
