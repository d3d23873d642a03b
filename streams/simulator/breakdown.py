"""An office's scanner is down: inspections stand still, and what came of them comes later. The truth changes."""

from __future__ import annotations

from typing import Final

from streams.core.working_time import WorkingCalendar
from streams.simulator.arrivals import MINUTE
from streams.simulator.lives import Life

CATCH_UP: Final = 3
"""After the repair the inspections that should have begun meanwhile begin so many times as close to each other."""

_WITH_THE_RELEASE: Final = ("released", "stored", "cleared", "gate_in", "gate_out")
_CALLED_OFF: Final = ("inspection_started", "inspection_completed", "oga_started", "oga_result")


def stand_still(life: Life, begin: int, end: int, calendar: WorkingCalendar) -> int | None:
    """Keep a declaration from being inspected from `begin` until `end`, in microseconds since the epoch.

    An inspection that is going on pauses. One that would begin waits: after the repair they begin in their order,
    one working hour of them within 20 minutes. All takes the working time that it would have taken, and a decision
    that waited for the inspection comes later. What would come after a cancellation does not come.

    Returns by how many microseconds the inspection ends later, or begins later where it never ends; None where the
    declaration is none of those that the breakdown touches.
    """
    started, completed = life.inspection_started, life.inspection_completed
    if started is None or started >= end or (completed is not None and completed <= begin):
        return None
    total = calendar.total_us
    if started >= begin:
        life.inspection_started = calendar.after(end, (total(started) - total(begin)) // CATCH_UP)
        resumed, done = life.inspection_started, started
    else:
        resumed, done = end, begin
    if completed is None:
        delay = life.inspection_started - started if life.inspection_started is not None else 0
    else:
        life.inspection_completed = calendar.after(resumed, total(completed) - total(done))
        delay = life.inspection_completed - completed
        _put_off(life, completed, life.inspection_completed)
    if life.released is None and life.cancel_requested is not None:
        for name in _CALLED_OFF:
            at = getattr(life, name)
            if at is not None and at >= life.cancel_requested:
                setattr(life, name, None)
    return delay or None


def _put_off(life: Life, before: int, now: int) -> None:
    """Put off what follows the end of the inspection, which was at `before` and is at `now`."""
    tax = max(life.tax_secured or 0, life.tax_secured_again or 0)
    if life.oga_started is not None:
        by = now + MINUTE - life.oga_started
        life.oga_started += by
        if life.oga_result is not None:
            before, now = life.oga_result, life.oga_result + by
            life.oga_result = now
    later = max(now, tax) - max(before, tax)
    for name in _WITH_THE_RELEASE:
        at = getattr(life, name)
        if at is not None:
            setattr(life, name, at + later)
