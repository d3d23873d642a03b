"""Reference data put together: one calendar an office through all its entries, and what holds on a day."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from streams.core.office_hours import CalendarPeriod, HoursOverride, SpecialDays
from streams.core.reference import Office, Reference
from streams.core.targets import Target

VIETNAM, TOKYO = ZoneInfo("Asia/Ho_Chi_Minh"), ZoneInfo("Asia/Tokyo")
US = 1_000_000
MORNING, NOON, NIGHT = (((hour * 3_600, (hour + 1) * 3_600),) for hour in (8, 12, 22))


def at(text: str) -> int:
    return int(dt.datetime.fromisoformat(text).timestamp()) * US


def nothing_special(country: str, year: int) -> SpecialDays:
    return SpecialDays(frozenset(), frozenset())


def office(code: str, calendar: str, **fields: object) -> Office:
    return Office(code=code, name_vi=code, name_en=code, calendar=calendar, **{"zone": VIETNAM, **fields})  # type: ignore[arg-type]


def whole_week_of(*fields: object, **validity: dt.date) -> HoursOverride:
    return HoursOverride(week=(NIGHT,) * 7, **validity)


CHANGE = dt.date(2025, 3, 15)
BEFORE = CHANGE - dt.timedelta(1)
REFERENCE = Reference(
    calendars={
        "morning": (CalendarPeriod(week=(MORNING,) * 7),),
        "noon": (CalendarPeriod(week=(NOON,) * 7),),
    },
    default_calendar="morning",
    default_zone=VIETNAM,
    holidays=nothing_special,
    offices=[
        office("27B1", "noon", valid_from=CHANGE, valid_to=dt.date(2025, 12, 31)),
        office(
            "27B1",
            "morning",
            valid_from=dt.date(2020, 1, 1),
            valid_to=BEFORE,
            overrides=(whole_week_of(valid_from=dt.date(2025, 1, 1)),),
        ),
        office("27F1", "morning"),
        office("99TK", "noon", zone=TOKYO),
    ],
    targets=[Target(interval="INSP", clock="working", seconds=9, office="99TK", valid_from=CHANGE)],
)


def worked(code: str | None, day: str) -> list[int]:
    """The hours of a day in Viet Nam that are worked."""
    calendar = REFERENCE.calendar_of(code)
    begin = at(f"{day}T00:00:00+07:00")
    totals = [calendar.total_us(begin + hour * 3_600 * US) for hour in range(25)]
    return [hour for hour in range(24) if totals[hour + 1] - totals[hour] == 3_600 * US]


def test_one_calendar_through_all_entries() -> None:
    days = ["1999-01-01", "2024-12-31", "2025-01-01", "2025-03-14", "2025-03-15", "2025-12-31", "2030-01-01"]
    assert [worked("27B1", day) for day in days] == [[8], [8], [22], [22], [12], [12], [12]]


def test_an_unknown_office_and_none_have_the_default_calendar() -> None:
    assert worked("99XX", "2026-03-02") == worked(None, "2026-03-02") == [8]
    assert REFERENCE.calendar_of("99XX") is REFERENCE.calendar_of(None)


def test_an_office_has_its_own_zone() -> None:
    assert worked("99TK", "2026-03-02") == [10], "noon in Tokyo"
    assert REFERENCE.calendar_of("99TK").offset_us(at("2026-03-02T00:00:00+07:00")) == 9 * 3_600 * US


def test_offices_of_the_same_hours_share_one_calendar() -> None:
    assert REFERENCE.calendar_of("27F1") is REFERENCE.calendar_of(None)
    assert REFERENCE.calendar_of("27F1") is not REFERENCE.calendar_of("27B1")


def test_the_entry_valid_at_an_instant() -> None:
    def calendar(code: str, text: str) -> str | None:
        found = REFERENCE.office_at(code, at(text))
        return None if found is None else found.calendar

    assert calendar("27B1", "2025-03-14T23:59:59+07:00") == "morning"
    assert calendar("27B1", "2025-03-15T00:00:00+07:00") == "noon"
    assert calendar("27B1", "2026-01-01T00:00:00+07:00") is None
    assert calendar("99XX", "2025-03-15T00:00:00+07:00") is None


def test_a_target_is_valid_by_the_office_s_days() -> None:
    """The day begins two hours earlier in Tokyo."""
    first = at("2025-03-14T22:00:00+07:00")
    assert REFERENCE.target_of("INSP", "import", 3, "99TK", first - US) is None
    assert REFERENCE.target_of("INSP", "import", 3, "99TK", first) is REFERENCE.targets[0]
    assert REFERENCE.target_of("INSP", "import", 3, None, first) is None


def test_offices_are_in_order_of_time() -> None:
    assert [entry.calendar for entry in REFERENCE.offices["27B1"]] == ["morning", "noon"]
