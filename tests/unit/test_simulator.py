"""Core and oracle agree on a generated feed with every fault."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

import pytest

import oracle
from agreement import of_core, of_oracle
from builders import FEED
from streams.core.declaration import History
from streams.core.decode import decode_event
from streams.core.event import Accepted, Event
from streams.reference import load_reference
from streams.simulator.generate import FAULTS, generate

START = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)


@pytest.mark.parametrize("seed", range(8))
def test_core_and_oracle_agree(seed: int) -> None:
    reference = load_reference(None)
    histories: dict[str, History] = defaultdict(History)
    messages: dict[str, list[bytes]] = defaultdict(list)
    for offset, one in enumerate(generate(seed, 600, START, 30, FAULTS)):
        event = decode_event(one.value, 0, offset)
        if isinstance(event, Event):
            histories[event.declaration_key].add(Accepted(event, FEED, 0))
            messages[event.declaration_key].append(one.value)
    assert len(histories) > 500
    for key, history in histories.items():
        state = history.fold(key, reference)
        assert state is not None
        assert of_core(state, history) == of_oracle(oracle.declare(messages[key], {}))
