"""Watermarks of one input and merged ones: case by case, and drawn histories against the definition."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import event
from streams.core.decode import FUTURE_TOLERANCE_US
from streams.core.watermark import BoundedClock, IdleWatch, Valve, ValveState, moves_time

INPUTS = ("a", "b", "c")
Step = tuple[str, str, int]
STEPS = st.lists(
    st.tuples(st.sampled_from(("advance", "idle", "active")), st.sampled_from(INPUTS), st.integers(-20, 20))
)


def take(valve: Valve[str], step: Step) -> None:
    what, source, watermark = step
    if what == "advance":
        valve.advance(source, watermark)
    elif what == "idle":
        valve.idle(source)
    else:
        valve.active(source)


class Defined:
    """The definition, step by step and as slow as it reads; -1000 stands for an input that has said nothing."""

    def __init__(self, expected: tuple[str, ...]) -> None:
        self.history: list[Step] = []
        self.known = set(expected)
        self.merged = -1000

    def take(self, step: Step) -> None:
        self.history.append(step)
        self.known.add(step[1])
        marks = {source: self.mark(source) for source in self.known}
        waited_for = [
            source for source in self.known if self.is_active(source) and marks[source] >= self.merged
        ]
        if not any(self.is_active(source) for source in self.known):
            self.merged = max(marks.values())
        elif waited_for:
            self.merged = min(marks[source] for source in waited_for)

    def mark(self, source: str) -> int:
        return max(
            (mark for what, who, mark in self.history if who == source and what == "advance"), default=-1000
        )

    def is_active(self, source: str) -> bool:
        said = [what for what, who, _ in self.history if who == source]
        return not said or said[-1] != "idle"


@given(st.sampled_from([(), ("a",), INPUTS]), STEPS)
def test_the_merged_watermark_is_as_defined_and_never_goes_back(
    expected: tuple[str, ...], steps: list[Step]
) -> None:
    valve, defined, before = Valve[str](expected), Defined(expected), -1000
    for step in steps:
        take(valve, step)
        defined.take(step)
        merged = -1000 if valve.merged_ms is None else valve.merged_ms
        assert merged == defined.merged
        assert merged >= before
        before = merged


@given(STEPS, STEPS)
def test_a_valve_goes_on_from_its_state_as_if_nothing_had_happened(
    before: list[Step], after: list[Step]
) -> None:
    valve = Valve[str](("a", "b"))
    for step in before:
        take(valve, step)
    state = valve.state
    other = Valve.restored(state)
    assert other.state == state
    for step in after:
        take(valve, step)
        take(other, step)
        assert other.state == valve.state
    assert state == Valve.restored(state).state, "a state that was given away does not change"


@given(st.lists(st.integers(-50, 50), min_size=1), st.integers(0, 20), st.data())
def test_a_clock_is_behind_its_newest_event_in_any_order(
    instants: list[int], bound: int, data: st.DataObject
) -> None:
    cut = data.draw(st.integers(0, len(instants)))
    clock = BoundedClock(bound)
    for instant in instants[:cut]:
        clock.see(instant)
    clock = BoundedClock(bound, clock.newest_ms)
    for instant in instants[cut:]:
        clock.see(instant)
    assert clock.newest_ms == max(instants)
    assert clock.watermark_ms == max(instants) - bound - 1


def test_before_any_event_there_is_no_watermark() -> None:
    assert BoundedClock(10).watermark_ms is None
    assert Valve[str]().merged_ms is None
    assert Valve[str]().state == ValveState({}, frozenset(), None)


def test_an_expected_input_is_waited_for_until_it_is_idle() -> None:
    valve = Valve(("a", "b"))
    valve.advance("a", 10)
    assert valve.merged_ms is None
    valve.idle("b")
    assert valve.merged_ms == 10


def test_an_input_that_joins_behind_the_merged_watermark_holds_nothing_back() -> None:
    valve = Valve[str]()
    valve.advance("a", 10)
    valve.advance("b", 3)
    assert valve.merged_ms == 10
    valve.active("c")
    valve.advance("a", 20)
    assert valve.merged_ms == 20


def test_a_laggard_is_waited_for_again_when_it_has_caught_up() -> None:
    valve = Valve(("a", "b"))
    valve.advance("a", 10)
    valve.idle("b")
    valve.advance("b", 9)
    valve.advance("a", 12)
    assert valve.merged_ms == 12, "b is active, but behind"
    valve.advance("b", 12)
    valve.advance("a", 20)
    assert valve.merged_ms == 12, "b has caught up"


def test_of_several_told_at_once_the_least_goes_first() -> None:
    valve = Valve(("a", "b"))
    valve.advance("a", 12)
    valve.idle("b")
    for watermark, source in sorted([(20, "a"), (15, "b")]):
        valve.advance(source, watermark)
    assert valve.merged_ms == 15


def test_when_all_are_idle_time_goes_to_the_greatest_and_holds() -> None:
    valve = Valve(INPUTS)
    for source, watermark in zip(INPUTS, (25, 10, 17), strict=True):
        valve.advance(source, watermark)
    for source in ("c", "a", "b"):
        valve.idle(source)
    assert valve.merged_ms == 25
    valve.active("b")
    assert valve.merged_ms == 25


@pytest.mark.parametrize("last", INPUTS)
def test_it_does_not_matter_who_falls_idle_last(last: str) -> None:
    """Flink's valve stays at 12 where a laggard is the last: here only what is known of the inputs counts."""
    valve = Valve(INPUTS)
    for source, watermark in zip(INPUTS, (25, 10, 12), strict=True):
        valve.advance(source, watermark)
    valve.idle("b")
    assert valve.merged_ms == 12
    valve.active("b")
    for source in sorted(INPUTS, key=lambda source: source == last):
        valve.idle(source)
    assert valve.merged_ms == 25


def test_an_input_is_idle_after_a_time_without_a_sign_of_life_and_told_once() -> None:
    watch = IdleWatch[str](60)
    watch.heard("a", 1000)
    watch.heard("b", 1030.5)
    assert watch.fallen_idle(1059.9) == []
    assert watch.fallen_idle(1060) == ["a"]
    assert watch.fallen_idle(1060) == []
    watch.heard("a", 1080)
    assert watch.fallen_idle(1100) == ["b"]
    assert watch.fallen_idle(10_000) == ["a"]
    assert watch.fallen_idle(20_000) == []


def test_in_silence_time_does_not_run_on() -> None:
    watch, valve = IdleWatch[str](60), Valve[str]()
    for source, watermark in (("a", 10), ("b", 20)):
        watch.heard(source, 0)
        valve.advance(source, watermark)
    for now in range(0, 100_000, 10):
        for source in watch.fallen_idle(now):
            valve.idle(source)
        assert valve.merged_ms == (10 if now < 60 else 20)


def test_only_what_is_ahead_of_our_clock_and_says_no_time_of_sending_moves_no_time() -> None:
    at = event("REGISTERED", "08:00:00")
    received_us = at.occurred_us - FUTURE_TOLERANCE_US
    assert moves_time(at, received_us)
    assert not moves_time(at, received_us - 1)
    assert moves_time(event("REGISTERED", "08:00:00", emitted_at="2026-03-02T08:00:00+07:00"), 0)
