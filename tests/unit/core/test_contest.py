"""Rule 1 event by event: what became effective, what is no more, and what every content came to."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from builders import event
from streams.core.contest import Contest
from streams.core.event import Event


def test_one_that_is_alone_is_taken_in_at_once() -> None:
    contest, said = Contest(), event("CLEARED", "09:00:00")
    assert contest.alone(said)
    assert contest.state_of(said) == "effective"
    assert not contest.alone(event("CLEARED", "09:30:00", event_id="again"))
    assert not contest.alone(event("REGISTERED", "08:00:00", op="RETRACT"))


def test_a_higher_revision_enters_and_the_lower_one_leaves() -> None:
    contest, low = Contest(), event("CLEARED", "09:00:00", event_id="a")
    high = event("CLEARED", "09:30:00", event_id="b", revision=1)
    contest.alone(low)
    change = contest.join(high)
    assert (change.entered, change.left) == ([high], [low])
    assert [contest.state_of(one) for one in (low, high)] == ["replaced", "effective"]


def test_a_retraction_of_nothing_is_not_told() -> None:
    contest, back = Contest(), event("CLEARED", "09:00:00", op="RETRACT")
    contest.join(back)
    assert (contest.retracted, contest.state_of(back)) == ({}, "retracted")


def test_one_event_under_two_ids_names_the_one_that_lost() -> None:
    contest = Contest()
    contest.alone(event("CLEARED", "09:00:00", event_id="a"))
    contest.join(event("CLEARED", "09:00:00", event_id="b"))
    assert list(contest.repeated) == ["a"]


def test_an_id_that_moves_to_another_event_leaves_the_first() -> None:
    contest, first = Contest(), event("CLEARED", "09:00:00", event_id="a")
    contest.alone(first)
    other = event("REGISTERED", "08:00:00", event_id="a", revision=1)
    change = contest.contradict(other, first)
    assert (change.entered, change.left) == ([other], [first])
    assert contest.state_of(first) == "conflicting"
    assert contest.conflicting == {"a": other}


@st.composite
def contents(draw: st.DrawFn) -> list[Event]:
    """Contents of few ids and few natural keys, all of them different."""
    return [
        event(
            draw(st.sampled_from(("CLEARED", "AMENDED"))),
            f"09:{number:02d}:00",
            event_id=f"e{draw(st.integers(0, 4))}",
            revision=draw(st.integers(0, 2)),
            op=draw(st.sampled_from(("ASSERT", "ASSERT", "RETRACT"))),
        )
        for number in range(draw(st.integers(1, 10)))
    ]


def settled(events: list[Event]) -> tuple[dict[bytes, str], object]:
    """Take contents in, keeping the effective ones by what is told of each change."""
    contest, first, effective = Contest(), dict[str, Event](), list[Event]()
    for one in events:
        if one.event_id in first:
            change = contest.contradict(one, first[one.event_id])
        else:
            first[one.event_id] = one
            change = contest.join(one)
        for left in change.left:
            effective.remove(left)
        effective += change.entered
    states = {one.canonical: contest.state_of(one) for one in events}
    assert {one.canonical for one in effective} == {
        what for what, state in states.items() if state == "effective"
    }
    assert len(effective) == len({one.canonical for one in effective})
    told = (
        sorted(contest.conflicting),
        sorted(one.event_id for one in contest.retracted.values()),
        sorted(contest.repeated),
    )
    return states, told


@settings(max_examples=500, deadline=None)
@given(contents(), st.integers(0, 2**32))
def test_the_order_leaves_no_trace(events: list[Event], seed: int) -> None:
    shuffled = list(events)
    random.Random(seed).shuffle(shuffled)
    assert settled(events) == settled(shuffled)
