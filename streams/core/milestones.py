"""The milestones of one declaration: a function of its effective events in rule-2 order (domain, section 6)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import Final

import msgspec

from streams.core.event import Event
from streams.core.lines import Lines
from streams.core.vocabulary import LIFECYCLE_RANK

REGISTERED: Final = LIFECYCLE_RANK["REGISTERED"]
CHANNEL_ASSIGNED: Final = LIFECYCLE_RANK["CHANNEL_ASSIGNED"]
DOSSIER_COMPLETE: Final = LIFECYCLE_RANK["DOSSIER_COMPLETE"]
DOC_CHECK_STARTED: Final = LIFECYCLE_RANK["DOC_CHECK_STARTED"]
DOC_CHECK_COMPLETED: Final = LIFECYCLE_RANK["DOC_CHECK_COMPLETED"]
AMENDMENT_REQUESTED: Final = LIFECYCLE_RANK["AMENDMENT_REQUESTED"]
AMENDED: Final = LIFECYCLE_RANK["AMENDED"]
INSPECTION_ORDERED: Final = LIFECYCLE_RANK["INSPECTION_ORDERED"]
INSPECTION_ORDER_CANCELLED: Final = LIFECYCLE_RANK["INSPECTION_ORDER_CANCELLED"]
GOODS_PRESENTED: Final = LIFECYCLE_RANK["GOODS_PRESENTED"]
INSPECTION_STARTED: Final = LIFECYCLE_RANK["INSPECTION_STARTED"]
INSPECTION_COMPLETED: Final = LIFECYCLE_RANK["INSPECTION_COMPLETED"]
OGA_STARTED: Final = LIFECYCLE_RANK["OGA_STARTED"]
OGA_RESULT: Final = LIFECYCLE_RANK["OGA_RESULT"]
TAX_DUE: Final = LIFECYCLE_RANK["TAX_DUE"]
TAX_SECURED: Final = LIFECYCLE_RANK["TAX_SECURED"]
MOVED_TO_STORAGE: Final = LIFECYCLE_RANK["MOVED_TO_STORAGE"]
RELEASED_CONDITIONAL: Final = LIFECYCLE_RANK["RELEASED_CONDITIONAL"]
CLEARED: Final = LIFECYCLE_RANK["CLEARED"]
RELEASE_REVERTED: Final = LIFECYCLE_RANK["RELEASE_REVERTED"]
ARRIVED: Final = LIFECYCLE_RANK["ARRIVED"]
GATE_IN: Final = LIFECYCLE_RANK["GATE_IN"]
GATE_OUT: Final = LIFECYCLE_RANK["GATE_OUT"]
CANCELLED: Final = LIFECYCLE_RANK["CANCELLED"]

Timed = dict[int, list[Event]]
"""Effective events of second or minute precision by lifecycle rank, each list in rule-2 order."""


class Milestones(msgspec.Struct, gc=False):
    """The events that set the milestones; None where there is none.

    `dossier` is a real DOSSIER_COMPLETE: the deemed one of M2 needs a calendar and is found with the intervals.
    `cancelled_first` says that the declaration was cancelled before its release decision, or with none (rule 7).
    Channels follow rule 6: `channel_final` is the one in force at the release decision, while open the last one said;
    `ever_checked` that a channel with a document check (2 or 3) was ever said. `order` is the last inspection order if
    it stands, `notice` the first notice of a channel.
    """

    arrived: Event | None = None  # M0
    registered: Event | None = None  # M1
    dossier: Event | None = None  # M2
    check_started: Event | None = None  # M3
    check_completed: Event | None = None  # M4
    presented: Event | None = None  # M5
    inspected: Event | None = None  # M6
    tax_secured: Event | None = None  # M7
    released: Event | None = None  # M8
    cleared: Event | None = None  # M9
    exited: Event | None = None  # M10
    cancelled: Event | None = None  # MX
    notice: Event | None = None
    order: Event | None = None
    cancelled_first: bool = False
    channel_initial: int | None = None
    channel_final: int | None = None
    ever_checked: bool = False


def find_milestones(lines: Lines) -> Milestones:
    """Find the milestones. "At or before" compares instants; "before" and "after" the whole order of rule 2.

    Where the domain compares events of two types by rule 2, the lifecycle rank settles equal instants, so that each
    comparison comes down to one of instants, with or without equality.
    """
    timed = lines.timed
    found = Milestones()
    if ARRIVED in timed:
        found.arrived = timed[ARRIVED][0]
    if REGISTERED in timed:
        found.registered = timed[REGISTERED][0]
    if CHANNEL_ASSIGNED in timed:
        found.notice = timed[CHANNEL_ASSIGNED][0]
    if GATE_OUT in timed:
        found.exited = timed[GATE_OUT][-1]
    _decide(found, timed)
    if CANCELLED in timed:
        cancelled = found.cancelled = timed[CANCELLED][0]
        found.cancelled_first = found.released is None or cancelled.occurred_us < found.released.occurred_us
    if TAX_SECURED in timed:
        found.tax_secured = _tax_secured(timed, found.released)
    if lines.channels:
        _find_channels(found, lines.channels)
        found.ever_checked = lines.checked > 0
    if DOSSIER_COMPLETE in timed:
        found.dossier = timed[DOSSIER_COMPLETE][0]
    if DOC_CHECK_STARTED in timed and found.registered is not None:
        found.check_started = first_from(timed[DOC_CHECK_STARTED], found.registered.occurred_us)
    if DOC_CHECK_COMPLETED in timed:
        found.check_completed = last_until(timed[DOC_CHECK_COMPLETED], found.released)
    if INSPECTION_COMPLETED in timed:
        found.inspected = last_until(timed[INSPECTION_COMPLETED], found.released)
    if INSPECTION_ORDERED in timed:
        found.order = _standing_order(timed)
        if found.order is not None and GOODS_PRESENTED in timed:
            found.presented = first_from(timed[GOODS_PRESENTED], found.order.occurred_us)
    return found


def first_from(line: list[Event], since_us: int) -> Event | None:
    """Return the first event of a line at or after an instant."""
    if line[0].occurred_us >= since_us:
        return line[0]
    place = bisect_left(line, since_us, key=_time_of)
    return line[place] if place < len(line) else None


def last_until(line: list[Event], end: Event | None) -> Event | None:
    """Return the last event of a line at or before another one; while that is missing, the last of all."""
    if end is None or line[-1].occurred_us <= end.occurred_us:
        return line[-1]
    place = bisect_right(line, end.occurred_us, key=_time_of)
    return line[place - 1] if place else None


def _time_of(event: Event) -> int:
    return event.occurred_us


def _decide(found: Milestones, timed: Timed) -> None:
    """Find M8 and M9: a revert voids every release before it, and at its own instant (it ranks after them)."""
    since_us = timed[RELEASE_REVERTED][-1].occurred_us + 1 if RELEASE_REVERTED in timed else 0
    conditional = first_from(timed[RELEASED_CONDITIONAL], since_us) if RELEASED_CONDITIONAL in timed else None
    cleared = first_from(timed[CLEARED], since_us) if CLEARED in timed else None
    found.cleared = cleared
    if conditional is None or (cleared is not None and cleared.occurred_us < conditional.occurred_us):
        found.released = cleared
    else:
        found.released = conditional


def _tax_secured(timed: Timed, released: Event | None) -> Event | None:
    """Find M7: the first payment after the last amendment before the release."""
    amended = last_until(timed[AMENDED], released) if AMENDED in timed else None
    line = timed[TAX_SECURED]
    return line[0] if amended is None else first_from(line, amended.occurred_us)


def _standing_order(timed: Timed) -> Event | None:
    """Return the last inspection order; none where it was cancelled, which undoes every order at or before it."""
    order = timed[INSPECTION_ORDERED][-1]
    cancellations = timed.get(INSPECTION_ORDER_CANCELLED)
    if cancellations is not None and cancellations[-1].occurred_us >= order.occurred_us:
        return None
    return order


def _find_channels(found: Milestones, said: list[Event]) -> None:
    found.channel_initial = _channel_of(said[0])
    last = said[-1]
    released = found.released
    if released is not None and last.occurred_us > released.occurred_us:
        # A channel and a release at one instant: the channel ranks first, so it is in force.
        place = bisect_right(said, released.occurred_us, key=_time_of)
        last = said[place - 1] if place else said[0]
    found.channel_final = _channel_of(last)


def _channel_of(event: Event) -> int | None:
    return None if event.attrs is None else event.attrs.channel
