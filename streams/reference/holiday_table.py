"""A country's public holidays, days off in exchange and the days worked for them, from the library `holidays`."""

from __future__ import annotations

from functools import lru_cache

import holidays

from streams.core.office_hours import SpecialDays


@lru_cache(maxsize=1024)
def special_days(country: str, year: int) -> SpecialDays:
    """Return what the library knows of a year; nothing for a year that it does not cover."""
    # A day may be exchanged for one of the next year, and is then told with that.
    table = holidays.country_holidays(country, years=(year - 1, year, year + 1))
    return SpecialDays(
        frozenset(day for day in table if day.year == year),
        frozenset(day for day in table.weekend_workdays if day.year == year),
    )


def covered_years(country: str) -> range:
    """Return the years whose holidays the library has; none for what is no country code that it knows."""
    if country not in holidays.list_supported_countries():
        return range(0)
    table = holidays.country_holidays(country)
    return range(table.start_year, table.end_year + 1)
