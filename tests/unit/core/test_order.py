"""Rule 1, which events count, and rule 2, in what order: by hand, and for every order of arrival."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import event, history
from streams.core.event import Event
from streams.core.order import in_order, outranks


def ids(events: list[Event]) -> list[str]:
    return [one.event_id for one in events]


def ordered(*events: Event) -> list[str]:
    """Order events, and assert that no order of arrival makes a difference."""
    answers = []
    for arrival in itertools.permutations(events):
        arrived = list(arrival)
        in_order(arrived)
        answers.append(ids(arrived))
    assert all(answer == answers[0] for answer in answers)
    return answers[0]


def counting(*events: Event) -> list[str]:
    """Choose the events that count, and assert that no order of arrival makes a difference."""
    answers = [ids(history(*arrival).effective()) for arrival in itertools.permutations(events)]
    assert all(answer == answers[0] for answer in answers)
    return answers[0]


@pytest.mark.parametrize(
    ("weaker", "stronger"),
    [
        pytest.param(
            {"revision": 1, "emitted_at": "2026-03-03T00:00:00Z"}, {"revision": 2}, id="revision first"
        ),
        pytest.param(
            {"emitted_at": None}, {"emitted_at": "2026-03-02T01:00:00Z"}, id="no emission is earliest"
        ),
        pytest.param(
            {"emitted_at": "2026-03-02T10:00:00+07:00"},
            {"emitted_at": "2026-03-02T04:00:00Z"},
            id="emission is an instant, not a text",
        ),
        pytest.param({"event_id": "a"}, {"event_id": "b"}, id="then event_id"),
        pytest.param({"event_id": "a", "note": 1}, {"event_id": "a", "note": 2}, id="then content"),
        pytest.param(
            {"event_id": "z", "revision": 9}, {"event_id": "a", "revision": 10}, id="revision is a number"
        ),
    ],
)
def test_which_of_two_is_chosen(weaker: dict[str, Any], stronger: dict[str, Any]) -> None:
    a = event("REGISTERED", "08:00:00", **{"event_id": "x", **weaker})
    b = event("REGISTERED", "08:00:00", **{"event_id": "x", **stronger})
    assert outranks(b, a)
    assert not outranks(a, b)
    assert not outranks(a, a)


def test_the_highest_revision_of_a_natural_key_counts() -> None:
    low = event("CLEARED", "09:00:00", event_id="low")
    high = event("CLEARED", "08:00:00", event_id="high", revision=2)
    middle = event("CLEARED", "10:00:00", event_id="middle", revision=1)
    assert counting(low, high, middle) == ["high"]


@pytest.mark.parametrize(
    "other",
    [{"source": "VCIS"}, {"event_type": "REGISTERED"}, {"occurrence_no": 2}],
    ids=lambda other: next(iter(other)),
)
def test_another_natural_key_counts_beside_it(other: dict[str, Any]) -> None:
    one = event("AMENDED", "08:00:00", event_id="one")
    two = event(other.pop("event_type", "AMENDED"), "09:00:00", event_id="two", revision=5, **other)
    assert counting(one, two) == ["one", "two"]


def test_a_retraction_as_the_highest_revision_removes() -> None:
    said = event("CLEARED", "09:00:00", event_id="said")
    back = event("CLEARED", "09:00:00", event_id="back", revision=1, op="RETRACT")
    again = event("CLEARED", "09:30:00", event_id="again", revision=2)
    assert counting(said, back) == []
    assert counting(said, back, again) == ["again"]
    assert history(said, back).state_of(said) == history(back, said).state_of(back) == "retracted"


def test_a_retraction_of_a_lower_revision_removes_nothing() -> None:
    said = event("CLEARED", "09:00:00", event_id="said", revision=1)
    assert counting(said, event("CLEARED", "09:00:00", event_id="back", op="RETRACT")) == ["said"]


def test_time_comes_first() -> None:
    late = event("REGISTERED", "09:00:00", event_id="a")
    early = event("GATE_OUT", "2026-03-02T01:59:59.999999Z", event_id="z")
    assert ordered(late, early) == ["z", "a"]


def test_equal_times_follow_the_lifecycle() -> None:
    cleared = event("CLEARED", "09:00:00", event_id="a", source_seq=1)
    registered = event("REGISTERED", "2026-03-02T02:00:00Z", event_id="b", source_seq=2)
    assert ordered(cleared, registered) == ["b", "a"]


def test_equal_types_follow_the_sequence_of_their_source() -> None:
    first = event("AMENDED", "09:00:00", event_id="b", source_seq=2)
    second = event("AMENDED", "09:00:00", event_id="a", source_seq=10, occurrence_no=2)
    assert ordered(second, first) == ["b", "a"]


def test_the_sequence_is_no_order_across_sources() -> None:
    a = event("AMENDED", "09:00:00", event_id="a", source_seq=9)
    b = event("AMENDED", "09:00:00", event_id="b", source_seq=1, source="VCIS")
    assert ordered(a, b) == ["a", "b"]


def test_without_sequences_event_id_decides() -> None:
    assert ordered(*(event("AMENDED", "09:00:00", event_id=name) for name in "bca")) == ["a", "b", "c"]


def test_a_circle_between_sources_is_settled_by_merging() -> None:
    # By sequence y is before x; by event_id x is before v and v is before y: the heads are y and v, v is less.
    y = event("AMENDED", "09:00:00", event_id="y", source_seq=1)
    x = event("AMENDED", "09:00:00", event_id="a", source_seq=2, occurrence_no=2)
    v = event("AMENDED", "09:00:00", event_id="v", source="VCIS")
    assert ordered(y, x, v) == ["v", "y", "a"]


_drafts = st.fixed_dictionaries(
    {
        "event_type": st.sampled_from(["REGISTERED", "AMENDED", "CLEARED"]),
        "minute": st.integers(0, 2),
        "source": st.sampled_from(["SIM", "VCIS"]),
        "source_seq": st.none() | st.integers(0, 3),
        "revision": st.integers(0, 2),
        "op": st.sampled_from(["ASSERT", "ASSERT", "RETRACT"]),
        "occurrence_no": st.integers(1, 2),
        "emitted_at": st.none() | st.integers(0, 2).map(lambda day: f"2026-03-0{3 + day}T00:00:00Z"),
    }
)


def _events(drafts: list[dict[str, Any]]) -> list[Event]:
    made = []
    for number, draft in enumerate(drafts):
        fields = dict(draft)
        name, at = fields.pop("event_type"), dt.time(8, fields.pop("minute")).isoformat()
        made.append(event(name, at, event_id=f"e{number}", **fields))
    return made


@settings(deadline=None, max_examples=200)
@given(drafts=st.lists(_drafts, max_size=12), chance=st.randoms(use_true_random=False))
def test_the_order_of_arrival_leaves_no_trace(drafts: list[dict[str, Any]], chance: Any) -> None:
    events = _events(drafts)
    shuffled = list(events)
    chance.shuffle(shuffled)
    assert ids(history(*events).effective()) == ids(history(*shuffled).effective())
    in_order(events)
    in_order(shuffled)
    assert ids(events) == ids(shuffled)


@settings(deadline=None, max_examples=200)
@given(drafts=st.lists(_drafts, max_size=12))
def test_what_counts_is_the_strongest_of_each_natural_key(drafts: list[dict[str, Any]]) -> None:
    events = _events(drafts)
    chosen = {(one.source, one.event_type, one.occurrence_no): one for one in history(*events).effective()}
    for natural in {(one.source, one.event_type, one.occurrence_no) for one in events}:
        rivals = [one for one in events if (one.source, one.event_type, one.occurrence_no) == natural]
        (strongest,) = [one for one in rivals if not any(outranks(other, one) for other in rivals)]
        assert chosen.get(natural) == (None if strongest.retract else strongest)


@settings(deadline=None, max_examples=200)
@given(drafts=st.lists(_drafts, max_size=12))
def test_the_order_obeys_every_key_of_rule_2(drafts: list[dict[str, Any]]) -> None:
    events = _events(drafts)
    in_order(events)
    assert sorted(ids(events)) == sorted(f"e{number}" for number in range(len(drafts)))
    for a, b in itertools.combinations(events, 2):
        assert (a.occurred_us, a.rank) <= (b.occurred_us, b.rank)
        if (a.occurred_us, a.rank, a.source) == (b.occurred_us, b.rank, b.source):
            if a.source_seq is not None and b.source_seq is not None:
                assert (a.source_seq, a.event_id) < (b.source_seq, b.event_id)
            elif a.source_seq is None and b.source_seq is None:
                assert a.event_id < b.event_id
