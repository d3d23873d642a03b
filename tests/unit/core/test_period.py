"""The period of a report."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.period import Period

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.mark.parametrize(
    ("period", "begin", "end"),
    [
        (Period(2023), date(2023, 1, 1), date(2024, 1, 1)),
        (Period(2023, 1), date(2023, 1, 1), date(2023, 2, 1)),
        (Period(2024, 2), date(2024, 2, 1), date(2024, 3, 1)),
        (Period(2023, 12, "27F1"), date(2023, 12, 1), date(2024, 1, 1)),
    ],
)
def test_it_begins_with_its_first_day_and_ends_before_the_next(
    period: Period, begin: date, end: date
) -> None:
    assert (period.begin(), period.end()) == (begin, end)


@given(st.integers(1970, 2148))
def test_the_months_of_a_year_follow_each_other_and_are_the_year(year: int) -> None:
    months = [Period(year, month) for month in range(1, 13)]
    assert [one.end() for one in months[:-1]] == [one.begin() for one in months[1:]]
    assert (months[0].begin(), months[-1].end()) == (Period(year).begin(), Period(year).end())


def test_it_is_mature_thirty_days_after_the_local_midnight_that_ends_it() -> None:
    assert Period(2023).mature_at(ZONE) == datetime(2024, 1, 31, tzinfo=ZONE)
    assert Period(2023, 2).mature_at(ZONE).utcoffset() == timedelta(hours=7)


@pytest.mark.parametrize(
    ("year", "month", "office", "words"),
    [
        (1969, 0, "all", "the year 1969 is not one of 1970 to 2148"),
        (2149, 0, "all", "the year 2149 is not"),
        (2023, 13, "all", "the month 13 is not one of 1 to 12"),
        (2023, -1, "all", "the month -1 is not"),
        (2023, 0, "", "the office is empty"),
    ],
)
def test_there_is_no_such_period(year: int, month: int, office: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Period(year, month, office)


def test_it_goes_to_another_year_and_through_json() -> None:
    period = Period(2023, 6, "27F1")
    assert period.of_year(2022) == Period(2022, 6, "27F1")
    assert msgspec.json.decode(msgspec.json.encode(period), type=Period) == period
