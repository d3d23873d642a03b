"""The steps: nothing is acknowledged before it is durable, a passing fault is waited out, a bug ends the worker."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pytest
from confluent_kafka import KafkaError, KafkaException

from builders import CALENDARS, FEED, event
from streams.core.event import Accepted, Event, Feed
from streams.core.pack import Pack, encode_pack
from streams.core.span_message import SpanMessage, block_of, decode_spans
from streams.kafka.topics import CHANGES, SPANS
from streams.metrics.registry import Metrics
from streams.pipeline.folder import Folder
from streams.reference import load_reference
from streams.store.sink import SinkError
from streams.store.table import Columns, Table
from streams.worker import steps as module
from streams.worker.counting import Counting
from streams.worker.heard import Heard
from streams.worker.status import Status
from streams.worker.steps import Delivery, Steps
from streams.worker.stragglers import Stragglers

RECEIVED_US = 2**52


class Fakes:
    """A store, a sink, a publisher and feeds that can be told to fail; `done` tells what happened in which order."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.faults: list[Exception] = []
        self.spans_faults: list[Exception] = []
        self.told: list[SpanMessage] = []

    def load(self, keys: Sequence[str]) -> Mapping[str, Sequence[Accepted]]:
        return {}

    def refresh(self) -> None:
        self.done.append("refresh")

    def write_columns(self, tables: Sequence[tuple[Table, Columns]]) -> dict[str, int]:
        if self.faults:
            raise self.faults.pop(0)
        names = [table.name for table, _ in tables]
        self.done.append("ledger" if names == ["event_positions"] else "write")
        return {table.name: len(columns[0]) for table, columns in tables}

    def publish(self, topic: str, messages: Iterable[tuple[str | None, bytes | None]]) -> None:
        if topic == CHANGES:
            self.done.append("publish")
            return
        assert topic == SPANS
        if self.spans_faults:
            raise self.spans_faults.pop(0)
        self.done.append("spans")
        self.told += [decode_spans(value or b"") for _, value in messages]

    def feed_of(self, topic: str, topic_id: str) -> Feed:
        return FEED


class Bench:
    """Steps with fakes around them."""

    def __init__(self, batch_events: int = 100) -> None:
        self.fakes = Fakes()
        self.metrics = Metrics(load_reference(None))
        self.status = Status(self.metrics, 60)
        self.fatal: list[BaseException | None] = []
        fakes: Any = self.fakes
        self.steps = Steps(
            Folder(fakes, CALENDARS),
            fakes,
            fakes,
            fakes,
            fakes,
            Counting(self.metrics, 60, Heard(())),
            self.status,
            self.fatal.append,
            Stragglers(360),
            batch_events,
        )

    def delivery(self, offset: int) -> Delivery:
        one = event(
            "REGISTERED", "08:00:00", offset=offset, declaration_key=f"d{offset}", event_id=f"e{offset}"
        )
        value = encode_pack(Pack("declaration-events", "id", RECEIVED_US, [one], []))
        return Delivery(value, 0, offset, lambda: self.fakes.done.append(f"ack {offset}"))


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Bench:
    real = asyncio.sleep
    monkeypatch.setattr(module.asyncio, "sleep", lambda _: real(0))
    return Bench()


def test_acknowledged_after_publishing_and_writing_in_order(bench: Bench) -> None:
    async def run() -> None:
        await bench.steps.take([bench.delivery(0), bench.delivery(1)])
        await bench.steps.take([bench.delivery(2)])
        await bench.steps.settle()

    asyncio.run(run())
    once = ["publish", "write", "spans", "ledger"]
    assert bench.fakes.done == [*once, "ack 0", "ack 1", *once, "ack 2"]
    assert (
        bench.metrics.registry.get_sample_value(
            "release_events_total", {"source": "SIM", "event_type": "REGISTERED"}
        )
        == 3
    )


def test_a_refusing_store_is_waited_out_and_nothing_is_acknowledged_meanwhile(bench: Bench) -> None:
    bench.fakes.faults = [SinkError("0 of 1 rows"), OSError("refused"), SinkError("0 of 1 rows")]

    async def run() -> None:
        await bench.steps.take([bench.delivery(0)])
        await bench.steps.settle()

    asyncio.run(run())
    assert bench.fakes.done == ["publish", "write", "spans", "ledger", "ack 0"]
    assert bench.metrics.registry.get_sample_value("release_sink_failures_total") == 3
    assert bench.status.ready().reasons == ("consumer group: no assignment yet", "intake: not started yet")


def test_a_bug_ends_the_worker_and_acknowledges_nothing(bench: Bench) -> None:
    bench.fakes.faults = [ZeroDivisionError("a bug")]

    async def run() -> None:
        await bench.steps.take([bench.delivery(0)])
        with pytest.raises(ZeroDivisionError):
            await bench.steps.settle()

    asyncio.run(run())
    assert bench.fakes.done == ["publish"]
    assert isinstance(bench.fatal[0], ZeroDivisionError)


def test_what_is_no_pack_is_refused_and_kept_and_does_not_stop_the_stream(bench: Bench) -> None:
    async def run() -> None:
        await bench.steps.take([bench.delivery(0)._replace(value=b"\x93not a pack"), bench.delivery(1)])
        await bench.steps.settle()

    asyncio.run(run())
    assert bench.fakes.done == ["publish", "write", "spans", "ledger", "ack 0", "ack 1"]
    assert bench.metrics.registry.get_sample_value("release_rejected_total", {"reason": "broken_json"}) == 1


def test_memory_is_dropped_when_partitions_move_but_only_after_the_batch_before(bench: Bench) -> None:
    async def run() -> None:
        await bench.steps.take([bench.delivery(0)])
        bench.steps.partitions_moved()
        await bench.steps.take([bench.delivery(1)])
        await bench.steps.settle()

    asyncio.run(run())
    once = ["publish", "write", "spans", "ledger"]
    assert bench.fakes.done == [*once, "ack 0", "refresh", *once, "ack 1"]


def test_windows_are_told_of_what_is_written_before_the_ledger_vouches_for_it(bench: Bench) -> None:
    bench.fakes.spans_faults = [KafkaException(KafkaError(KafkaError._TIMED_OUT, "away"))]

    async def run() -> None:
        await bench.steps.take([bench.delivery(0), bench.delivery(1)._replace(partition=3)])
        await bench.steps.settle()
        await bench.steps.take([bench.delivery(2)])
        await bench.steps.settle()

    asyncio.run(run())
    once = ["publish", "write", "spans", "ledger"]
    assert bench.fakes.done == [*once, "ack 0", "ack 1", *once, "ack 2"]
    first, second = bench.fakes.told
    eight_ms = event("REGISTERED", "08:00:00").occurred_us // 1000
    assert first.marks == {"0": eight_ms, "3": eight_ms}
    assert first.keys == ["d0", "d1"]
    assert block_of(first).registered.tolist() == [eight_ms, eight_ms]
    assert second.keys == ["d2"]


def test_a_batch_has_so_many_events_in_whatever_packs_they_come() -> None:
    bench = Bench(batch_events=2)

    async def run() -> None:
        await bench.steps.take([bench.delivery(offset) for offset in range(5)])
        await bench.steps.settle()

    asyncio.run(run())
    once = ["publish", "write", "spans", "ledger"]
    assert bench.fakes.done == [*once, "ack 0", "ack 1", *once, "ack 2", "ack 3", *once, "ack 4"]
    assert [message.keys for message in bench.fakes.told] == [["d0", "d1"], ["d2", "d3"], ["d4"]]
    assert [message.behind for message in bench.fakes.told] == [True, True, False]


def test_partitions_that_move_within_what_was_taken_are_noticed_at_the_next_batch() -> None:
    bench = Bench(batch_events=1)
    first = bench.delivery(0)._replace(ack=bench.steps.partitions_moved)

    async def run() -> None:
        await bench.steps.take([first, bench.delivery(1), bench.delivery(2)])
        await bench.steps.settle()

    asyncio.run(run())
    once = ["publish", "write", "spans", "ledger"]
    assert [one for one in bench.fakes.done if one not in once] == ["ack 1", "refresh", "ack 2"]


def test_what_is_read_again_is_told_again_for_it_may_never_have_been(bench: Bench) -> None:
    async def run() -> None:
        await bench.steps.take([bench.delivery(0)])
        await bench.steps.take([bench.delivery(0)])
        await bench.steps.settle()

    asyncio.run(run())
    assert [message.keys for message in bench.fakes.told] == [["d0"], ["d0"]]


def test_an_event_ahead_of_our_clock_moves_no_watermark_unless_it_says_when_it_was_sent(bench: Bench) -> None:
    def delivery(partition: int, *events: Event) -> Delivery:
        at_us = event("REGISTERED", "08:00:00").occurred_us
        value = encode_pack(Pack("declaration-events", "id", at_us, list(events), []))
        return Delivery(value, partition, 0, lambda: None)

    far = event("ARRIVED", "2030-01-01T00:00:00+00:00", 1)
    sent = event("CLEARED", "10:00:00", 2, emitted_at="2026-03-02T10:00:01+07:00")
    packs = [delivery(0, event("REGISTERED", "08:00:00"), far), delivery(1, far), delivery(2, sent)]

    async def run() -> None:
        await bench.steps.take(packs)
        await bench.steps.settle()

    asyncio.run(run())
    eight, ten = (event("CLEARED", at).occurred_us // 1000 for at in ("08:00:00", "10:00:00"))
    assert [message.marks for message in bench.fakes.told] == [{"0": eight, "2": ten}]
