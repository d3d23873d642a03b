"""Core and oracle agree on a generated feed with every fault."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

import pytest

import oracle
from streams.core.declaration import History
from streams.core.decode import decode_event
from streams.core.event import Accepted, Event, Feed
from streams.simulator.generate import FAULTS, generate

START = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
FEED = Feed("generated", 1)


@pytest.mark.parametrize("seed", range(8))
def test_core_and_oracle_agree(seed: int) -> None:
    messages = [one.value for one in generate(seed, 600, START, 30, FAULTS)]
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
