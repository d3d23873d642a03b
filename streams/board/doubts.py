"""Says whether what stands on the board is all there is, and what speaks against it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from streams.board.view import View

LAGGING: Final = 5_000
"""Messages that wait for their outcome, from which on the figures are behind what has happened."""


def doubts(view: View) -> Iterator[str]:
    """Yield what makes the data incomplete, the gravest first; nothing where nothing does."""
    scribe, known = view.scribe, view.known
    if known.store.failure:
        yield (
            scribe.say("store_never", why=known.store.failure)
            if known.store.value is None
            else scribe.say("store_away", age=view.age(known.store.at_s))
        )
    health = known.health.value
    if known.health.failure:
        yield scribe.say("metrics_away")
    elif health is not None:
        if health.silent:
            yield scribe.say("workers_away", count=len(health.silent))
        unready = health.workers - len(health.silent) - health.ready
        if unready > 0:
            yield scribe.say("not_ready", count=unready)
    if health is None:
        return
    if health.stalled:
        yield scribe.say("stalled")
    if health.gap is not None and health.gap >= LAGGING:
        yield scribe.say("lagging", count=scribe.number(health.gap))
    for silence in health.silences or ():
        if silence.seconds > silence.limit_s:
            yield scribe.say("silent", office=silence.office, age=scribe.length(silence.seconds))
