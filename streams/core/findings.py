"""What is wrong or remarkable in the data of one declaration: a function of its accepted events (domain, section 8)."""

from __future__ import annotations

from typing import Final

import msgspec

from streams.core.clock_watch import ClockWatch, lag_us
from streams.core.contest import Contest
from streams.core.event import Event
from streams.core.measure import CLAMP_US, Negative
from streams.core.milestones import (
    CHANNEL_ASSIGNED,
    CLEARED,
    DOC_CHECK_COMPLETED,
    DOC_CHECK_STARTED,
    INSPECTION_COMPLETED,
    RELEASED_CONDITIONAL,
    Milestones,
    Timed,
)
from streams.core.working_time import WorkingCalendar

EARLY_TOLERANCE_US: Final = 120_000_000
"""How far before the registration an event may lie that can only follow it: the skew of clocks that is put up with."""

_ONLY_AFTER_REGISTRATION: Final = (
    CHANNEL_ASSIGNED,
    DOC_CHECK_STARTED,
    DOC_CHECK_COMPLETED,
    INSPECTION_COMPLETED,
    RELEASED_CONDITIONAL,
    CLEARED,
)


class Finding(msgspec.Struct, frozen=True, order=True, gc=False):
    """One finding: a fixed word of FINDINGS, the event it names, the rest in a few words, and when that event was."""

    finding: str
    event_id: str
    detail: str
    occurred_us: int


def find_faults(
    contest: Contest,
    timed: Timed,
    clocks: ClockWatch,
    found: Milestones,
    negative: list[Negative],
    calendar: WorkingCalendar,
) -> tuple[Finding, ...]:
    """Return the findings of one declaration, in order."""
    faults: list[Finding] = []
    for event in contest.conflicting.values():
        faults.append(_of(event, "conflicting_id", event.event_type))
    for event in contest.retracted.values():
        faults.append(_of(event, "retracted", f"{event.event_type} {event.occurrence_no}"))
    for event in contest.repeated.values():
        faults.append(_of(event, "duplicate_event", f"{event.event_type} {event.occurrence_no}"))
    for event in clocks.stepped(calendar):
        faults.append(_of(event, "clock_step", f"{lag_us(event) // 1_000_000} s behind its emission"))
    for one in negative:
        if one.length_us < -CLAMP_US:
            faults.append(_of(one.end, "negative", f"{one.code}: {one.length_us // 1_000_000} s"))
        else:
            faults.append(_of(one.end, "clamped", f"{one.code}: {one.length_us // 1_000} ms"))
    if found.registered is not None:
        _after_registration(timed, found, found.registered.occurred_us, faults)
    if len(faults) > 1:
        faults.sort()
    return tuple(faults)


def _of(event: Event, finding: str, detail: str) -> Finding:
    return Finding(finding, event.event_id, detail, event.occurred_us)


def _after_registration(timed: Timed, found: Milestones, registered_us: int, faults: list[Finding]) -> None:
    for rank in _ONLY_AFTER_REGISTRATION:
        for event in timed.get(rank, ()):
            early_us = registered_us - event.occurred_us
            if early_us <= EARLY_TOLERANCE_US:
                break
            detail = f"{event.event_type}: {early_us // 1_000_000} s before the registration"
            faults.append(_of(event, "before_registration", detail))
    released = found.released
    if (
        released is not None
        and not found.cancelled_first
        and found.check_started is None
        and ((found.channel_final or 0) >= 2 or found.check_completed is not None)
    ):
        faults.append(_of(released, "missing_check_start", f"{released.event_type} without one"))
