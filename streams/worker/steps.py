"""The steps of a worker: fold packs, write what follows, and only then acknowledge them.

Folding and writing overlap, one batch each. When ClickHouse does not take a batch it is tried again for as long as it
takes; nothing behind it is acknowledged, so Kafka keeps what is not yet durable.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, NamedTuple, TypeVar

import msgspec
import structlog
import urllib3
from clickhouse_connect.driver.exceptions import ClickHouseError
from confluent_kafka import KafkaException

from streams.core.event import Feed, Rejected
from streams.core.pack import Pack, decode_pack
from streams.core.span_message import span_messages
from streams.core.vocabulary import RejectReason
from streams.core.watermark import moves_time
from streams.kafka.changes import change_messages
from streams.kafka.publisher import Publisher
from streams.kafka.topics import CHANGES, PACKED, SPANS
from streams.pipeline.batch import Batch
from streams.pipeline.folder import FedPack, Folder
from streams.store.event_tables import POSITIONS
from streams.store.histories import StoredHistories
from streams.store.sink import ClickHouseSink, SinkError
from streams.store.table import Columns, Table
from streams.store.tables import in_writing_order
from streams.worker.counting import Counting
from streams.worker.feeds import Feeds
from streams.worker.status import Status
from streams.worker.stragglers import Stragglers

PASSING_FAULTS: Final = (ClickHouseError, SinkError, KafkaException, urllib3.exceptions.HTTPError, OSError)
"""What is worth trying again: the store or the broker is away. Anything else is a bug and ends the worker."""

_LONGEST_PAUSE_S: Final = 5.0

T = TypeVar("T")
log = structlog.get_logger()


class Delivery(NamedTuple):
    """One message of the packed topic and how to acknowledge it."""

    value: bytes
    partition: int
    offset: int
    ack: Callable[[], None]


class Steps:
    """Runs the steps, in the order in which deliveries are given. Use from one event loop."""

    def __init__(
        self,
        folder: Folder,
        histories: StoredHistories,
        sink: ClickHouseSink,
        publisher: Publisher,
        feeds: Feeds,
        counting: Counting,
        status: Status,
        fatal: Callable[[BaseException | None], None],
        stragglers: Stragglers,
        batch_events: int,
    ) -> None:
        self._folder = folder
        self._histories = histories
        self._sink = sink
        self._publisher = publisher
        self._feeds = feeds
        self._counting = counting
        self._status = status
        self._fatal = fatal
        self._stragglers = stragglers
        self._batch_events = batch_events
        self._folding = ThreadPoolExecutor(1, "fold")
        self._writing = ThreadPoolExecutor(1, "write")
        self._in_flight: asyncio.Task[None] | None = None
        self._moved = False

    def partitions_moved(self) -> None:
        """Say that partitions were given or taken: memory of declarations is dropped before the next step."""
        self._moved = True

    async def take(self, deliveries: Sequence[Delivery]) -> None:
        """Fold these packs, about so many events at a time as a batch has, and start writing.

        Returns when all but the last batch is durable. How much is in a pack depends on the load: few events while
        they come one by one, so it is events that are counted.
        """
        while deliveries:
            deliveries = await self._take_some(deliveries)

    async def _take_some(self, deliveries: Sequence[Delivery]) -> Sequence[Delivery]:
        """Fold the first of these packs and start writing, when the batch before is durable; return the others."""
        if self._moved:
            await self.settle()
            self._moved = False
            await self._persist("fold", self._folding, self._start_afresh)
        self._status.working(pending=True)
        fed = await self._persist("fold", self._folding, lambda: self._unpack_some(deliveries))
        taken, others = deliveries[: len(fed)], deliveries[len(fed) :]
        batch = await self._persist("fold", self._folding, lambda: self._folder.fold(fed))
        # Made here, while the batch before is being written, and not when it is this one's turn.
        tables = await self._persist("fold", self._folding, lambda: in_writing_order(batch))
        latest_us = _latest(taken, fed)
        behind = sum(len(one.pack.events) for one in fed) >= self._batch_events
        told = await self._persist("fold", self._folding, lambda: self._told(batch, latest_us, behind))
        await self.settle()
        self._status.working(pending=True)
        write = self._write(batch, tables, told, latest_us, self._folder.step, taken)
        self._in_flight = asyncio.create_task(write)
        self._in_flight.add_done_callback(self._look_at)
        return others

    async def settle(self) -> None:
        """Wait until the batch that is being written is durable and acknowledged. Raises what ended its writing."""
        task, self._in_flight = self._in_flight, None
        if task is not None:
            await task

    def _look_at(self, task: asyncio.Task[None]) -> None:
        """End the worker when writing failed for good, also if no further batch would ever ask for the outcome."""
        if not task.cancelled() and task.exception() is not None:
            self._fatal(task.exception())

    def _start_afresh(self) -> None:
        self._folder.forget()
        self._histories.refresh()
        self._counting.forget()

    def _unpack_some(self, deliveries: Sequence[Delivery]) -> list[FedPack]:
        fed, events = list[FedPack](), 0
        for one in deliveries:
            fed.append(self._unpack(one))
            events += len(fed[-1].pack.events)
            if events >= self._batch_events:
                break
        return fed

    def _unpack(self, one: Delivery) -> FedPack:
        try:
            pack = decode_pack(one.value)
        except msgspec.MsgspecError as error:
            # Nobody but an intake should write here. Whatever it is, it is kept, and it does not stop the stream.
            alien = Rejected(
                RejectReason.BROKEN_JSON, f"not a pack: {error}", one.value, one.partition, one.offset
            )
            return FedPack(Pack(PACKED, "", time.time_ns() // 1000, [], [alien]), Feed(PACKED, 0))
        return FedPack(pack, self._feeds.feed_of(pack.topic, pack.topic_id))

    async def _write(
        self,
        batch: Batch,
        tables: Sequence[tuple[Table, Columns]],
        told: Sequence[tuple[None, bytes]],
        latest_us: Mapping[int, int],
        step: int,
        deliveries: Sequence[Delivery],
    ) -> None:
        publish, write = self._publisher.publish, self._sink.write_columns
        ledger = [one for one in tables if one[0] is POSITIONS]
        others = [one for one in tables if one[0] is not POSITIONS]
        await self._persist("write", self._writing, lambda: publish(CHANGES, change_messages(batch.changes)))
        rows = await self._persist("write", self._writing, lambda: write(others))
        # Told before the ledger vouches for the batch: who reads that all is accounted for may wait for the windows.
        await self._persist("write", self._writing, lambda: publish(SPANS, told))
        rows |= await self._persist("write", self._writing, lambda: write(ledger))
        self._folder.written(step)
        for one in deliveries:
            one.ack()
        self._counting.written(batch, rows)
        self._counting.passed(latest_us)
        self._status.working(pending=False)

    def _told(self, batch: Batch, latest_us: Mapping[int, int], behind: bool) -> list[tuple[None, bytes]]:
        """Say in messages what windows need to know of a batch; `behind`: more waits to be folded."""
        marks = {str(partition): instant // 1000 for partition, instant in latest_us.items()}
        declarations = [*batch.declarations, *batch.again]
        stragglers = self._stragglers.among(batch, max(latest_us.values(), default=0))
        messages = span_messages(declarations, stragglers, marks, behind)
        return [(None, message) for message in messages]

    async def _persist(self, part: str, pool: ThreadPoolExecutor, action: Callable[[], T]) -> T:
        """Do something in a thread until it succeeds, waiting longer after each passing fault."""
        loop = asyncio.get_running_loop()
        pause = 0.2
        while True:
            try:
                result = await loop.run_in_executor(pool, action)
            except PASSING_FAULTS as error:
                reason = (
                    str(error).strip().splitlines()[0][:300] if str(error).strip() else type(error).__name__
                )
                log.warning("waiting for the store or the broker", error=reason, pause_s=pause)
                self._status.sink_failed(part, reason)
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE_S)
            else:
                self._status.sink_works(part)
                return result


def _latest(deliveries: Sequence[Delivery], fed: Sequence[FedPack]) -> dict[int, int]:
    """Return the latest event time to be believed, in microseconds, of each partition that events came from."""
    latest: dict[int, int] = {}
    for delivery, one in zip(deliveries, fed, strict=True):
        events, received_us = one.pack.events, one.pack.received_us
        highest = max([event.occurred_us for event in events], default=-1)
        if highest > received_us:  # seldom: else every one of them is to be believed
            believed = [event.occurred_us for event in events if moves_time(event, received_us)]
            highest = max(believed, default=-1)
        if highest >= 0:
            latest[delivery.partition] = max(highest, latest.get(delivery.partition, highest))
    return latest
