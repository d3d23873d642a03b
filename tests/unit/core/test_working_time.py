"""Working time against a second-by-second oracle, its laws, and zones whose clocks change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.core.working_time import WorkingCalendar

US = 1_000_000
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
OFFICE = ((27_000, 41_400), (46_800, 61_200))
"""07:30-11:30 and 13:00-17:00."""


def office_hours(day: dt.date) -> Sequence[tuple[int, int]]:
    return OFFICE if day.weekday() < 5 else ()


def round_the_clock(day: dt.date) -> Sequence[tuple[int, int]]:
    return ((0, 86_400),)


def odd_hours(day: dt.date) -> Sequence[tuple[int, int]]:
    """Hours that begin and end at odd seconds, run to and from midnight, touch, and differ by day."""
    return (
        ((0, 3_599), (3_599, 7_201), (80_000, 86_400)),
        ((0, 1), (43_200, 43_201), (86_399, 86_400)),
        (),
        ((9_000, 9_007), (10_000, 70_000)),
    )[day.toordinal() % 4]


def at(text: str) -> int:
    """Return the instant of a time with an offset, in microseconds."""
    return (dt.datetime.fromisoformat(text) - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) // dt.timedelta(
        microseconds=1
    )


def counted(hours: object, zone: ZoneInfo, start_s: int, end_s: int) -> int:
    """Count the seconds between two instants at which the wall clock reads working time, one by one."""
    seconds = 0
    for second in range(start_s, end_s):
        wall = dt.datetime.fromtimestamp(second, zone)
        reading = wall.hour * 3_600 + wall.minute * 60 + wall.second
        seconds += any(start <= reading < end for start, end in hours(wall.date()))  # type: ignore[operator]
    return seconds


VN = WorkingCalendar(office_hours, VIETNAM)
ODD_IN_BERLIN = WorkingCalendar(odd_hours, ZoneInfo("Europe/Berlin"))
MANY_IN_BERLIN = WorkingCalendar(odd_hours, ZoneInfo("Europe/Berlin"))
instants = st.integers(at("1970-01-01T00:00:00Z"), at("2199-12-31T23:59:59Z"))
near = st.integers(at("2019-12-20T00:00:00Z"), at("2020-01-12T00:00:00Z"))


@pytest.mark.parametrize(
    ("start", "end", "seconds"),
    [
        ("2026-03-02T07:30:00+07:00", "2026-03-02T11:30:00+07:00", 14_400),
        ("2026-03-02T07:29:59+07:00", "2026-03-02T07:30:01+07:00", 1),
        ("2026-03-02T11:29:59.999999+07:00", "2026-03-02T13:00:00.000001+07:00", 0),
        ("2026-03-02T12:00:00+07:00", "2026-03-02T12:30:00+07:00", 0),
        ("2026-03-02T00:00:00+07:00", "2026-03-03T00:00:00+07:00", 28_800),
        ("2026-03-06T16:59:00+07:00", "2026-03-09T07:31:00+07:00", 120),
        ("2026-03-07T00:00:00+07:00", "2026-03-09T00:00:00+07:00", 0),
    ],
    ids=[
        "a morning",
        "opening",
        "lunch to the microsecond",
        "inside lunch",
        "a day",
        "over a weekend",
        "a weekend",
    ],
)
def test_between_two_instants(start: str, end: str, seconds: int) -> None:
    assert (VN.total_us(at(end)) - VN.total_us(at(start))) // US == seconds


def test_is_exact_to_the_microsecond() -> None:
    opening = at("2026-03-02T07:30:00+07:00")
    assert [VN.total_us(opening + us) - VN.total_us(opening) for us in (-1, 0, 1, 2)] == [0, 0, 1, 2]
    closing = at("2026-03-02T17:00:00+07:00")
    assert [VN.total_us(closing + us) - VN.total_us(closing) for us in (-2, -1, 0, 1)] == [-2, -1, 0, 0]


def test_is_counted_from_2020_on() -> None:
    base = at("2020-01-01T00:00:00Z")
    for hours in (office_hours, round_the_clock, odd_hours):
        assert WorkingCalendar(hours, VIETNAM).total_us(base) == 0
    assert WorkingCalendar(round_the_clock, VIETNAM).total_us(base - 5) == -5


def test_fifty_years() -> None:
    """2,609 weeks from a Monday to a Monday, 40 hours each."""
    start, end = at("1976-01-05T00:00:00+07:00"), at("2026-01-05T00:00:00+07:00")
    assert (end - start) // US == 2_609 * 7 * 86_400
    assert VN.total_us(end) - VN.total_us(start) == 2_609 * 40 * 3_600 * US


def test_a_round_the_clock_office_works_all_the_time() -> None:
    for zone in (VIETNAM, ZoneInfo("America/New_York")):
        office = WorkingCalendar(round_the_clock, zone)
        start, end = at("1971-01-01T00:00:00Z"), at("2031-06-01T00:00:00Z")
        assert office.total_us(end) - office.total_us(start) == end - start


@pytest.mark.parametrize("hours", [office_hours, odd_hours], ids=["office hours", "odd hours"])
@pytest.mark.parametrize(
    "zone",
    [VIETNAM, ZoneInfo("Europe/Berlin"), ZoneInfo("Australia/Lord_Howe"), ZoneInfo("America/St_Johns")],
    ids=str,
)
def test_counts_what_the_wall_clock_says(hours: object, zone: ZoneInfo) -> None:
    """Second by second, over the turn of a year and over both changes of the clocks in these zones."""
    office = WorkingCalendar(hours, zone)  # type: ignore[arg-type]
    for noon in (
        "2019-12-31",
        "2025-03-09",
        "2025-03-30",
        "2025-04-06",
        "2025-10-05",
        "2025-10-26",
        "2025-11-02",
    ):
        start = at(f"{noon}T12:00:00Z") // US - 86_400
        step = 7_193
        for begin in range(start, start + 2 * 86_400, step):
            got = office.total_us((begin + step) * US) - office.total_us(begin * US)
            assert got == counted(hours, zone, begin, begin + step) * US, begin


def test_a_skipped_hour_counts_nothing_and_a_repeated_one_twice() -> None:
    night = WorkingCalendar(lambda day: ((3_600, 14_400),), ZoneInfo("Europe/Berlin"))  # 01:00-04:00
    spring = (at("2025-03-30T00:00:00+01:00"), at("2025-03-31T00:00:00+02:00"))
    autumn = (at("2025-10-26T00:00:00+02:00"), at("2025-10-27T00:00:00+01:00"))
    usual = (at("2025-06-01T00:00:00+02:00"), at("2025-06-02T00:00:00+02:00"))
    lengths = [(night.total_us(end) - night.total_us(start)) // US for start, end in (usual, spring, autumn)]
    assert lengths == [10_800, 7_200, 14_400]


def test_offsets() -> None:
    assert VN.offset_us(at("2026-03-02T00:00:00Z")) == 25_200 * US
    assert VN.offset_us(at("1975-01-01T00:00:00Z")) == 28_800 * US, (
        "Sài Gòn was 8 hours ahead until June 1975"
    )
    berlin = WorkingCalendar(office_hours, ZoneInfo("Europe/Berlin"))
    change = at("2025-03-30T01:00:00Z")
    assert [berlin.offset_us(change + us) // US for us in (-1, 0)] == [3_600, 7_200]
    assert berlin.offset_us(at("2150-07-01T00:00:00Z")) == 7_200 * US


@given(st.lists(instants, min_size=1, max_size=6))
@settings(deadline=None, max_examples=8)
def test_no_answer_depends_on_what_was_asked_before(asked: list[int]) -> None:
    office = WorkingCalendar(odd_hours, VIETNAM)
    answers = {instant: (office.total_us(instant), office.offset_us(instant)) for instant in asked}
    for instant, answer in answers.items():
        assert (office.total_us(instant), office.offset_us(instant)) == answer
        fresh = WorkingCalendar(odd_hours, VIETNAM)
        assert (fresh.total_us(instant), fresh.offset_us(instant)) == answer
    for calendar in (office, WorkingCalendar(odd_hours, VIETNAM)):
        totals = calendar.totals_us(np.array(asked, np.int64)).tolist()
        assert totals == [answers[instant][0] for instant in asked]


ODD = WorkingCalendar(odd_hours, ZoneInfo("Australia/Lord_Howe"))


@given(instants, instants)
@settings(deadline=None)
def test_never_falls_and_never_outruns_the_clock(a: int, b: int) -> None:
    a, b = min(a, b), max(a, b)
    for office in (VN, ODD):
        assert 0 <= office.total_us(b) - office.total_us(a) <= b - a


@given(near | instants, st.integers(0, 400 * 28_800 * US))
@settings(deadline=None)
def test_after_is_the_earliest_instant_with_so_much_working_time(instant: int, working: int) -> None:
    for office in (VN, ODD):
        end = office.after(instant, working)
        assert end >= instant
        assert office.total_us(end) - office.total_us(instant) == working
        if working:
            assert office.total_us(end - 1) - office.total_us(instant) == working - 1


def test_after_nothing_is_at_once() -> None:
    sunday = at("2026-03-01T10:00:00+07:00")
    assert VN.after(sunday, 0) == sunday
    assert VN.after(sunday, -5) == sunday
    assert VN.after(sunday, 1) == at("2026-03-02T07:30:00.000001+07:00")
    assert VN.after(at("2026-03-02T07:30:00+07:00"), 14_400 * US) == at("2026-03-02T11:30:00+07:00")


def test_where_there_is_no_working_time() -> None:
    closed = WorkingCalendar(lambda day: (), VIETNAM)
    assert closed.total_us(at("2026-03-02T10:00:00+07:00")) == 0
    with pytest.raises(ValueError, match="1969 to 2299"):
        closed.after(at("2298-03-02T10:00:00+07:00"), 1)


def test_instants_out_of_reach_and_disordered_hours() -> None:
    with pytest.raises(ValueError, match="1969 to 2299"):
        VN.total_us(at("2300-01-01T00:00:00Z"))
    for spans in (((5, 3),), ((0, 10), (9, 20)), ((0, 86_401),), ((10, 10),)):
        with pytest.raises(ValueError, match="out of order"):
            WorkingCalendar(lambda day, spans=spans: spans, VIETNAM).total_us(0)


@given(st.lists(st.one_of(instants, near), max_size=20))
@settings(max_examples=60, deadline=None)
def test_totals_of_many_instants_are_those_of_each(found: list[int]) -> None:
    totals = MANY_IN_BERLIN.totals_us(np.array(found, np.int64))
    assert totals.dtype == np.int64
    assert totals.tolist() == [ODD_IN_BERLIN.total_us(at) for at in found]


def test_totals_keep_the_shape_and_know_their_years() -> None:
    many = np.array([[at("2026-03-02T08:00:00+07:00"), at("2026-03-02T12:00:00+07:00")]])
    assert np.diff(VN.totals_us(many)).tolist() == [[(3 * 60 + 30) * 60 * US]]
    assert VN.totals_us(np.zeros((2, 0), np.int64)).shape == (2, 0)
    with pytest.raises(ValueError, match="outside the years"):
        VN.totals_us(np.array([2**62]))


IN_ZONES = {
    zone: WorkingCalendar(office_hours, ZoneInfo(zone))
    for zone in ("Asia/Ho_Chi_Minh", "Europe/Berlin", "America/St_Johns", "Pacific/Apia")
}


@pytest.mark.parametrize("zone", IN_ZONES)
@settings(deadline=None)
@given(instant=instants)
def test_the_day_and_the_hour_are_those_of_the_wall(zone: str, instant: int) -> None:
    wall = dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=instant)
    local = wall.astimezone(ZoneInfo(zone))
    day = local.toordinal() - dt.date(1970, 1, 1).toordinal()
    assert IN_ZONES[zone].day_and_hour(instant) == (day, local.hour)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(near, st.integers(1, 400 * 3_600 * US)), max_size=6), st.booleans())
def test_many_at_a_time_are_as_one_at_a_time(asked: list[tuple[int, int]], odd: bool) -> None:
    calendar = WorkingCalendar(odd_hours, ZoneInfo("Europe/Berlin")) if odd else VN
    begun = np.array([one for one, _ in asked], np.int64)
    wanted = np.array([length for _, length in asked], np.int64)
    assert calendar.afters_us(begun, wanted).tolist() == [calendar.after(*one) for one in asked]
    days = [calendar.day_and_hour(one)[0] for one, _ in asked]
    assert calendar.days_of(begun).tolist() == days


@given(near, st.booleans())
def test_it_is_working_time_where_the_next_moment_counts(instant: int, odd: bool) -> None:
    calendar = ODD_IN_BERLIN if odd else VN
    assert calendar.is_working(instant) == (calendar.total_us(instant + 1) > calendar.total_us(instant))
