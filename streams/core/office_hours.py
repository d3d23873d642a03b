"""The hours an office works on a given day: its calendar, the public holidays, and its own exceptions (section 7)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import NamedTuple, Self

import msgspec

Spans = tuple[tuple[int, int], ...]
"""Working spans of one day, (start, end) in seconds of the wall clock, in order."""

Week = tuple[Spans, Spans, Spans, Spans, Spans, Spans, Spans]
"""The spans of an ordinary week, Monday first."""

PartOfWeek = tuple[
    Spans | None, Spans | None, Spans | None, Spans | None, Spans | None, Spans | None, Spans | None
]
"""Other spans for some days of the week, Monday first; None where nothing is said."""


class SpecialDays(NamedTuple):
    """The days of one year on which a country does not work, and the days off on which it works in exchange."""

    off: frozenset[date]
    working: frozenset[date]


HolidaySource = Callable[[str, int], SpecialDays]
"""Gives the special days of a country in a year."""


class Validity(msgspec.Struct, frozen=True, kw_only=True):
    """From the first day on, to the last day, both included."""

    valid_from: date = date.min
    valid_to: date = date.max

    def holds(self, day: date) -> bool:
        """Say whether it is valid on a day."""
        return self.valid_from <= day <= self.valid_to

    def within(self, first: date, last: date) -> Self | None:
        """Return the same, valid from `first` to `last` at most; None where nothing is left of it."""
        first, last = max(first, self.valid_from), min(last, self.valid_to)
        return msgspec.structs.replace(self, valid_from=first, valid_to=last) if first <= last else None


class CalendarPeriod(Validity, frozen=True, kw_only=True):
    """The working hours of many offices for some time.

    `holidays` is the country whose public holidays are kept, None for no holidays. `days_off` and `working_days` are
    single days that the country's table does not have, or has wrong; they win over it.
    """

    week: Week
    holidays: str | None = None
    days_off: frozenset[date] = frozenset()
    working_days: frozenset[date] = frozenset()


class HoursOverride(Validity, frozen=True, kw_only=True):
    """Hours of one office's own for some time.

    `always`: they hold on public holidays and on working days in exchange, too; else those stay as the calendar has it.
    """

    week: PartOfWeek
    always: bool = False


class OfficeHours:
    """Tells the working spans of each day of one office.

    `calendars` are in order and leave no day out. A day off (a holiday or the calendar's own) has no spans. A working
    day in exchange for a day off has those of the first day of the week that has any. Every other day has those of its
    day of the week. An override changes the week while it is valid.
    """

    def __init__(
        self,
        calendars: Sequence[CalendarPeriod],
        overrides: Sequence[HoursOverride],
        holidays: HolidaySource,
    ) -> None:
        self._calendars = calendars
        self._overrides = overrides
        self._holidays = holidays

    def __call__(self, day: date) -> Spans:
        """Return the working spans of a local day."""
        calendar = next(period for period in self._calendars if period.holds(day))
        override = next((override for override in self._overrides if override.holds(day)), None)
        week, weekday = calendar.week, day.weekday()
        if override is not None:
            own = override.week[weekday]
            if override.always and own is not None:
                return own
            week = changed(week, override)
        if day in calendar.days_off:
            return ()
        exchanged = day in calendar.working_days
        if not exchanged and calendar.holidays is not None:
            special = self._holidays(calendar.holidays, day.year)
            if day in special.off:
                return ()
            exchanged = day in special.working
        return next((spans for spans in week if spans), ()) if exchanged else week[weekday]


def changed(week: Week, override: HoursOverride) -> Week:
    """Return a week with the days changed that an override speaks of."""
    monday, tuesday, wednesday, thursday, friday, saturday, sunday = (
        usual if own is None else own for usual, own in zip(week, override.week, strict=True)
    )
    return (monday, tuesday, wednesday, thursday, friday, saturday, sunday)
