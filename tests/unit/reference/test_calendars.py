"""Working time of real calendars against an oracle that looks at every minute of 2022 to 2026, or at every second.

The oracle knows nothing of the program: its holidays are written by hand, and its offices' rules as plain conditions.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import cache
from itertools import accumulate
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.core.reference import Reference
from streams.reference import load_reference
from streams.reference.holiday_table import special_days

HANOI = dt.timezone(dt.timedelta(hours=7))
FIRST, LAST = dt.date(2022, 1, 1), dt.date(2026, 12, 31)
BEGIN_S = int(dt.datetime(2022, 1, 1, tzinfo=HANOI).timestamp())
MINUTES = ((LAST - FIRST).days + 1) * 1_440
US = 1_000_000

REFERENCE = """
reference: 1
defaults: {calendar: plain, zone: Asia/Ho_Chi_Minh}
calendars:
  - name: plain
    hours: {mon-fri: [07:30-11:30, 13:00-17:00]}
    holidays: VN
  - name: gate
    valid_to: 2024-06-30
    hours: {mon-fri: [07:00-11:30, 13:00-17:30], sat: [07:00-11:30]}
    holidays: VN
    days_off: [2023-11-20]
    working_days: [2023-11-25, 2022-09-01]
  - name: gate
    valid_from: 2024-07-01
    hours: {mon-sun: [00:00-05:00, 06:00-24:00]}
offices:
  - code: 27F1
    name: {vi: Một, en: One}
    overrides:
      - {valid_from: 2023-07-01, valid_to: 2024-06-30, hours: {sat: [07:30-11:30]}}
      - {valid_from: 2026-02-14, valid_to: 2026-02-22, hours: {mon-sun: [08:00-12:00]}, always: true}
      - {valid_from: 2024-09-09, valid_to: 2024-09-10, hours: {mon-sun: []}, always: true}
  - code: 27B1
    name: {vi: Hai, en: Two}
    valid_to: 2025-03-14
    calendar: gate
  - code: 27B1
    name: {vi: Hai mới, en: New two}
    valid_from: 2025-03-15
    overrides:
      - {valid_from: 2025-04-20, valid_to: 2025-05-10, hours: {mon-fri: [06:00-14:00]}}
"""

DAYS_OFF = {
    dt.date(year, month, day)
    for year, month, days in (
        (2022, 1, (1, 3, 31)),
        (2022, 2, (1, 2, 3, 4)),  # Tết
        (2022, 4, (10, 11, 30)),
        (2022, 5, (1, 2, 3)),
        (2022, 9, (1, 2)),
        (2023, 1, (1, 2, 20, 21, 22, 23, 24, 25, 26)),  # Tết from the 20th on
        (2023, 4, (29, 30)),
        (2023, 5, (1, 2, 3)),
        (2023, 9, (1, 2, 4)),
        (2024, 1, (1,)),
        (2024, 2, (8, 9, 10, 11, 12, 13, 14)),  # Tết
        (2024, 4, (18, 29, 30)),
        (2024, 5, (1,)),
        (2024, 9, (2, 3)),
        (2025, 1, (1, 27, 28, 29, 30, 31)),  # Tết from the 27th on
        (2025, 2, (1,)),
        (2025, 4, (7, 30)),
        (2025, 5, (1, 2)),
        (2025, 9, (1, 2)),
        (2026, 1, (1,)),
        (2026, 2, (16, 17, 18, 19, 20)),  # Tết
        (2026, 4, (26, 27, 30)),
        (2026, 5, (1,)),
        (2026, 8, (31,)),
        (2026, 9, (1, 2)),
        (2026, 11, (24,)),
    )
    for day in days
}
WORKED_SATURDAYS = {dt.date(2024, 5, 4), dt.date(2025, 4, 26), dt.date(2026, 8, 22)}

Rule = Callable[[dt.date, int], bool]


def office_hours(minute: int) -> bool:
    return 450 <= minute < 690 or 780 <= minute < 1_020


def plain(day: dt.date, minute: int) -> bool:
    if day in WORKED_SATURDAYS:
        return office_hours(minute)
    return day.weekday() < 5 and day not in DAYS_OFF and office_hours(minute)


def first_office(day: dt.date, minute: int) -> bool:
    if dt.date(2026, 2, 14) <= day <= dt.date(2026, 2, 22):
        return 480 <= minute < 720
    if day in (dt.date(2024, 9, 9), dt.date(2024, 9, 10)):
        return False
    saturdays = dt.date(2023, 7, 1) <= day <= dt.date(2024, 6, 30)
    if saturdays and day.weekday() == 5 and day not in DAYS_OFF and day not in WORKED_SATURDAYS:
        return 450 <= minute < 690
    return plain(day, minute)


def second_office(day: dt.date, minute: int) -> bool:
    if day >= dt.date(2025, 3, 15):
        if dt.date(2025, 4, 20) <= day <= dt.date(2025, 5, 10):
            usual = day.weekday() < 5 and day not in DAYS_OFF
            return (usual or day in WORKED_SATURDAYS) and 360 <= minute < 840
        return plain(day, minute)
    if day >= dt.date(2024, 7, 1):
        return not 300 <= minute < 360
    long_hours = 420 <= minute < 690 or 780 <= minute < 1_050
    if day in (dt.date(2022, 9, 1), dt.date(2023, 11, 25)) or day in WORKED_SATURDAYS:
        return long_hours
    if day in DAYS_OFF or day == dt.date(2023, 11, 20) or day.weekday() == 6:
        return False
    return 420 <= minute < 690 if day.weekday() == 5 else long_hours


RULES: dict[str | None, Rule] = {"27F1": first_office, "27B1": second_office, "99XX": plain, None: plain}


@cache
def table(office: str | None) -> tuple[bytes, list[int]]:
    """For every minute of the five years whether it is worked, and how many were before it."""
    rule = RULES[office]
    days = (FIRST + dt.timedelta(number) for number in range(MINUTES // 1_440))
    worked = bytes(rule(day, minute) for day in days for minute in range(1_440))
    return worked, [0, *accumulate(worked)]


def oracle(office: str | None, start_s: int, end_s: int) -> int:
    """Count the worked seconds of a span: whole minutes from the table, those at its ends second by second."""
    worked, before = table(office)
    first, last = -(-start_s // 60), end_s // 60
    if first > last:
        return (end_s - start_s) * worked[last]
    edges = sum(worked[second // 60] for second in (*range(start_s, first * 60), *range(last * 60, end_s)))
    return edges + (before[last] - before[first]) * 60


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Reference:
    path = tmp_path_factory.mktemp("reference") / "reference.yaml"
    path.write_text(REFERENCE, encoding="utf-8")
    return load_reference(path)


def measured(reference: Reference, office: str | None, start_s: int, end_s: int) -> int:
    calendar = reference.calendar_of(office)
    length = calendar.total_us((BEGIN_S + end_s) * US) - calendar.total_us((BEGIN_S + start_s) * US)
    assert length % US == 0
    return length // US


@given(
    st.sampled_from(list(RULES)),
    st.integers(0, MINUTES * 60 - 1),
    st.integers(0, 200) | st.integers(0, 10 * 86_400) | st.integers(0, MINUTES * 60),
)
@settings(max_examples=1_500, deadline=None)
def test_random_spans(reference: Reference, office: str | None, start_s: int, length_s: int) -> None:
    end_s = min(start_s + length_s, MINUTES * 60 - 1)
    assert measured(reference, office, start_s, end_s) == oracle(office, start_s, end_s)


@pytest.mark.parametrize("office", ["27F1", "27B1", None])
def test_every_day_of_five_years(reference: Reference, office: str | None) -> None:
    for number in range(MINUTES // 1_440):
        start_s = number * 86_400
        assert measured(reference, office, start_s, start_s + 86_399) == oracle(
            office, start_s, start_s + 86_399
        ), FIRST + dt.timedelta(number)


@pytest.mark.parametrize(
    ("office", "first", "days"),
    [
        ("99XX", dt.date(2022, 1, 28), 11),  # Tết
        ("99XX", dt.date(2024, 4, 26), 10),  # a day off in exchange for a Saturday
        ("27F1", dt.date(2026, 2, 12), 12),  # Tết, worked
        ("27F1", dt.date(2024, 9, 6), 6),  # closed
        ("27B1", dt.date(2024, 6, 28), 5),  # the calendar changes
        ("27B1", dt.date(2025, 3, 13), 5),  # the office changes its calendar
    ],
    ids=["Tết", "exchange", "on duty at Tết", "closed", "calendar changes", "office changes"],
)
def test_second_by_second(reference: Reference, office: str, first: dt.date, days: int) -> None:
    """Every second from one to the next, whether it is worked, without any table."""
    calendar, rule = reference.calendar_of(office), RULES[office]
    start_s = BEGIN_S + (first - FIRST).days * 86_400
    before = calendar.total_us(start_s * US)
    for second in range(days * 86_400):
        after = calendar.total_us((start_s + second + 1) * US)
        worked = rule(first + dt.timedelta(second // 86_400), second % 86_400 // 60)
        assert after - before == worked * US, second
        before = after


def test_the_library_says_what_was_written_by_hand() -> None:
    """Should a new release of the library say something else of these years, look at which of the two is right."""
    off = {day for year in range(2022, 2027) for day in special_days("VN", year).off}
    assert off ^ DAYS_OFF == set()
    assert {day for year in range(2022, 2027) for day in special_days("VN", year).working} == WORKED_SATURDAYS


def test_a_day_exchanged_over_the_turn_of_the_year_is_in_both_years() -> None:
    """31 December 2018 was off for Saturday 5 January 2019."""
    assert dt.date(2018, 12, 31) in special_days("VN", 2018).off
    assert dt.date(2019, 1, 5) in special_days("VN", 2019).working


def test_offices_that_work_the_same_hours_share_a_calendar() -> None:
    shipped = load_reference(None)
    assert shipped.calendar_of("27F1") is shipped.calendar_of("27B1") is shipped.calendar_of("27ZZ")
    assert shipped.calendar_of("99XX") is shipped.calendar_of(None)


def test_the_shipped_calendar_is_that_of_the_domain(tmp_path: Path) -> None:
    shipped = load_reference(None)
    for office in ("27B1", "27F1", "27F2", "27ZZ", "12AB", None):
        for day in (dt.date(2022, 2, 7), dt.date(2024, 5, 4), dt.date(2025, 1, 28), dt.date(2026, 11, 24)):
            start_s = (day - FIRST).days * 86_400
            assert measured(shipped, office, start_s, start_s + 86_400) == oracle(
                None, start_s, start_s + 86_400
            )
