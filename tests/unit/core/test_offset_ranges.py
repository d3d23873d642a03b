"""Runs of messages that come again: which of them is new."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.offset_ranges import RangeState, state_of, unseen

STORED = range(10, 21)
NOTHING = range(0)


@pytest.mark.parametrize(
    ("stored", "incoming", "state", "left"),
    [
        pytest.param(NOTHING, range(3, 6), RangeState.NEW, range(3, 6), id="nothing is stored"),
        pytest.param(STORED, range(21, 31), RangeState.NEW, range(21, 31), id="the next"),
        pytest.param(STORED, range(25, 31), RangeState.NEW, range(25, 31), id="a later one"),
        pytest.param(STORED, range(10, 21), RangeState.SAME, NOTHING, id="once more"),
        pytest.param(STORED, range(5, 21), RangeState.SAME, NOTHING, id="once more, from farther back"),
        pytest.param(STORED, range(12, 19), RangeState.CONTAINS, NOTHING, id="the middle"),
        pytest.param(STORED, range(10, 11), RangeState.CONTAINS, NOTHING, id="the first message"),
        pytest.param(STORED, range(20, 21), RangeState.CONTAINS, NOTHING, id="the last message"),
        pytest.param(
            STORED, range(20, 31), RangeState.OVERLAPPING, range(21, 31), id="from the last message on"
        ),
        pytest.param(STORED, range(5, 31), RangeState.OVERLAPPING, range(21, 31), id="from before to beyond"),
        pytest.param(STORED, range(31), RangeState.OVERLAPPING, range(21, 31), id="from 0 to beyond"),
        pytest.param(STORED, range(5, 9), RangeState.PREVIOUS, NOTHING, id="an earlier one"),
        pytest.param(STORED, range(5, 15), RangeState.PREVIOUS, NOTHING, id="from an earlier one into it"),
        pytest.param(STORED, range(15), RangeState.ZERO, range(15), id="from the beginning of the topic"),
        pytest.param(range(21), range(15), RangeState.CONTAINS, NOTHING, id="0 is stored"),
    ],
)
def test_what_is_new(stored: range, incoming: range, state: RangeState, left: range) -> None:
    assert state_of(stored, incoming) is state
    assert list(unseen(stored, incoming)) == list(left)


def test_a_run_without_messages_is_no_run() -> None:
    with pytest.raises(ValueError, match="at least one"):
        unseen(STORED, NOTHING)


@given(st.lists(st.tuples(st.integers(1, 60), st.integers(1, 20))))
def test_however_messages_are_delivered_again_each_is_applied_once(cuts: list[tuple[int, int]]) -> None:
    """A consumer goes back by any number of messages, but not to a first one, and never leaves one out."""
    applied, stored = [100], range(100, 101)
    for back, length in cuts:
        first = max(stored.stop - back, 1)
        incoming = range(first, first + length)
        new = unseen(stored, incoming)
        applied += new
        if new:
            stored = range(stored.start, new.stop)
    assert applied == list(stored)
