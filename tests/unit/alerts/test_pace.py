"""Lengths divided by a pace, as Prometheus reads them."""

from __future__ import annotations

import pytest

from streams.alerts.pace import FASTEST, Pace


@pytest.mark.parametrize("length", ["30s", "5m", "1h", "6h", "1d", "28d"])
def test_at_pace_one_nothing_changes(length: str) -> None:
    assert Pace()(length) == length


@pytest.mark.parametrize(
    ("length", "factor", "expected"),
    [
        ("5m", 60, "5s"),
        ("28d", 60, "672m"),
        ("1h", 60, "1m"),
        ("10m", 7, "85714ms"),
        ("30s", 60, "500ms"),
        ("90m", 1, "90m"),
        ("120m", 1, "2h"),
    ],
)
def test_divided(length: str, factor: int, expected: str) -> None:
    assert Pace(factor)(length) == expected


def test_nothing_is_done_more_than_once_a_second() -> None:
    assert Pace(60).every("30s") == "1s"
    assert Pace(10).every("30s") == "3s"


@pytest.mark.parametrize("factor", [0, -1, FASTEST + 1])
def test_a_pace_that_cannot_be(factor: int) -> None:
    with pytest.raises(ValueError, match=f"the pace is {factor}"):
        Pace(factor)


@pytest.mark.parametrize("length", ["5", "m", "1w", "1h30m", "-5m"])
def test_a_length_that_is_none(length: str) -> None:
    with pytest.raises(ValueError, match="is no length"):
        Pace()(length)


def test_a_machine_is_no_faster_in_a_drill() -> None:
    assert Pace(60).at_least("2m", "20s") == "20s"
    assert Pace(2).at_least("2m", "20s") == "1m"
