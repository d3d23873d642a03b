"""The period of a report: a year or a month of registration, of every office or of one."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

import msgspec

ALL: Final = "all"
"""The office of a period that is about every office."""

FOLLOW_UP: Final = timedelta(days=30)
"""How long the declarations of a period are followed before its figures are official (domain, section 3)."""

FIRST_YEAR: Final = 1970
LAST_YEAR: Final = 2148
"""The whole years that a day of the store can be in, whatever function it goes through: the kind Date ends in 2149."""


class Period(msgspec.Struct, frozen=True):
    """Declarations registered in a year, or in one month of it where `month` is 1–12; 0 is the whole year.

    Raises ValueError where there is no such period. Days are those of the office's own time zone.
    """

    year: int
    month: int = 0
    office: str = ALL

    def __post_init__(self) -> None:
        if not FIRST_YEAR <= self.year <= LAST_YEAR:
            raise ValueError(f"the year {self.year} is not one of {FIRST_YEAR} to {LAST_YEAR}")
        if not 0 <= self.month <= 12:
            raise ValueError(f"the month {self.month} is not one of 1 to 12 (0 is the whole year)")
        if not self.office:
            raise ValueError(f"the office is empty (`{ALL}` is every office)")

    def begin(self) -> date:
        """Return the first day."""
        return date(self.year, self.month or 1, 1)

    def end(self) -> date:
        """Return the day after the last one."""
        if self.month in (0, 12):
            return date(self.year + 1, 1, 1)
        return date(self.year, self.month + 1, 1)

    def mature_at(self, zone: tzinfo) -> datetime:
        """Return when the last of its declarations has been followed for 30 days, with the offset of the zone."""
        return datetime.combine(self.end(), time(), zone) + FOLLOW_UP

    def of_year(self, year: int) -> Period:
        """Return the same months and office in another year. Raises ValueError as the constructor does."""
        return Period(year, self.month, self.office)
