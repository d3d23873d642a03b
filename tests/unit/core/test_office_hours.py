"""The hours of a day: what wins over what, case by case."""

from __future__ import annotations

import datetime as dt

import pytest

from streams.core.office_hours import (
    CalendarPeriod,
    HoursOverride,
    OfficeHours,
    PartOfWeek,
    Spans,
    SpecialDays,
    Validity,
)

FULL: Spans = ((27_000, 41_400), (46_800, 61_200))
HALF: Spans = ((27_000, 41_400),)
OWN: Spans = ((36_000, 43_200),)

MONDAY = dt.date(2026, 3, 2)
HOLIDAY = dt.date(2026, 3, 4)
"""A Wednesday."""
EXCHANGED = dt.date(2026, 3, 7)
"""The Saturday worked for it."""
SATURDAY = dt.date(2026, 3, 14)
SUNDAY = dt.date(2026, 3, 15)


def table(country: str, year: int) -> SpecialDays:
    assert country == "VN"
    if year != 2026:
        return SpecialDays(frozenset(), frozenset())
    return SpecialDays(frozenset({HOLIDAY}), frozenset({EXCHANGED}))


def period(**changes: object) -> CalendarPeriod:
    fields = {"week": (FULL, FULL, FULL, FULL, FULL, (), ()), "holidays": "VN", **changes}
    return CalendarPeriod(**fields)  # type: ignore[arg-type]


def own(*days: Spans | None, always: bool = False, **validity: dt.date) -> HoursOverride:
    week: PartOfWeek = (*days, *[None] * (7 - len(days)))  # type: ignore[assignment]
    return HoursOverride(week=week, always=always, **validity)


EVERY_DAY = (OWN,) * 7
SATURDAYS = (None, None, None, None, None, HALF)


@pytest.mark.parametrize(
    ("calendar", "override", "day", "spans"),
    [
        pytest.param(period(), None, MONDAY, FULL, id="an ordinary day"),
        pytest.param(period(), None, SATURDAY, (), id="a day that is not worked"),
        pytest.param(period(), None, HOLIDAY, (), id="a holiday"),
        pytest.param(period(), None, EXCHANGED, FULL, id="a Saturday worked in exchange"),
        pytest.param(period(holidays=None), None, HOLIDAY, FULL, id="no holidays are kept"),
        pytest.param(period(holidays=None), None, EXCHANGED, (), id="nor exchanges"),
        pytest.param(period(week=((), HALF, FULL, (), (), (), ())), None, EXCHANGED, HALF, id="as the first worked"),
        pytest.param(period(days_off=frozenset({MONDAY})), None, MONDAY, (), id="a day off of the calendar"),
        pytest.param(period(days_off=frozenset({EXCHANGED})), None, EXCHANGED, (), id="it wins over an exchange"),
        pytest.param(period(working_days=frozenset({SUNDAY})), None, SUNDAY, FULL, id="a working day of the calendar"),
        pytest.param(period(working_days=frozenset({HOLIDAY})), None, HOLIDAY, FULL, id="it wins over a holiday"),
        pytest.param(period(), own(*SATURDAYS), SATURDAY, HALF, id="an override changes the day it names"),
        pytest.param(period(), own(*SATURDAYS), MONDAY, FULL, id="and no other"),
        pytest.param(period(), own(*SATURDAYS), EXCHANGED, FULL, id="an exchange stays a whole day"),
        pytest.param(period(), own(*EVERY_DAY), HOLIDAY, (), id="a holiday stays off"),
        pytest.param(period(), own(*EVERY_DAY), EXCHANGED, OWN, id="an exchange has the override's week"),
        pytest.param(period(), own(*EVERY_DAY, always=True), HOLIDAY, OWN, id="always: on a holiday, too"),
        pytest.param(period(), own(*SATURDAYS, always=True), EXCHANGED, HALF, id="always: on an exchange, too"),
        pytest.param(period(), own(*SATURDAYS, always=True), HOLIDAY, (), id="always: not on days it does not name"),
        pytest.param(period(), own(*[()] * 7, always=True), MONDAY, (), id="closed"),
        pytest.param(period(), own(*EVERY_DAY, valid_to=dt.date(2026, 3, 1)), MONDAY, FULL, id="no longer valid"),
        pytest.param(period(), own(*EVERY_DAY, valid_from=dt.date(2026, 3, 3)), MONDAY, FULL, id="not yet valid"),
        pytest.param(period(), own(*EVERY_DAY, valid_from=MONDAY, valid_to=MONDAY), MONDAY, OWN, id="both days count"),
    ],
)  # fmt: skip
def test_hours_of_a_day(
    calendar: CalendarPeriod, override: HoursOverride | None, day: dt.date, spans: Spans
) -> None:
    assert OfficeHours((calendar,), (override,) if override else (), table)(day) == spans


def test_the_calendar_is_the_one_in_force() -> None:
    change = dt.date(2026, 3, 10)
    hours = OfficeHours(
        (period(valid_to=change - dt.timedelta(1)), period(valid_from=change, week=(HALF,) * 7)), (), table
    )
    assert [hours(MONDAY), hours(change - dt.timedelta(1)), hours(change), hours(SUNDAY)] == [
        FULL,
        FULL,
        HALF,
        HALF,
    ]


def test_what_is_left_of_a_validity() -> None:
    year = Validity(valid_from=dt.date(2025, 1, 1), valid_to=dt.date(2025, 12, 31))
    assert year.within(dt.date.min, dt.date.max) == year
    assert year.within(dt.date(2025, 12, 31), dt.date.max) == Validity(
        valid_from=dt.date(2025, 12, 31), valid_to=dt.date(2025, 12, 31)
    )
    assert year.within(dt.date(2026, 1, 1), dt.date.max) is None
