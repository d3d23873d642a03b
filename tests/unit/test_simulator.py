"""The generated feed: reproducible, each fault does what its name says, and core and oracle agree on all of it."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter, defaultdict
from typing import Any

import pytest

import oracle
from streams.core.declaration import History
from streams.core.decode import decode_event
from streams.core.event import Accepted, Event, Feed, Rejected
from streams.simulator.generate import FAULTS, Generated, generate

START = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
FEED = Feed("generated", 1)


def feed(seed: int, *faults: str, declarations: int = 600) -> list[Generated]:
    return list(generate(seed, declarations, START, 30, frozenset(faults)))


def contents(messages: list[Generated]) -> list[dict[str, Any]]:
    return [json.loads(one.value) for one in messages if one.reason is None]


def test_the_same_seed_gives_the_same_bytes_and_another_one_others() -> None:
    assert feed(1, *FAULTS) == feed(1, *FAULTS)
    assert feed(1, *FAULTS) != feed(2, *FAULTS)


def test_without_faults_every_message_is_good_and_its_own() -> None:
    messages = feed(3)
    assert all(isinstance(decode_event(one.value), Event) for one in messages)
    told = contents(messages)
    assert len({one["event_id"] for one in told}) == len(told)
    assert 6 <= len(told) / 600 <= 9
    assert all(
        one.key == content["declaration_key"].encode() for one, content in zip(messages, told, strict=True)
    )


def test_the_shapes_cover_what_can_happen() -> None:
    told = contents(feed(3, declarations=4000))
    assert {one["attrs"]["office"] for one in told if "office" in one["attrs"]} == {"27F1", "27F2", "27B1"}
    assert {one["attrs"].get("channel") for one in told} == {None, 1, 2, 3}
    wanted = "OGA_RESULT AMENDED TAX_SECURED MOVED_TO_STORAGE RELEASED_CONDITIONAL CLEARED GATE_OUT CANCELLED"
    assert {one["event_type"] for one in told} >= {*wanted.split(), "INSPECTION_COMPLETED", "PRE_REGISTERED"}


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_every_fault_changes_the_feed(fault: str) -> None:
    assert feed(5, fault) != feed(5)


def test_poison_is_counted_by_its_true_reason() -> None:
    messages = feed(4, "poison", declarations=6000)
    found = Counter(
        answer.reason for one in messages if isinstance(answer := decode_event(one.value), Rejected)
    )
    assert found == Counter(one.reason for one in messages if one.reason is not None)
    assert len(found) >= 11
    assert found == oracle.compute([one.value for one in messages]).rejected


def test_an_unknown_fault_is_named() -> None:
    with pytest.raises(ValueError, match="no such fault: flood"):
        feed(1, "flood")


@pytest.mark.parametrize("seed", range(8))
def test_core_and_oracle_agree(seed: int) -> None:
    messages = [one.value for one in feed(seed, *FAULTS)]
    histories: dict[str, History] = defaultdict(History)
    for offset, raw in enumerate(messages):
        event = decode_event(raw, 0, offset)
        if isinstance(event, Event):
            histories[event.declaration_key].add(Accepted(event, FEED, 0))
    expected = oracle.compute(messages)
    events = {(key, event.event_id) for key, told in histories.items() for event in told.effective()}
    assert events == expected.events.keys()
    for key, told in histories.items():
        state = told.fold(key)
        assert state is not None
        wanted = expected.declarations[key]
        for name in (
            "direction",
            "office",
            "kind",
            "channel_initial",
            "channel_final",
            "status",
            "declaration_no",
        ):
            assert getattr(state, name) == wanted[name], (key, name)
        assert (state.tax_vnd, state.value_usd) == (wanted["tax_vnd"], wanted["value_usd"])
        found = {(key, one.code): (one.elapsed_s, list(one.flags)) for one in state.intervals}
        assert found == {
            place: (one["elapsed_s"], one["flags"])
            for place, one in expected.intervals.items()
            if place[0] == key
        }
