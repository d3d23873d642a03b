"""Since when an open declaration is in its stage: it lies where it must, and the stage is the same ever since.

The hand-written cases are in `cases/since.txt`; the oracle of the whole fold checks the same on drawn histories.
"""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from builders import CALENDARS, event, history
from histories import KEY, histories
from streams.core.declaration import Declaration
from streams.core.decode import decode_event
from streams.core.event import Event


def folded(events: list[Event]) -> Declaration | None:
    return history(*events).fold(KEY, CALENDARS)


def decoded(messages: list[bytes]) -> list[Event]:
    events = [decode_event(raw, 0, offset) for offset, raw in enumerate(messages)]
    return [one for one in events if isinstance(one, Event)]


@settings(max_examples=400, deadline=None)
@given(messages=histories(), seed=st.integers(0, 2**32 - 1))
def test_it_lies_between_the_registration_and_the_last_event_in_any_order(
    messages: list[bytes], seed: int
) -> None:
    events = decoded(messages)
    state = folded(events)
    mixed = events + random.Random(seed).choices(events, k=4)
    random.Random(seed).shuffle(mixed)
    again = folded(mixed)
    if state is None or again is None or state.status != "open":
        assert state is None or (state.stage_since_us, state.stage_due_us) == (None, None)
        return
    assert state.registered_us is not None
    assert state.stage_since_us is not None
    assert state.registered_us <= state.stage_since_us <= max(one.occurred_us for one in events)
    assert again.stage_since_us == state.stage_since_us


@settings(max_examples=400, deadline=None)
@given(messages=histories())
def test_before_it_the_stage_was_another_and_since_then_it_is_the_same(messages: list[bytes]) -> None:
    """The fold of the effective events up to each instant, all of one instant together."""
    of = history(*decoded(messages))
    state = of.fold(KEY, CALENDARS)
    if state is None or state.stage_since_us is None:
        return
    effective = of.effective()
    for instant in sorted({one.occurred_us for one in effective if one.occurred_us >= state.stage_since_us}):
        then = folded([one for one in effective if one.occurred_us <= instant])
        assert then is not None
        assert (then.status, then.stage, then.waiting_on) == ("open", state.stage, state.waiting_on)


def test_each_answer_begins_the_wait_anew() -> None:
    events = [event("REGISTERED", "08:00:00", attrs={"channel": 1})]
    events.append(event("CHANNEL_ASSIGNED", "08:00:01", attrs={"channel": 1}))
    for number in range(1, 10):
        events.append(event("AMENDMENT_REQUESTED", f"09:{number:02d}:00", occurrence_no=number))
        events.append(event("AMENDED", f"09:{number:02d}:30", occurrence_no=number))
        state = folded(events)
        assert state is not None
        assert state.stage_since_us == events[-1].occurred_us
