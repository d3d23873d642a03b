"""Raw and standardised changes of a mean."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from streams.core.standardise import Cells, Comparison, Sums, compare, total

CELL = st.builds(Sums, st.integers(1, 10**6), st.integers(0, 10**11))
CELLS = st.dictionaries(st.tuples(st.sampled_from("abcd"), st.sampled_from("123")), CELL, min_size=1)


def test_what_grew_is_slow_and_everything_is_faster() -> None:
    """Each cell got 10 s faster, and the mean slower by 20 s, for the slow cell grew (Simpson's paradox)."""
    last = {"green": Sums(90, 90 * 100), "red": Sums(10, 10 * 1000)}
    this = {"green": Sums(85, 85 * 90), "red": Sums(15, 15 * 990)}
    found = compare(this, last)
    assert (found.this_mean, found.last_mean, found.raw_change) == (225, 190, 35)
    assert (found.standardised_mean, found.standardised_change, found.matched_share) == (180, -10, 1)


def test_only_cells_of_both_years_are_compared_and_their_share_is_told() -> None:
    last = {"a": Sums(3, 300), "gone": Sums(1, 5000), "empty": Sums(0, 0)}
    this = {"a": Sums(2, 220), "new": Sums(7, 7), "empty": Sums(5, 5)}
    found = compare(this, last)
    assert (found.standardised_mean, found.standardised_change) == (110, 10)
    assert found.matched_share == Fraction(3, 4)
    assert found.raw_change == Fraction(232, 14) - Fraction(5300, 4)


def test_of_nothing_there_is_nothing_to_say() -> None:
    some: Cells = {"a": Sums(1, 1)}
    nothing: Cells = {"a": Sums(0, 0)}
    assert compare(nothing, {}) == Comparison(None, None, None, None, None, None)
    assert compare({}, some) == Comparison(None, 1, None, None, None, 0)
    assert compare(some, {}) == Comparison(1, None, None, None, None, None)


@given(CELLS, st.integers(-50, 50), st.integers(1, 9))
def test_with_the_same_mix_raw_and_standardised_are_the_same(cells: Cells, shift: int, times: int) -> None:
    moved = {key: Sums(one.n * times, (one.total_s + shift * one.n) * times) for key, one in cells.items()}
    found = compare(moved, cells)
    assert found.raw_change == found.standardised_change == shift
    assert found.matched_share == 1
    assert found.standardised_mean == found.this_mean


@given(CELLS, st.data())
def test_the_mix_of_this_year_leaves_no_trace_in_the_standardised_change(
    cells: Cells, data: st.DataObject
) -> None:
    shifts = {key: data.draw(st.integers(-1000, 1000)) for key in cells}
    times = {key: data.draw(st.integers(1, 20)) for key in cells}
    this = {
        key: Sums(one.n * times[key], (one.total_s + shifts[key] * one.n) * times[key])
        for key, one in cells.items()
    }
    expected = Fraction(sum(shifts[key] * one.n for key, one in cells.items()), total(cells).n)
    assert compare(this, cells).standardised_change == expected


@given(CELLS, CELLS)
def test_finer_or_other_cells_never_change_the_raw_figures(this: Cells, last: Cells) -> None:
    found = compare(this, last)
    assert found.this_mean == total(this).mean
    assert found.last_mean == total(last).mean
    assert (found.standardised_change is None) == (not this.keys() & last.keys())
    assert (found.matched_share == 0) == (found.standardised_change is None)
