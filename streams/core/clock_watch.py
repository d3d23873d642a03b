"""Finds events whose clock was stepped: set to UTC and taken for local time, or wrong by another office's offset.

Each event is judged once for a calendar, so that many which are merely late cost nothing more at every fold.
"""

from __future__ import annotations

from typing import Final

from streams.core.event import Event
from streams.core.working_time import WorkingCalendar

STEP_TOLERANCE_US: Final = 300_000_000
"""How near to the office's UTC offset an event must lag behind its emission to be taken for a stepped clock: 5 min."""

SMALLEST_STEP_US: Final = 3_600_000_000
"""Offsets below an hour are not told from ordinary delay."""

LEAST_LAG_US: Final = SMALLEST_STEP_US - STEP_TOLERANCE_US
"""Events that were emitted sooner after they happened need not be looked at."""


class ClockWatch:
    """The effective events of one declaration that may have been stamped by a stepped clock."""

    __slots__ = ("_calendar", "_late", "_stepped", "_waiting")

    def __init__(self) -> None:
        self._late: dict[str, Event] = {}
        self._waiting: list[Event] = []
        self._stepped: dict[str, Event] = {}
        self._calendar: WorkingCalendar | None = None

    def put(self, event: Event) -> None:
        """Take an event in; what is late by its nature is passed over: typed, entered after an outage, or midnight."""
        if (
            event.emitted_us is not None
            and event.emitted_us - event.occurred_us >= LEAST_LAG_US
            and event.clock == "SYSTEM"
            and not event.is_backfill
            and event.precision != "day"
        ):
            self._late[event.event_id] = event
            self._waiting.append(event)

    def drop(self, event: Event) -> None:
        """Let one go that is effective no more."""
        self._late.pop(event.event_id, None)
        self._stepped.pop(event.event_id, None)

    def stepped(self, calendar: WorkingCalendar) -> list[Event]:
        """Return the events that lag behind their emission by just the offset of the office's clocks from UTC."""
        if not self._late:
            return []
        if calendar is not self._calendar:
            self._calendar, self._stepped, self._waiting = calendar, {}, list(self._late.values())
        for event in self._waiting:
            if self._late.get(event.event_id) is event and _is_stepped(event, calendar):
                self._stepped[event.event_id] = event
        self._waiting.clear()
        return list(self._stepped.values())


def lag_us(event: Event) -> int:
    """Return how long after it happened an event was emitted, in microseconds; 0 where that is not known."""
    return 0 if event.emitted_us is None else event.emitted_us - event.occurred_us


def _is_stepped(event: Event, calendar: WorkingCalendar) -> bool:
    step_us = calendar.offset_us(event.occurred_us)
    return step_us >= SMALLEST_STEP_US and abs(lag_us(event) - step_us) <= STEP_TOLERANCE_US
