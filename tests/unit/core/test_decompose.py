"""Why a part moved more than its whole."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import NamedTuple

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from streams.core.decompose import CAUSES, Both, Cause, Decomposition, decompose, moved_more
from streams.core.standardise import Cells, Sums, compare

H = 3600
NONE: Cells = MappingProxyType({})


class Year(NamedTuple):
    """By cell, the declarations of a year with both lengths, with the whole only, and with the part only."""

    both: Mapping[Hashable, Both]
    whole_only: Cells = NONE
    part_only: Cells = NONE

    def whole(self) -> Cells:
        return _sum({key: Sums(one.n, one.whole_s) for key, one in self.both.items()}, self.whole_only)

    def part(self) -> Cells:
        return _sum({key: Sums(one.n, one.part_s) for key, one in self.both.items()}, self.part_only)


def _sum(a: Cells, b: Cells) -> Cells:
    nothing = Sums(0, 0)
    return {
        key: Sums(
            a.get(key, nothing).n + b.get(key, nothing).n,
            a.get(key, nothing).total_s + b.get(key, nothing).total_s,
        )
        for key in a.keys() | b.keys()
    }


def found(this: Year, last: Year) -> Decomposition | None:
    return decompose((this.whole(), last.whole()), (this.part(), last.part()), (this.both, last.both))


def cell(n: int, wait_s: int, part_s: int) -> Both:
    return Both(n, n * (wait_s + part_s), n * part_s)


def test_the_wait_alone() -> None:
    """The check got 5 h faster and the wait before it 1 h longer: the whole fell by 4 h only."""
    last = Year({"2": cell(10, 2 * H, 20 * H), "3": cell(5, 3 * H, 40 * H)})
    this = Year({"2": cell(10, 3 * H, 15 * H), "3": cell(5, 4 * H, 35 * H)})
    assert found(this, last) == Decomposition(Fraction(-H), Fraction(-H), Fraction(0), Fraction(0), "wait")


def test_different_declarations_alone() -> None:
    """The check got 8 h faster, nobody waits longer; but three of four declarations are never checked."""
    last = Year({"2": cell(10, 2 * H, 20 * H)}, whole_only={"1": Sums(30, 30)})
    this = Year({"2": cell(10, 2 * H, 12 * H)}, whole_only={"1": Sums(30, 30)})
    assert found(this, last) == Decomposition(
        Fraction(-6 * H), Fraction(0), Fraction(-6 * H), Fraction(0), "populations"
    )


def test_the_mix_alone() -> None:
    """In no cell anything changed, but the one with the long check shrank."""
    last = Year({"a": cell(10, 9 * H, 1 * H), "b": cell(10, 1 * H, 20 * H)})
    this = Year({"a": cell(15, 9 * H, 1 * H), "b": cell(5, 1 * H, 20 * H)})
    told = found(this, last)
    assert told is not None
    assert (told.wait, told.populations, told.greatest) == (0, 0, "mix")
    assert told.mix == told.excess == -(19 * H) / 4 - -(11 * H) / 4


def test_what_pulls_the_other_way_is_not_named_however_great() -> None:
    last = Year({"2": cell(10, 4 * H, 20 * H)}, whole_only={"1": Sums(10, 0)})
    this = Year({"2": cell(10, 5 * H, 9 * H)}, whole_only={"1": Sums(10, 100 * H)})
    told = found(this, last)
    assert told is not None
    assert told.excess < 0 < -told.wait
    assert told.greatest == "populations"
    back = found(last, this)
    assert back == Decomposition(-told.excess, -told.wait, -told.populations, -told.mix, told.greatest)


@pytest.mark.parametrize(
    ("part", "whole", "more"),
    [(-465, -392, True), (-235, -821, False), (3, -2, True), (2, -3, False), (5, 5, False), (None, 1, False)],
)
def test_it_is_the_size_of_the_change_that_warns(part: int | None, whole: int | None, more: bool) -> None:
    assert (
        moved_more(None if part is None else Fraction(part), None if whole is None else Fraction(whole))
        is more
    )
    assert not moved_more(None if part is None else Fraction(part), None)


def test_without_an_excess_or_without_cells_of_both_years_there_is_nothing_to_take_apart() -> None:
    last, this = Year({"2": cell(10, H, H)}), Year({"3": cell(10, H, 2 * H)})
    assert found(last, last) is None
    assert found(this, last) is None
    assert found(Year({}), last) is None


BOTH = st.builds(cell, st.integers(1, 1000), st.integers(0, 10**5), st.integers(0, 10**6))
SUMS = st.builds(Sums, st.integers(1, 1000), st.integers(0, 10**8))
KEYS = st.sampled_from("abcdef")
YEARS = st.builds(
    Year, st.dictionaries(KEYS, BOTH, min_size=1), st.dictionaries(KEYS, SUMS), st.dictionaries(KEYS, SUMS)
)


@given(YEARS, YEARS)
def test_the_three_add_up_and_the_greatest_pulls_the_way_of_the_excess(this: Year, last: Year) -> None:
    told = found(this, last)
    assume(told is not None)
    assert told is not None
    parts = {"wait": told.wait, "populations": told.populations, "mix": told.mix}
    assert sum(parts.values()) == told.excess
    whole, part = compare(this.whole(), last.whole()), compare(this.part(), last.part())
    assert part.raw_change is not None
    assert whole.raw_change is not None
    assert told.excess == part.raw_change - whole.raw_change
    sign = 1 if told.excess > 0 else -1
    assert sign * parts[told.greatest] == max(sign * parts[name] for name in CAUSES) > 0
    # What the mix is: how far the raw changes are from the standardised ones, of the part less of the whole.
    checked = compare(
        *({key: Sums(one.n, one.part_s) for key, one in year.both.items()} for year in (this, last))
    )
    assert checked.standardised_change is not None
    assert whole.standardised_change is not None
    assert told.mix == (part.raw_change - checked.standardised_change) - (
        whole.raw_change - whole.standardised_change
    )


@given(st.dictionaries(KEYS, BOTH, min_size=2), st.sampled_from(CAUSES), st.data())
def test_each_cause_alone_is_named(cells: dict[Hashable, Both], cause: Cause, data: st.DataObject) -> None:
    """Years that differ by one cause only: the others are exactly nothing."""
    last = this = Year(cells)
    shift = data.draw(st.integers(1, 10**5))
    if cause == "wait":
        this = Year({key: Both(one.n, one.whole_s + shift * one.n, one.part_s) for key, one in cells.items()})
    elif cause == "populations":
        green = {"green": Sums(data.draw(st.integers(1, 10**4)), data.draw(st.integers(0, 10**6)))}
        last = Year(cells, whole_only=green)
        this = Year(
            {
                key: Both(one.n, one.whole_s + shift * one.n, one.part_s + shift * one.n)
                for key, one in cells.items()
            },
            whole_only=green,
        )
    else:
        times = {key: data.draw(st.integers(1, 9)) for key in cells}
        this = Year(
            {
                key: Both(one.n * times[key], one.whole_s * times[key], one.part_s * times[key])
                for key, one in cells.items()
            }
        )
    told = found(this, last)
    assume(told is not None)
    assert told is not None
    assert told.greatest == cause
    assert {name: getattr(told, name) for name in CAUSES} == {**dict.fromkeys(CAUSES, 0), cause: told.excess}
