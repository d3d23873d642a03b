"""Wires the Faust application: one agent on the packed topic, and what keeps an eye on it."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import faust
from faust.types import EventT

from streams.kafka.faust_config import broker_url, credentials
from streams.kafka.packer import MAX_PACK_EVENTS
from streams.kafka.topics import PACKED, identify
from streams.settings import Settings
from streams.worker.assignor import assignor_of
from streams.worker.seeking import SeekingConsumer
from streams.worker.status import Status
from streams.worker.steps import Delivery, Steps

_PACKS_BUFFERED = 64


def deliveries_of(events: Sequence[EventT[bytes]]) -> list[Delivery]:
    """Turn Faust's events into what the steps work on."""
    return [
        Delivery(event.value, event.message.partition, event.message.offset, partial(_acknowledge, event))
        for event in events
    ]


def most_packs(settings: Settings) -> int:
    """Return how many packs are folded at a time, at most."""
    return max(1, settings.batch_events // MAX_PACK_EVENTS)


def _acknowledge(event: EventT[bytes]) -> None:
    event.ack()


def create_app(
    settings: Settings,
    steps: Steps,
    status: Status,
    when_assigned: Callable[[], None],
    when_stopping: Callable[[], None],
    fatal: Callable[[BaseException | None], None],
) -> faust.App:
    """Make the application.

    `when_assigned` is called whenever the consumer group has given this worker its part, `when_stopping` when it begins
    to stop; `fatal` when it can't go on: the process is then started anew from outside.
    """
    app = faust.App(
        f"{settings.kafka_group_prefix}-fold",
        broker=broker_url(settings),
        broker_credentials=credentials(settings),
        web_enabled=False,
        topic_disable_leader=True,
        store="memory://",
        datadir=Path(tempfile.gettempdir())
        / f"release-monitor-faust-{os.getuid()}",  # it keeps nothing there
        value_serializer="raw",
        stream_buffer_maxsize=_PACKS_BUFFERED,
        stream_wait_empty=False,
        consumer_auto_offset_reset="earliest",
        consumer_max_fetch_size=8_000_000,
        broker_commit_interval=0.5,
        broker_session_timeout=settings.kafka_session_timeout_s,
        broker_heartbeat_interval=max(0.2, settings.kafka_session_timeout_s / 5),
        broker_request_timeout=max(40.0, settings.kafka_session_timeout_s + 10),
        broker_max_poll_interval=600.0,
        PartitionAssignor=assignor_of({PACKED: identify(settings, PACKED).partitions}),
    )
    app.transport.Consumer = SeekingConsumer  # type: ignore[misc]
    packed = app.topic(PACKED, key_type=bytes, value_type=bytes, value_serializer="raw")
    most = most_packs(settings)
    within = settings.batch_wait_ms / 1000

    @app.agent(packed, name="fold")
    async def fold(stream: faust.StreamT[bytes]) -> None:
        try:
            async for events in stream.noack_take(most, within=within):  # type: ignore[attr-defined]
                await steps.take(deliveries_of(events))
        except asyncio.CancelledError:
            raise
        except Exception as error:
            # Faust would acknowledge what failed and go on without it. Nothing may be lost, so the worker ends.
            fatal(error)
            raise

    @app.timer(0.5)  # type: ignore[untyped-decorator]
    async def beat() -> None:
        status.beat("loop")
        tasks = [actor.actor_task for actor in fold._actors]  # type: ignore[attr-defined]
        if tasks and all(task is not None and task.done() for task in tasks):
            fatal(RuntimeError("Faust's agent has ended by itself"))

    @app.on_before_shutdown.connect
    async def stopping(*_: Any, **__: Any) -> None:
        when_stopping()

    @app.on_partitions_revoked.connect
    async def revoked(*_: Any, **__: Any) -> None:
        steps.partitions_moved()

    @app.on_partitions_assigned.connect
    async def assigned(_: Any, /, *given: Any, **__: Any) -> None:
        steps.partitions_moved()
        status.reads(place.partition for places in given for place in places if place.topic == PACKED)
        status.assigned(True)
        when_assigned()

    return app
