"""Since when an open declaration has been in its present stage, waiting for the party that it waits for.

Go back through its effective events in rule-2 order, as long as the table of stages gives the same answer without the
later ones: the instant of the earliest of these events is what is looked for. Nothing is replayed for it: a row of the
table holds since the last of its conditions came true, and the last of the conditions of the rows above it ended.
docs/reference/stages.md says what that is for each stage.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import Final

from streams.core.event import ATTRIBUTES, Event
from streams.core.lines import Lines
from streams.core.milestones import (
    AMENDED,
    AMENDMENT_REQUESTED,
    CLEARED,
    DOC_CHECK_COMPLETED,
    DOC_CHECK_STARTED,
    DOSSIER_COMPLETE,
    GOODS_PRESENTED,
    INSPECTION_COMPLETED,
    INSPECTION_ORDER_CANCELLED,
    INSPECTION_ORDERED,
    INSPECTION_STARTED,
    OGA_RESULT,
    OGA_STARTED,
    REGISTERED,
    RELEASE_REVERTED,
    RELEASED_CONDITIONAL,
    TAX_DUE,
    TAX_SECURED,
    Timed,
    first_from,
)
from streams.core.order import instant_of
from streams.core.vocabulary import LIFECYCLE_RANK

_BEGUN: Final = (
    (LIFECYCLE_RANK["HOLD_PLACED"], (LIFECYCLE_RANK["HOLD_LIFTED"],)),
    (AMENDMENT_REQUESTED, (AMENDED,)),
    (OGA_STARTED, (OGA_RESULT,)),
    (INSPECTION_ORDERED, (INSPECTION_ORDER_CANCELLED, INSPECTION_COMPLETED)),
    (DOC_CHECK_STARTED, (DOC_CHECK_COMPLETED,)),
)
"""What is begun and what ends it, in the order of the table; at one instant the end ranks after the begin."""

_AT_IT: Final = (GOODS_PRESENTED, INSPECTION_STARTED)
_CHECKED: Final = (DOC_CHECK_STARTED, DOC_CHECK_COMPLETED)
_INSPECTED: Final = (INSPECTION_COMPLETED, INSPECTION_ORDERED, INSPECTION_ORDER_CANCELLED)
_PAYING: Final = (TAX_DUE, TAX_SECURED, AMENDED)
_SAYS_TAX: Final = 1 << ATTRIBUTES.index("tax_vnd")
_NEVER: Final = -(2**63)


def open_stage_since(lines: Lines) -> int:
    """Return that instant of a declaration that is open, in microseconds since the epoch."""
    timed = lines.timed
    since = timed[REGISTERED][0].occurred_us
    if RELEASE_REVERTED in timed:
        since = max(since, _reverted(timed))
    for opener, closers in _BEGUN:
        opened = timed.get(opener)
        if opened is None:
            continue
        last_us = opened[-1].occurred_us
        ended_us = _first_us(timed, closers, last_us)
        if ended_us is None:
            return max(since, _begun(lines, opener, opened, closers))
        since = max(since, ended_us)
    return max(since, _by_channel(lines)) if lines.channels else since


def _reverted(timed: Timed) -> int:
    """Find when the last release was reverted."""
    released_us = _last_us(timed, (RELEASED_CONDITIONAL, CLEARED))
    reverted_us = None if released_us is None else _first_us(timed, (RELEASE_REVERTED,), released_us)
    return _NEVER if reverted_us is None else reverted_us


def _begun(lines: Lines, opener: int, opened: list[Event], closers: tuple[int, ...]) -> int:
    """Find since when there is something begun and not ended, and the same party has to act on it."""
    timed = lines.timed
    if opener == INSPECTION_ORDERED:
        at_it_us = _first_us(timed, _AT_IT, opened[-1].occurred_us)
        if at_it_us is not None:
            return at_it_us
        closers += _AT_IT
    closed_us = _last_us(timed, closers)
    begin = opened[0] if closed_us is None else first_from(opened, closed_us + 1)
    assert begin is not None
    if opener == DOC_CHECK_STARTED and DOC_CHECK_COMPLETED not in timed and DOSSIER_COMPLETE in timed:
        # A dossier that is complete waits for customs already, in the same stage.
        place = bisect_left(lines.channels, instant_of(begin), key=instant_of)
        complete_us = timed[DOSSIER_COMPLETE][0].occurred_us
        if place and _says(lines.channels[place - 1], 2):
            return min(begin.occurred_us, max(complete_us, _run_start(lines.channels, place, 2)))
    return begin.occurred_us


def _by_channel(lines: Lines) -> int:
    """Find since when what the channel asks for is asked, or is asked no more and nothing else is but a payment."""
    timed, channels = lines.timed, lines.channels
    if _says(channels[-1], 2) and DOC_CHECK_STARTED not in timed and DOC_CHECK_COMPLETED not in timed:
        checked = lines.checked == len(channels)
        since = channels[0].occurred_us if checked else _run_start(channels, len(channels), 2)
        return max(since, timed[DOSSIER_COMPLETE][0].occurred_us) if DOSSIER_COMPLETE in timed else since
    since = channels[0].occurred_us
    if lines.checked:
        since = max(since, _asked_until(channels, 2, _first_us(timed, _CHECKED, _NEVER)))
        inspected_us = _first_us(timed, _INSPECTED, _NEVER)
        if inspected_us is None and _says(channels[-1], 3):
            return max(since, _run_start(channels, len(channels), 3))
        since = max(since, _asked_until(channels, 3, inspected_us))
    return max(since, _paying_since(lines))


def _says(event: Event, least: int) -> bool:
    """Say whether an event that says a channel says this one or a higher one."""
    return event.attrs is not None and event.attrs.channel is not None and event.attrs.channel >= least


def _run_start(channels: list[Event], end: int, least: int) -> int:
    """Find since when the channel has been so high at a place; it is there."""
    place = end - 1
    while place and _says(channels[place - 1], least):
        place -= 1
    return channels[place].occurred_us


def _asked_until(channels: list[Event], least: int, done_us: int | None) -> int:
    """Find until when a channel so high asked for something: until another channel, or until it was first done."""
    place = len(channels)
    if done_us is not None:
        place = bisect_right(channels, done_us, key=_time_of)  # at one instant the channel ranks first
        if place and _says(channels[place - 1], least):
            return done_us
    while place and not _says(channels[place - 1], least):
        place -= 1
    return channels[place].occurred_us if place else _NEVER


def _time_of(event: Event) -> int:
    return event.occurred_us


def _paying_since(lines: Lines) -> int:
    """Find since when the same party has had to pay, or nobody has."""
    timed = lines.timed
    told = [event for says, line in lines.said.items() if says & _SAYS_TAX for event in line]
    if TAX_DUE not in timed and not any(map(_owes, told)):
        return _NEVER
    events = [event for event in told if event.rank not in _PAYING or event.precision == "day"]
    for rank in _PAYING:
        events += timed.get(rank, ())
    taxed = secured = False
    since, payer, due = _NEVER, None, None
    for event in lines.in_order(events):
        if event.says & _SAYS_TAX:
            taxed = _owes(event)
        if event.rank in _PAYING and event.precision != "day":
            if event.rank == TAX_DUE:
                due = event
            else:
                secured = event.rank == TAX_SECURED
        pays = None
        if not secured and (taxed or due is not None):
            pays = "bank" if due is not None and due.actor == "BANK" else "declarant"
        if pays != payer:
            since, payer = event.occurred_us, pays
    return since


def _owes(event: Event) -> bool:
    return event.attrs is not None and event.attrs.tax_vnd is not None and event.attrs.tax_vnd > 0


def _last_us(timed: Timed, ranks: tuple[int, ...]) -> int | None:
    """Return the instant of the last event of these types, None where there is none."""
    last_us = None
    for rank in ranks:
        line = timed.get(rank)
        if line is not None and (last_us is None or line[-1].occurred_us > last_us):
            last_us = line[-1].occurred_us
    return last_us


def _first_us(timed: Timed, ranks: tuple[int, ...], since_us: int) -> int | None:
    """Return the instant of the first event of these types at or after an instant, None where there is none."""
    first_us = None
    for rank in ranks:
        line = timed.get(rank)
        if line is None or line[-1].occurred_us < since_us:
            continue
        event = first_from(line, since_us)
        if event is not None and (first_us is None or event.occurred_us < first_us):
            first_us = event.occurred_us
    return first_us
