"""The core and the oracle agree on any history, and the core's answer depends on nothing but the set of events.

Offices have calendars of their own. The number of histories is 6,000, where each is folded many times over a third of
that, or as many as the environment variable TEST_HISTORIES says:

    TEST_HISTORIES=50000 python -m pytest tests/unit/core/test_core_against_oracle.py
"""

from __future__ import annotations

import datetime as dt
import json
import os
import random
from collections.abc import Iterable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import oracle
from agreement import OfficeCalendars, of_core, of_oracle
from builders import FEED
from histories import KEY, histories
from oracle.working import WEEK, Hours, Office
from streams.core.declaration import Declaration, History
from streams.core.decode import decode_event
from streams.core.event import Accepted, Event

HISTORIES = int(os.environ.get("TEST_HISTORIES", "6000"))
LONG: Hours = (("06:00", "22:00"),)
OFFICES = {
    "27F1": Office(week=(LONG,) * 6 + ((),), closed=frozenset({dt.date(2026, 3, 3)})),
    "27B1": Office(
        week=((("08:00", "12:00"), ("12:00", "20:30")),) * 7, public_holidays=False, zone="Asia/Seoul"
    ),
    "27F2": Office(
        week=(*WEEK[:4], LONG, LONG, ()), since=dt.date(2026, 2, 17), before=Office(week=(LONG,) * 7)
    ),
}
CALENDARS = OfficeCalendars(OFFICES, 1)
OTHERS = OfficeCalendars({"27F1": OFFICES["27B1"]}, 2)
many = settings(max_examples=HISTORIES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
fewer = settings(many, max_examples=max(1, HISTORIES // 3))
seeds = st.integers(0, 2**32 - 1)


def decoded(messages: Iterable[bytes]) -> list[Event]:
    events = [decode_event(raw, 0, offset) for offset, raw in enumerate(messages)]
    assert all(isinstance(event, Event) for event in events), events
    return [event for event in events if isinstance(event, Event)]


def filled(events: Iterable[Event]) -> History:
    history = History()
    for event in events:
        history.add(Accepted(event, FEED, 0))
    return history


def folded(events: Iterable[Event]) -> Declaration | None:
    return filled(events).fold(KEY, CALENDARS)


def assert_agrees(history: History, state: Declaration | None, messages: list[bytes]) -> None:
    if state is None:
        assert all(json.loads(raw)["event_type"] == "HEARTBEAT" for raw in messages)
    else:
        assert of_core(state, history) == of_oracle(oracle.declare(messages, OFFICES))


@many
@given(messages=histories(), seed=seeds)
def test_core_equals_oracle(messages: list[bytes], seed: int) -> None:
    random.Random(seed).shuffle(messages)
    history = filled(decoded(messages))
    assert_agrees(history, history.fold(KEY, CALENDARS), messages)


@fewer
@given(messages=histories(), seed=seeds)
def test_order_repetition_and_batching_leave_no_trace(messages: list[bytes], seed: int) -> None:
    chance = random.Random(seed)
    whole = folded(decoded(messages))
    deliveries = messages + chance.choices(messages, k=len(messages))
    chance.shuffle(deliveries)
    history = History()
    for event in decoded(deliveries):
        history.add(Accepted(event, FEED, 0))
        if chance.random() < 0.5:  # the end of a batch
            history.fold(KEY, CALENDARS)
    assert history.fold(KEY, CALENDARS) == whole


@fewer
@given(messages=histories())
def test_incremental_equals_recomputed(messages: list[bytes]) -> None:
    events = decoded(messages)
    history = History()
    for count, event in enumerate(events, 1):
        history.add(Accepted(event, FEED, 0))
        assert history.fold(KEY, CALENDARS) == folded(events[:count])


@fewer
@given(messages=histories(), seed=seeds)
def test_split_over_time_and_read_again(messages: list[bytes], seed: int) -> None:
    chance = random.Random(seed)
    events = decoded(messages)
    cut = chance.randint(0, len(events))
    before = filled(events[:cut])
    before.fold(KEY, CALENDARS)
    stored = events[:cut]
    chance.shuffle(stored)
    after = filled(stored)  # as a worker that takes over has it from the store
    after.fold(KEY, CALENDARS)
    for event in events[cut:]:
        before.add(Accepted(event, FEED, 0))
        after.add(Accepted(event, FEED, 0))
    assert before.fold(KEY, CALENDARS) == after.fold(KEY, CALENDARS) == folded(events)


@fewer
@given(messages=histories())
def test_other_calendars_before_leave_no_trace(messages: list[bytes]) -> None:
    history = filled(decoded(messages))
    history.fold(KEY, OTHERS)
    assert_agrees(history, history.fold(KEY, CALENDARS), messages)
