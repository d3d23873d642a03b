"""The milestones of one declaration: a function of its effective events in rule-2 order (domain, section 6).

This step knows M1, M3, M8, M9, M10 and MX; the others come with their intervals.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from streams.core.event import Event
from streams.core.vocabulary import LIFECYCLE_RANK

_REGISTERED: Final = LIFECYCLE_RANK["REGISTERED"]
_CHANNEL_ASSIGNED: Final = LIFECYCLE_RANK["CHANNEL_ASSIGNED"]
_CHANNEL_CHANGED: Final = LIFECYCLE_RANK["CHANNEL_CHANGED"]
_DOC_CHECK_STARTED: Final = LIFECYCLE_RANK["DOC_CHECK_STARTED"]
_RELEASED_CONDITIONAL: Final = LIFECYCLE_RANK["RELEASED_CONDITIONAL"]
_CLEARED: Final = LIFECYCLE_RANK["CLEARED"]
_RELEASE_REVERTED: Final = LIFECYCLE_RANK["RELEASE_REVERTED"]
_GATE_OUT: Final = LIFECYCLE_RANK["GATE_OUT"]
_CANCELLED: Final = LIFECYCLE_RANK["CANCELLED"]


class Milestones(msgspec.Struct, gc=False):
    """The events that set the milestones; None where there is none.

    `cancelled_first` says that the declaration was cancelled before its release decision, or with none (rule 7).
    Channels follow rule 6: `channel_final` is the one in force at the release decision, while open the last one said.
    """

    registered: Event | None = None
    check_started: Event | None = None
    released: Event | None = None
    cleared: Event | None = None
    exited: Event | None = None
    cancelled: Event | None = None
    cancelled_first: bool = False
    channel_initial: int | None = None
    channel_final: int | None = None
    ever_checked: bool = False


def find_milestones(events: Sequence[Event]) -> Milestones:
    """Find the milestones among effective events, given in rule-2 order.

    Events of day precision set no milestone; they still tell the channel (domain, sections 4 and 6).
    """
    found = Milestones()
    released_at = cancelled_at = -1
    for place, event in enumerate(events):
        rank = event.rank
        if rank in (_CHANNEL_ASSIGNED, _CHANNEL_CHANGED):
            _say_channel(found, event, after_release=released_at >= 0)
        elif event.precision == "day":
            continue
        elif rank == _REGISTERED:
            if found.registered is None:
                found.registered = event
        elif rank in (_RELEASED_CONDITIONAL, _CLEARED):
            if released_at < 0:
                found.released, released_at = event, place
            if rank == _CLEARED and found.cleared is None:
                found.cleared = event
        elif rank == _RELEASE_REVERTED:
            if released_at >= 0:
                return _after_revert(events)
        elif rank == _GATE_OUT:
            found.exited = event
        elif rank == _CANCELLED and cancelled_at < 0:
            found.cancelled, cancelled_at = event, place
    found.cancelled_first = cancelled_at >= 0 and (released_at < 0 or cancelled_at < released_at)
    _find_check_start(found, events)
    return found


def _say_channel(found: Milestones, event: Event, after_release: bool) -> None:
    channel = None if event.attrs is None else event.attrs.channel
    if channel is None:
        return
    if found.channel_initial is None:
        found.channel_initial = channel
    if not after_release or found.channel_final is None:
        found.channel_final = channel
    if channel >= 2:
        found.ever_checked = True


def _find_check_start(found: Milestones, events: Sequence[Event]) -> None:
    """M3: the first document check start at or after the registration."""
    if found.registered is None:
        return
    since = found.registered.occurred_us
    for event in events:
        if event.rank == _DOC_CHECK_STARTED and event.precision != "day" and event.occurred_us >= since:
            found.check_started = event
            return


def _after_revert(events: Sequence[Event]) -> Milestones:
    """Find the milestones again with every release before the last revert taken out, as rule 8 wants it."""
    last = max(
        place
        for place, event in enumerate(events)
        if event.rank == _RELEASE_REVERTED and event.precision != "day"
    )
    return find_milestones(
        [
            event
            for place, event in enumerate(events)
            if place > last or event.rank not in (_RELEASED_CONDITIONAL, _CLEARED, _RELEASE_REVERTED)
        ]
    )
