"""The live feed: what it is made of, and that it sends what is due, all of it happening now."""

from __future__ import annotations

import datetime as dt

import pytest

from benchmarks.events import one_day
from benchmarks.live_feed import MARKED, Feed, LiveJob, Lives, lives_of
from benchmarks.message import DeclarationEvent, decode


class Sent:
    """A producer that only remembers."""

    def __init__(self) -> None:
        self.events: list[DeclarationEvent] = []

    def produce(self, topic: str, *, key: bytes, value: bytes) -> None:
        event = decode(value)
        assert event.declaration_key.encode() == key
        self.events.append(event)


@pytest.fixture(scope="module")
def lives() -> Lives:
    return lives_of(one_day(300))


def of_office(event: DeclarationEvent) -> str:
    assert event.attrs is not None
    return str(event.attrs["office"])


def test_what_is_due_is_sent_and_no_more(lives: Lives) -> None:
    producer = Sent()
    feed = Feed(producer, lives, LiveJob("", 1_000.0, 0.0))  # type: ignore[arg-type]
    feed.tick(0.1)
    assert feed.sent == len(producer.events) == 100
    feed.tick(0.1)
    assert feed.sent == 100
    feed.tick(0.25)
    assert feed.sent == 250


def test_everything_happens_now_and_once(lives: Lives) -> None:
    producer = Sent()
    before = dt.datetime.now(dt.UTC) - dt.timedelta(milliseconds=1)
    Feed(producer, lives, LiveJob("", 4_000.0, 0.0)).tick(1.0)  # type: ignore[arg-type]
    after = dt.datetime.now(dt.UTC)
    assert all(before <= event.occurred_at <= after for event in producer.events)
    assert all(event.emitted_at == event.occurred_at for event in producer.events)
    identities = {(event.declaration_key, event.event_id) for event in producer.events}
    assert len(identities) == len(producer.events)


def test_markers_are_declarations_of_their_own_office(
    lives: Lives, capsys: pytest.CaptureFixture[str]
) -> None:
    producer = Sent()
    Feed(producer, lives, LiveJob("", 2_000.0, 5.0)).tick(1.0)  # type: ignore[arg-type]
    marked = [event for event in producer.events if of_office(event) == MARKED]
    assert [event.event_type for event in marked] == ["REGISTERED", "CHANNEL_ASSIGNED", "CLEARED"] * 5
    assert len({event.declaration_key for event in marked}) == 5
    others = {event.declaration_key for event in producer.events if of_office(event) != MARKED}
    assert others.isdisjoint(event.declaration_key for event in marked)
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [(word, number) for word, number, *_ in lines] == [("marker", str(n)) for n in range(1, 6)]
    assert [key for _, _, key, *_ in lines] == [event.declaration_key for event in marked[::3]]
    cleared = [int(event.occurred_at.timestamp() * 1000 + 0.5) for event in marked[2::3]]
    assert [int(ms) for *_, ms in lines] == cleared
