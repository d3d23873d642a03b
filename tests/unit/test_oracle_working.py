"""Working time as the oracle has it, by hand and by the second."""

from __future__ import annotations

import datetime as dt
import random

from oracle.working import DEFAULT, NORMAL, WEEK, Hours, Office, after, offset_us, working_us


def us(text: str, zone: str = "+07:00") -> int:
    """Microseconds of a local time of 2026 in Viet Nam, such as 03-02T08:00."""
    at = dt.datetime.fromisoformat(f"2026-{text}{zone}")
    return (at - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) // dt.timedelta(microseconds=1)


def worked(start: str, end: str, office: Office = DEFAULT) -> dt.timedelta:
    return dt.timedelta(microseconds=working_us(us(start), us(end), office))


def hours(number: float) -> dt.timedelta:
    return dt.timedelta(hours=number)


def test_working_time_by_the_seconds_of_a_week() -> None:
    #  every second from Friday 21 August 2026 to Monday the 31st, which is off for Saturday the 22nd
    start = us("08-21T00:00")
    open_seconds = {
        second
        for day in (0, 1, 3, 4, 5, 6, 7)
        for opens, closes in ((7.5, 11.5), (13, 17))
        for second in range(int(day * 86400 + opens * 3600), int(day * 86400 + closes * 3600))
    }
    chance = random.Random(3)
    for _ in range(200):
        first, last = sorted(chance.randrange(0, 11 * 86400) for _ in range(2))
        wanted = sum(first <= second < last for second in open_seconds)
        assert working_us(start + first * 1_000_000, start + last * 1_000_000) == wanted * 1_000_000


def test_working_time_is_exact_to_the_microsecond() -> None:
    assert working_us(us("03-02T11:29:59.999999"), us("03-02T12:00")) == 1
    assert working_us(us("03-02T12:00"), us("03-02T13:00:00.000002")) == 2


def test_the_earliest_instant_after_so_much_work() -> None:
    hour = 3_600_000_000
    assert after(us("03-02T08:00"), hour) == us("03-02T09:00")
    assert after(us("03-02T10:30"), hour) == us("03-02T11:30")
    assert after(us("03-02T10:30"), hour + 1) == us("03-02T13:00:00.000001")
    assert after(us("02-13T16:30"), hour) == us("02-23T08:00")
    assert after(us("03-07T12:00"), 0) == us("03-07T12:00")


def test_an_office_has_hours_and_days_of_its_own() -> None:
    long: Hours = (("06:00", "22:00"),)
    border = Office(
        week=(long, *WEEK[1:5], NORMAL, ()),
        closed=frozenset({dt.date(2026, 3, 3)}),
        worked=frozenset({dt.date(2026, 3, 8), dt.date(2026, 2, 17)}),
        special=((dt.date(2026, 3, 4), (("08:00", "09:00"),)),),
    )
    assert worked("03-02T00:00", "03-03T00:00", border) == hours(16)
    assert worked("03-03T00:00", "03-04T00:00", border) == hours(0)
    assert worked("03-04T00:00", "03-05T00:00", border) == hours(1)
    assert worked("03-07T00:00", "03-09T00:00", border) == hours(
        16
    )  # Saturday, and a Sunday worked like a Friday
    assert worked("02-16T00:00", "02-19T00:00", border) == hours(8)  # one day of Tet is worked
    assert worked("02-16T00:00", "02-19T00:00", Office(public_holidays=False)) == hours(24)


def test_hours_may_change_on_a_day() -> None:
    later = Office(week=((("07:30", "08:30"),),) * 7, since=dt.date(2026, 3, 4), before=DEFAULT)
    assert worked("03-03T00:00", "03-05T00:00", later) == hours(9)


def test_hours_are_of_the_office_s_zone() -> None:
    seoul = Office(zone="Asia/Seoul")
    assert worked("03-02T00:00", "03-02T05:31", seoul) == hours(1) / 60
    assert offset_us(us("03-02T08:00"), seoul) == 9 * 3_600_000_000
    assert offset_us(us("03-02T08:00")) == 7 * 3_600_000_000
