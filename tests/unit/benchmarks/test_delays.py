"""Percentiles of delays, with markers that were never seen."""

from __future__ import annotations

import math

import pytest

from benchmarks.delays import delays, percentile


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        ([5.0], 0.5, 5.0),
        ([5.0], 0.99, 5.0),
        ([1.0, 2.0, 3.0, 4.0], 0.5, 2.0),
        ([float(n) for n in range(1, 101)], 0.99, 99.0),
        ([float(n) for n in range(1, 201)], 0.99, 198.0),
        ([float(n) for n in range(1, 51)], 0.99, 50.0),
        ([1.0, 2.0], 0.0, 1.0),
    ],
)
def test_percentile_is_the_nearest_rank(values: list[float], share: float, expected: float) -> None:
    assert percentile(values, share) == expected


def test_delays_are_summarised_in_any_order() -> None:
    seen = delays("view", [0.3, 0.1, 0.2], 0, [0.02, 0.01, 0.03])
    assert seen is not None
    assert (seen.seen, seen.unseen) == (3, 0)
    assert (seen.p50_s, seen.p99_s, seen.max_s) == (0.2, 0.3, 0.3)
    assert (seen.look_s, seen.look_p99_s) == (0.02, 0.03)


def test_what_was_never_seen_counts_as_the_longest() -> None:
    one_missing = delays("view", [0.1] * 99, 1, [0.02])
    assert one_missing is not None
    assert one_missing.p99_s == 0.1
    assert math.isinf(one_missing.max_s)
    two_missing = delays("view", [0.1] * 98, 2, [0.02])
    assert two_missing is not None
    assert math.isinf(two_missing.p99_s)


def test_without_markers_there_is_nothing_to_say() -> None:
    assert delays("view", [], 0, [0.02]) is None
