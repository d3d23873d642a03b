"""Registrations follow the working calendar and the hours of the day."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from random import Random

import pytest

from streams.reference import load_reference
from streams.simulator.arrivals import (
    HOUR,
    ZONE,
    daily_numbers,
    day_factor,
    instants,
    midnight_us,
    usual_number,
)

CALENDAR = load_reference(None).calendar_of(None)


@pytest.mark.parametrize(
    ("day", "factor"),
    [
        ("2026-03-02", 1.0),  # a Monday
        ("2026-03-07", 0.38),
        ("2026-03-08", 0.15),
        ("2026-02-17", 0.12),  # Tet
        ("2026-04-30", 0.12),
    ],
)
def test_a_day_by_its_kind(day: str, factor: float) -> None:
    assert day_factor(dt.date.fromisoformat(day), CALENDAR) == factor


def test_days_share_out_exactly() -> None:
    days = [dt.date(2026, 2, 1) + dt.timedelta(n) for n in range(60)]
    numbers = daily_numbers(Random(1), days, 12_345, CALENDAR)
    assert sum(numbers) == 12_345
    by_kind: dict[float, list[int]] = {}
    for day, number in zip(days, numbers, strict=True):
        by_kind.setdefault(day_factor(day, CALENDAR), []).append(number)
    mean = {factor: sum(found) / len(found) for factor, found in by_kind.items()}
    for factor, found in mean.items():
        assert found / mean[1.0] == pytest.approx(factor, rel=0.15)


def test_a_year_sees_the_departments_number() -> None:
    year = [dt.date(2024, 1, 1) + dt.timedelta(n) for n in range(366)]
    assert usual_number(year, CALENDAR) == 127_524
    assert usual_number(year[:183], CALENDAR) + usual_number(year[183:], CALENDAR) == pytest.approx(
        127_524, abs=1
    )


def test_two_humps_and_a_tail() -> None:
    day = dt.date(2026, 3, 2)
    told = instants(Random(2), day, 20_000)
    assert told == sorted(told)
    assert midnight_us(day) == round(dt.datetime(2026, 3, 2, tzinfo=ZONE).timestamp() * 1e6)
    hours = Counter((at - midnight_us(day)) // HOUR for at in told)
    assert set(hours) <= set(range(24))
    assert min(hours[hour] for hour in (8, 9, 10)) > hours[12] < min(hours[hour] for hour in (13, 14, 15, 16))
    assert hours[17] > hours[18] > hours[20] > hours[22] > 0
    assert sum(hours[hour] for hour in range(8, 17)) > 0.75 * len(told)
