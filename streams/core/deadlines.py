"""When a declaration will have been in hand for too long: the instants at which it passes the marks of the open view.

Working time can't be computed in SQL, so the fold says when each mark is passed, and the view only compares instants.
"""

from __future__ import annotations

from typing import Final, Protocol

import msgspec

from streams.core.limits import StageLimit
from streams.core.targets import Target
from streams.core.working_time import WorkingCalendar

HOUR_US: Final = 3_600_000_000


class TargetSource(Protocol):
    """The targets that declarations are held to."""

    def target_of(
        self, interval: str, direction: str | None, channel: int | None, office: str | None, at_us: int
    ) -> Target | None:
        """Return the narrowest target for an interval that is valid at an instant, None where there is none."""


class Deadlines(msgspec.Struct, frozen=True, gc=False):
    """The marks of one declaration, counted from its registration; instants in microseconds since the epoch.

    `due_2h_working_us` and `due_8h_working_us`: two and eight hours in the calendar of its office. `target_due_us`: the
    target for REG_REL that was valid at the registration, `target_s` seconds on its own clock; both None without one.
    """

    due_2h_working_us: int
    due_8h_working_us: int
    target_due_us: int | None
    target_s: int | None


def due_us(target: Target | StageLimit, started_us: int, calendar: WorkingCalendar) -> int:
    """Return the instant at which a target or a limit expires for what began at an instant; both in microseconds.

    On the working clock it is the earliest such instant: the end of a working day, not the begin of the next one.
    Raises ValueError where the calendar ends before.
    """
    length_us = target.seconds * 1_000_000
    return calendar.after(started_us, length_us) if target.clock == "working" else started_us + length_us


def find_deadlines(
    registered_us: int,
    direction: str | None,
    channel: int | None,
    office: str | None,
    calendar: WorkingCalendar,
    source: TargetSource,
) -> Deadlines:
    """Return the marks of a declaration that was registered at an instant; `calendar` is that of its office.

    Raises what `due_us` raises.
    """
    target = source.target_of("REG_REL", direction, channel, office, registered_us)
    return Deadlines(
        calendar.after(registered_us, 2 * HOUR_US),
        calendar.after(registered_us, 8 * HOUR_US),
        None if target is None else due_us(target, registered_us, calendar),
        None if target is None else target.seconds,
    )


class KeptDeadlines:
    """The marks of one declaration, found anew only where something that they depend on has moved.

    A declaration is folded at each of its events, and few of them move any of it.
    """

    __slots__ = ("_asked", "_found", "_source")

    def __init__(self) -> None:
        self._asked: tuple[int, str | None, int | None, str | None] | None = None
        self._source: TargetSource | None = None
        self._found: Deadlines | None = None

    def of(
        self,
        registered_us: int,
        direction: str | None,
        channel: int | None,
        office: str | None,
        calendar: WorkingCalendar,
        source: TargetSource,
    ) -> Deadlines:
        """Return what `find_deadlines` returns."""
        asked = (registered_us, direction, channel, office)
        if self._found is None or self._asked != asked or self._source is not source:
            self._found = find_deadlines(registered_us, direction, channel, office, calendar, source)
            self._asked, self._source = asked, source
        return self._found
