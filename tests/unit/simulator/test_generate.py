"""The feed as a whole: reproducible, in order, numbered without gaps, every message good, and never all in memory."""

from __future__ import annotations

import datetime as dt
import tracemalloc
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import msgspec
import pytest

from streams.core.decode import decode_event
from streams.core.event import Event, Rejected
from streams.simulator.generate import FAULTS, Generated, generate, lives
from streams.simulator.spells import Aim

if TYPE_CHECKING:
    from conftest import Told

START = dt.datetime(2026, 3, 2, tzinfo=dt.timezone(dt.timedelta(hours=7)))


def feed(seed: int, *faults: str, declarations: int = 400, days: int = 20) -> list[Generated]:
    return list(generate(seed, declarations, START, days, frozenset(faults)))


def test_the_same_seed_gives_the_same_bytes_and_another_one_other_numbers() -> None:
    assert feed(1, *FAULTS) == feed(1, *FAULTS)
    keys = [{message.key for message in feed(seed, *FAULTS)} for seed in (1, 2, 498)]
    assert not keys[0] & keys[1]
    assert not keys[1] & keys[2]


def test_the_truth_is_the_same_every_time_and_asking_for_it_changes_nothing() -> None:
    told: list[list[bytes]] = [[], []]
    for found in told:
        messages = list(
            generate(1, 400, START, 20, FAULTS, lambda one, to=found: to.append(msgspec.json.encode(one)))
        )
        assert messages == feed(1, *FAULTS)
    assert told[0] == told[1]


def test_messages_come_in_order_of_arrival() -> None:
    arrivals = [message.arrives_us for message in feed(2, *FAULTS)]
    assert arrivals == sorted(arrivals)


def test_without_faults_every_message_is_good_and_counted(told: Callable[..., Told]) -> None:
    messages = told(frozenset()).messages
    events = [event for one in messages if isinstance(event := decode_event(one.value), Event)]
    assert len(events) == len(messages)
    assert all(one.reason is None for one in messages)
    assert len({event.event_id for event in events}) == len(events)
    numbers: dict[tuple[str, str | None], list[int]] = defaultdict(list)
    for event in events:
        assert event.source_seq is not None
        numbers[event.source, event.source_partition].append(event.source_seq)
    assert all(found == list(range(1, len(found) + 1)) for found in numbers.values())
    assert {source for source, _ in numbers} == {"VNACCS", "VCIS", "ECUSTOMS5", "VASSCM", "ETAX", "NSW"}
    assert 7 <= len(events) / 3_000 <= 9


def test_without_faults_each_declaration_is_told_in_order(told: Callable[..., Told]) -> None:
    last: dict[str, int] = defaultdict(int)
    for message in told(frozenset()).messages:
        event = decode_event(message.value)
        assert isinstance(event, Event)
        assert event.emitted_us is not None
        assert message.key == event.declaration_key.encode()
        assert last[event.declaration_key] <= event.emitted_us <= message.arrives_us
        last[event.declaration_key] = event.emitted_us


def test_the_shapes_cover_what_can_happen(told: Callable[..., Told]) -> None:
    feed = told(frozenset())
    contents = [content for found in feed.by_key.values() for content in found.values()]
    assert {one["attrs"].get("channel") for one in contents} == {None, 1, 2, 3}
    wanted = "OGA_RESULT AMENDED TAX_SECURED MOVED_TO_STORAGE RELEASED_CONDITIONAL CLEARED GATE_OUT CANCELLED"
    assert {one["event_type"] for one in contents} >= {*wanted.split(), "INSPECTION_COMPLETED", "ARRIVED"}
    assert {one.status for one in feed.declarations.values()} == {"cleared", "cancelled", "open", "expired"}
    assert {one.kind for one in feed.declarations.values()} >= {"A11", "E62", "H11", "H21", "C11", "C22"}
    assert {one.get("message_code") for one in contents} >= {
        "MIC",
        "IDC",
        "EDC",
        "VAD3AC",
        "VAE1LF",
        "VAD2AG",
    }


def test_refused_messages_are_refused_for_their_reason() -> None:
    messages = feed(4, "poison", "future", "unknown_code", declarations=4_000)
    found = Counter(
        answer.reason for one in messages if isinstance(answer := decode_event(one.value), Rejected)
    )
    assert found == Counter(one.reason for one in messages if one.reason is not None)
    assert len(found) >= 11


@pytest.fixture(scope="module")
def faultless() -> list[Generated]:
    return feed(5, declarations=1_500)


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_every_fault_changes_the_feed(fault: str, faultless: list[Generated]) -> None:
    assert feed(5, fault, declarations=1_500) != faultless


def test_lives_are_those_of_the_feed(told: Callable[..., Told]) -> None:
    truths = told(frozenset()).declarations
    found = list(lives(5, 3_000, START, 20))
    assert len(found) == 3_000
    assert {life.key for life in found} == {key for key, one in truths.items() if one.status != "expired"}
    for life in found:
        assert truths[life.key].milestones.get("M8") == life.released


def test_memory_does_not_grow_with_the_feed() -> None:
    def peak(days: int) -> int:
        tracemalloc.start()
        drained: Iterator[Generated] = generate(1, 40 * days, START, days, FAULTS)
        for _ in drained:
            pass
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    assert peak(160) < 1.6 * peak(40)


def test_what_can_not_be_made_is_said() -> None:
    with pytest.raises(ValueError, match="no such office: 99XX; there are 27F1, 27F2, 27B1"):
        generate(1, 10, START, 1, aim=Aim(office="99XX"))
    with pytest.raises(ValueError, match="2026-03-03 is no day of this feed: 2026-03-02 to 2026-03-02"):
        generate(1, 10, START, 1, aim=Aim(day=dt.date(2026, 3, 3)))
    with pytest.raises(ValueError, match="no such fault: flood"):
        generate(1, 10, START, 1, frozenset({"flood"}))
    with pytest.raises(ValueError, match="too many for one feed, at most 1,500,000"):
        generate(1, 1_500_001, START, 1)
