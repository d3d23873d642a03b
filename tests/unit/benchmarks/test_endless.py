"""The feed without end: every day the same lives under other keys and times, in their order."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from itertools import islice, pairwise

import pytest

from benchmarks.endless import Blank, blank_of, blanks_of, endless, stamp
from benchmarks.events import Message, one_day
from benchmarks.message import decode
from streams.core.decode import decode_event
from streams.core.event import Event

DECLARATIONS = 200


@pytest.fixture(scope="module")
def day() -> list[tuple[dt.datetime, Message]]:
    return one_day(DECLARATIONS)


@pytest.fixture(scope="module")
def blanks(day: list[tuple[dt.datetime, Message]]) -> list[Blank]:
    return blanks_of(day)


def test_the_first_day_is_the_day_it_is_made_of(
    day: list[tuple[dt.datetime, Message]], blanks: list[Blank]
) -> None:
    made = Counter(message.key for _, message in day)
    assert len(blanks) == len(day)
    assert Counter(blank.shifted(0).key for blank in blanks) == made
    one = day[17][1]
    again = blank_of(one).shifted(0)
    assert again.key == one.key
    assert decode(again.value) == replaced_id(one)


def replaced_id(message: Message) -> object:
    """The same event, its event_id begun with the number of day 0."""
    event = decode(message.value)
    event.event_id = "0000" + event.event_id[4:]
    return event


def test_another_day_has_other_keys_and_later_times(blanks: list[Blank]) -> None:
    first, later = decode(blanks[5].shifted(0).value), decode(blanks[5].shifted(12).value)
    assert later.occurred_at - first.occurred_at == dt.timedelta(days=12)
    assert later.emitted_at is not None
    assert first.emitted_at is not None
    assert later.emitted_at - first.emitted_at == dt.timedelta(days=12)
    assert later.declaration_key[2:6] == "0012"
    assert later.declaration_no == later.declaration_key + "0"
    assert later.event_id != first.event_id
    assert later.event_type == first.event_type


def test_every_message_is_valid_and_under_its_own_key(blanks: list[Blank]) -> None:
    for sending in islice(endless(blanks), 0, 5_000, 7):
        message = sending.shifted()
        event = decode_event(message.value)
        assert isinstance(event, Event)
        assert event.declaration_key.encode() == message.key


def test_lives_are_whole_and_in_the_order_of_sending(blanks: list[Blank]) -> None:
    longest = max(blank.days_later for blank in blanks)
    whole = sum(1 for sending in islice(endless(blanks), len(blanks) * (longest + 2)) if sending.day == 1)
    assert whole == len(blanks)
    sent = [decode(sending.shifted().value).emitted_at for sending in islice(endless(blanks), 5_000)]
    steps = [later - earlier for earlier, later in pairwise(sent) if earlier and later]
    assert min(steps) > -dt.timedelta(minutes=11)  # a repeated message has its old time


def test_times_can_be_given(blanks: list[Blank]) -> None:
    now = dt.datetime(2026, 11, 24, 22, 1, 4, 123_456, dt.UTC)
    event = decode(blanks[0].filled(3, stamp(now), stamp(now)).value)
    assert event.occurred_at == event.emitted_at == now.replace(microsecond=123_000)
    assert len(stamp(now)) == 29


def test_another_form_is_refused() -> None:
    with pytest.raises(ValueError, match="not a message as made here"):
        blank_of(Message(b"key", b'{"event_id":"x"}'))
