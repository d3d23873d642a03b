"""Working time, walked day by day over the local days of an office.

By default Monday to Friday 07:30 to 11:30 and 13:00 to 17:00 in Viet Nam, its public holidays off with the days that
stand in for them, and the weekend days that are worked instead worked like a Friday.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from zoneinfo import ZoneInfo

import holidays

Hours = tuple[tuple[str, str], ...]
NORMAL: Hours = (("07:30", "11:30"), ("13:00", "17:00"))
FRIDAY = 4
WEEK: tuple[Hours, ...] = (NORMAL, NORMAL, NORMAL, NORMAL, NORMAL, (), ())
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)


@dataclass(frozen=True)
class Office:
    """Where an office differs from the default: hours of each weekday from Monday on, days off, days worked, its zone.

    `closed` and `worked` come on top of the public holidays, and win over them; a day worked has Friday's hours, or
    its own of `special`. `before` is the calendar of the days before `since`.
    """

    week: tuple[Hours, ...] = WEEK
    closed: frozenset[dt.date] = frozenset()
    worked: frozenset[dt.date] = frozenset()
    special: tuple[tuple[dt.date, Hours], ...] = ()
    zone: str = "Asia/Ho_Chi_Minh"
    public_holidays: bool = True
    since: dt.date | None = None
    before: Office | None = None


DEFAULT = Office()
Offices = Mapping[str, Office]


def working_us(start_us: int, end_us: int, office: Office = DEFAULT) -> int:
    """Working microseconds between two instants, of which the second is not before the first."""
    day, last = _local_day(start_us, office), _local_day(end_us, office)
    total = 0
    while day <= last:
        for opens, closes in _open(day, office):
            total += max(0, min(closes, end_us) - max(opens, start_us))
        day += dt.timedelta(days=1)
    return total


def after(start_us: int, length_us: int, office: Office = DEFAULT) -> int:
    """The earliest instant by which so much working time has passed since the start."""
    day, missing = _local_day(start_us, office), length_us
    while missing > 0:
        for opens, closes in _open(day, office):
            begin = max(opens, start_us)
            if begin < closes:
                if closes - begin >= missing:
                    return begin + missing
                missing -= closes - begin
        day += dt.timedelta(days=1)
    return start_us


def offset_us(at_us: int, office: Office = DEFAULT) -> int:
    """What the office's clocks are ahead of UTC at an instant."""
    offset = (_EPOCH + at_us * _MICROSECOND).astimezone(ZoneInfo(office.zone)).utcoffset()
    assert offset is not None
    return offset // _MICROSECOND


def wall_clock(at_us: int, office: Office = DEFAULT) -> dt.datetime:
    """What the calendar and the clock of the office show at an instant."""
    return (_EPOCH + at_us * _MICROSECOND).astimezone(ZoneInfo(office.zone))


def _local_day(at_us: int, office: Office) -> dt.date:
    return wall_clock(at_us, office).date()


@cache
def _open(day: dt.date, office: Office) -> list[tuple[int, int]]:
    """The spans of one local day in which the office works, as instants."""
    zone = ZoneInfo(office.zone)

    def instant(text: str) -> int:
        hours, minutes = map(int, text.split(":"))
        midnight_of = day + dt.timedelta(days=hours // 24)
        local = dt.datetime(
            midnight_of.year, midnight_of.month, midnight_of.day, hours % 24, minutes, tzinfo=zone
        )
        return (local - _EPOCH) // _MICROSECOND

    return [(instant(opens), instant(closes)) for opens, closes in hours_of(day, office)]


def hours_of(day: dt.date, office: Office) -> Hours:
    """The working hours of one local day, on the office's wall clock."""
    if office.before is not None and office.since is not None and day < office.since:
        return hours_of(day, office.before)
    for special, hours in office.special:
        if day == special:
            return hours
    if day in office.closed:
        return ()
    if day in office.worked:
        return office.week[FRIDAY]
    if office.public_holidays:
        if day in _viet_nam(day.year).weekend_workdays:
            return office.week[FRIDAY]
        if day in _viet_nam(day.year):
            return ()
    return office.week[day.weekday()]


@cache
def _viet_nam(year: int) -> holidays.HolidayBase:
    return holidays.country_holidays("VN", years=year)
