"""The story of domain section 3 on the simulator: what windows say around Tet 2026, against what became of everybody.

The holiday is from 16 to 20 February, Monday to Friday, with the weekends before and after it; the first working day is
Monday 23 February. Truth is the mean of those registered in a window, or the age by which 90 % of them are released
(who is cancelled or abandoned never is), all of them followed to the end.

The story holds for who completed of those that a day registered. It does not hold for imports by throughput: on a
holiday that has a few which come free of another agency, or pay, after days, and their mean is a third to nine tenths
of the truth. The live P90 holds everywhere on the working clock; on the elapsed clock the weekend is in the way, and
three ends in four are within 15 %. What does not hold is marked, and fails when it begins to.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from functools import cache

import numpy as np
import pytest

from builders import FEED
from spans import DAY_MS, Kind, block_of, told
from streams.core.declaration import Declaration, History
from streams.core.decode import decode_event
from streams.core.event import Accepted, Event
from streams.core.span_table import SpanTable
from streams.core.window_values import Cut, values_at
from streams.reference import load_reference
from streams.simulator.generate import generate

REFERENCE = load_reference(None)
ZONE = dt.timezone(dt.timedelta(hours=7))
START = dt.datetime(2026, 1, 19, tzinfo=ZONE)
DAYS = 50
NUMBER = 24_000
SEED = 1

DAY, WEEK = Kind(DAY_MS), Kind(7 * DAY_MS)
HOLIDAYS = [dt.date(2026, 2, day) for day in range(16, 21)]
FIRST_DAY = dt.date(2026, 2, 23)
ORDINARY = [
    day
    for day in (dt.date(2026, 1, 26) + dt.timedelta(number) for number in range(40))
    if day.weekday() < 5 and not dt.date(2026, 2, 13) <= day <= dt.date(2026, 3, 2)
]
"""Weekdays whose window, and what the declarations of it have to wait, keeps clear of the holiday."""


def end_of(day: dt.date, hour: int = 24) -> int:
    """Return an hour of a day in Viet Nam, in ms."""
    return int((dt.datetime(day.year, day.month, day.day, tzinfo=ZONE).timestamp() + hour * 3600) * 1000)


@cache
def declarations() -> list[Declaration]:
    histories: dict[str, History] = defaultdict(History)
    for message in generate(SEED, NUMBER, START, DAYS):
        event = decode_event(message.value)
        if isinstance(event, Event):
            histories[event.declaration_key].add(Accepted(event, FEED, 0))
    folded = (history.fold(key, REFERENCE) for key, history in histories.items())
    return [one for one in folded if one is not None]


@cache
def table() -> SpanTable:
    found = SpanTable(REFERENCE)
    found.put(block_of(declarations()))
    return found


@cache
def followed() -> dict[str, np.ndarray]:
    """Return registration (ms), direction, and lengths of everybody in seconds: infinite where never released."""
    registered = [one for one in declarations() if one.registered_us is not None]
    gone = [one.status == "cancelled" or one.released_us is None for one in registered]
    return {
        "at": np.array([(one.registered_us or 0) // 1000 for one in registered]),
        "direction": np.array([one.direction for one in registered]),
        "elapsed": np.array(
            [np.inf if no else one.intervals[0].elapsed_s for one, no in zip(registered, gone, strict=True)],
            np.float64,
        ),
        "working": np.array(
            [np.inf if no else one.intervals[0].working_s for one, no in zip(registered, gone, strict=True)],
            np.float64,
        ),
    }


def lengths(direction: str, end_ms: int, size_ms: int, clock: str = "elapsed") -> np.ndarray:
    """Return the true lengths in seconds of those registered in a window."""
    of = followed()
    registered = (of["at"] >= end_ms - size_ms) & (of["at"] < end_ms) & (of["direction"] == direction)
    return of[clock][registered]


def true_mean(direction: str, end_ms: int, size_ms: int) -> float:
    found = lengths(direction, end_ms, size_ms)
    return float(found[np.isfinite(found)].mean())


def true_quantile(direction: str, end_ms: int, size_ms: int, level: float, clock: str = "elapsed") -> float:
    """Return the age at which that share of a cohort is released: who is cancelled never is."""
    return float(np.quantile(lengths(direction, end_ms, size_ms, clock), level, method="inverted_cdf"))


def row(of: SpanTable, kind: Kind, end_ms: int, direction: str, clock: str = "elapsed") -> dict[str, float]:
    return told(values_at(of, kind, end_ms))["all", direction, "all", "REG_REL", clock]


def completed_only(direction: str, day: dt.date) -> float:
    """Return the mean of a day's throughput over the mean of everybody registered on it."""
    end_ms = end_of(day)
    return row(table(), DAY, end_ms, direction)["mean_s"] / true_mean(direction, end_ms, DAY_MS)


def completed_of_the_day(direction: str, day: dt.date) -> float:
    """Return the same where only those count that were registered on the day too."""
    end_ms = end_of(day)
    registered = [
        one
        for one in declarations()
        if one.registered_us is not None and end_ms - DAY_MS <= one.registered_us // 1000 < end_ms
    ]
    of_day = SpanTable(REFERENCE)
    of_day.put(block_of(registered))
    return row(of_day, DAY, end_ms, direction)["mean_s"] / true_mean(direction, end_ms, DAY_MS)


def live_errors(clock: str) -> np.ndarray:
    """Return by how much the live 7-day P90 of imports is off at 06:00, 12:00, 18:00 and 24:00 of ordinary weekdays."""
    ends = sorted(end_of(day, hour) for day in ORDINARY for hour in (6, 12, 18, 24))
    cut = Cut(table(), WEEK, range(ends[0], ends[-1] + 1))
    found = []
    for end_ms in ends:
        of = told(cut.values_at(end_ms))["all", "import", "all", "REG_REL", clock]
        found.append(of["live_p90_s"] / true_quantile("import", end_ms, WEEK.size_ms, 0.9, clock) - 1)
    return np.array(found)


def test_the_days_are_what_they_are_taken_for() -> None:
    calendar = REFERENCE.calendar_of("27F1")
    for day in (dt.date(2026, 2, 14) + dt.timedelta(number) for number in range(10)):
        worked = calendar.total_us(end_of(day) * 1000) - calendar.total_us((end_of(day) - DAY_MS) * 1000)
        assert (worked > 0) == (day == FIRST_DAY), day


@pytest.mark.parametrize("day", HOLIDAYS)
@pytest.mark.parametrize("direction", ["import", "export"])
def test_on_the_holiday_who_completed_is_below_a_tenth_of_the_truth(direction: str, day: dt.date) -> None:
    assert completed_of_the_day(direction, day) < 0.1


@pytest.mark.xfail(
    strict=True, reason="0.35 to 0.90 of the truth: some complete after days, on a holiday too"
)
@pytest.mark.parametrize("day", HOLIDAYS)
def test_on_the_holiday_throughput_is_below_a_tenth_of_the_truth(day: dt.date) -> None:
    assert completed_only("import", day) < 0.1


@pytest.mark.parametrize("direction", ["import", "export"])
def test_on_the_first_day_after_throughput_is_above_twice_the_truth(direction: str) -> None:
    assert completed_only(direction, FIRST_DAY) > 2


def test_live_p90_on_ordinary_weekdays_is_within_15_percent_on_the_working_clock() -> None:
    errors = live_errors("working")
    assert np.abs(errors).max() < 0.15
    assert abs(np.median(errors)) < 0.05


def test_live_p90_on_ordinary_weekdays_is_mostly_within_15_percent_on_the_elapsed_clock() -> None:
    errors = live_errors("elapsed")
    assert np.mean(np.abs(errors) < 0.15) > 0.7
    assert abs(np.median(errors)) < 0.1


@pytest.mark.xfail(
    strict=True, reason="off by -31 % to +55 %: around weekends ages of two days are known of few"
)
def test_live_p90_on_ordinary_weekdays_is_always_within_15_percent_on_the_elapsed_clock() -> None:
    assert np.abs(live_errors("elapsed")).max() < 0.15
