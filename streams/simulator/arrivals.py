"""When declarations are registered: so many a day by the working calendar, two humps over the hours of a day."""

from __future__ import annotations

import datetime as dt
from itertools import accumulate
from random import Random
from typing import Final

from streams.core.working_time import WorkingCalendar

MINUTE: Final = 60_000_000
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
"""Lengths in microseconds."""

YEARLY_DECLARATIONS: Final = 127_524
"""What the department of the origin story registered in 2023 (domain, section 1)."""

SATURDAY: Final = 0.38
SUNDAY: Final = 0.15
HOLIDAY: Final = 0.12
"""Registrations on such a day, of those on a working day (domain, section 9)."""

HOURS: Final = (
    *(0.2, 0.1, 0.1, 0.1, 0.1, 0.3, 1.2, 4.0),
    *(9.0, 11.0, 10.5, 7.0, 4.0),
    *(8.0, 10.5, 10.5, 9.0, 6.0),
    *(3.5, 2.5, 2.0, 1.3, 0.6, 0.3),
)
"""Registrations by hour of the day in parts of about 100: humps at 8 to 11 and 13 to 17, a tail to 22 (section 9)."""

ZONE: Final = dt.timezone(dt.timedelta(hours=7))
_ZONE_US: Final = 7 * HOUR
_FIRST: Final = dt.date(1970, 1, 1)
_HOURS_SUM: Final = tuple(accumulate(HOURS))
_EVERY_HOUR: Final = range(24)


def midnight_us(day: dt.date) -> int:
    """Return the begin of a day in Viet Nam, in microseconds since the epoch."""
    return (day - _FIRST).days * DAY - _ZONE_US


def day_factor(day: dt.date, calendar: WorkingCalendar) -> float:
    """Return the registrations to be expected on a day, of those on a working day.

    The calendar knows holidays, substituted days and working Saturdays: a day with working time is a working day.
    """
    begin = midnight_us(day)
    if calendar.total_us(begin + DAY) > calendar.total_us(begin):
        return 1.0
    return {5: SATURDAY, 6: SUNDAY}.get(day.weekday(), HOLIDAY)


def usual_number(days: list[dt.date], calendar: WorkingCalendar) -> int:
    """Return how many declarations these days see when a whole calendar year sees YEARLY_DECLARATIONS."""
    found = 0.0
    for year in sorted({day.year for day in days}):
        first = dt.date(year, 1, 1)
        whole = (first + dt.timedelta(n) for n in range((dt.date(year + 1, 1, 1) - first).days))
        of_year = sum(day_factor(day, calendar) for day in whole)
        told = sum(day_factor(day, calendar) for day in days if day.year == year)
        found += YEARLY_DECLARATIONS * told / of_year
    return round(found)


def daily_numbers(
    chance: Random, days: list[dt.date], declarations: int, calendar: WorkingCalendar
) -> list[int]:
    """Share declarations out over days; the sum is exact, and a day is about 8 % above or below its factor."""
    weights = [day_factor(day, calendar) * chance.lognormvariate(0, 0.08) for day in days]
    per_weight = declarations / sum(weights)
    until = [round(sum_ * per_weight) for sum_ in accumulate(weights)]
    return [end - begin for begin, end in zip([0, *until], until, strict=False)]


def instants(chance: Random, day: dt.date, number: int) -> list[int]:
    """Draw the instants of a day's registrations, in order."""
    begin = midnight_us(day)
    hours = chance.choices(_EVERY_HOUR, cum_weights=_HOURS_SUM, k=number)
    return sorted(begin + hour * HOUR + int(chance.random() * HOUR) for hour in hours)
