"""A Faust application with one agent on one topic that ends rather than lose anything: what ours have in common."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import faust
from faust.types import EventT

from streams.kafka.faust_config import broker_url, credentials
from streams.kafka.topics import identify
from streams.settings import Settings
from streams.worker.assignor import assignor_of
from streams.worker.seeking import SeekingConsumer
from streams.worker.steps import Delivery


class Taking(NamedTuple):
    """What the agent reads and how: at most `most` messages at a time, or what has come within `within_s` seconds.

    `buffered` is how many messages wait in the process for it.
    """

    topic: str
    most: int
    within_s: float
    buffered: int


def create_agent_app(
    settings: Settings,
    name: str,
    taking: Taking,
    take: Callable[[Sequence[Delivery]], Awaitable[None]],
    beat: Callable[[], None],
    fatal: Callable[[BaseException | None], None],
) -> faust.App:
    """Make the application; its consumer group is the prefix of the settings and `name`.

    The agent passes messages on to `take`, which acknowledges them in its own time. `beat` is called now and then while
    the event loop runs, `fatal` when the agent can't go on: the process is then started anew from outside.
    """
    app = faust.App(
        f"{settings.kafka_group_prefix}-{name}",
        broker=broker_url(settings),
        broker_credentials=credentials(settings),
        web_enabled=False,
        topic_disable_leader=True,
        store="memory://",
        datadir=Path(tempfile.gettempdir())
        / f"release-monitor-faust-{os.getuid()}",  # it keeps nothing there
        value_serializer="raw",
        stream_buffer_maxsize=taking.buffered,
        stream_wait_empty=False,
        consumer_auto_offset_reset="earliest",
        consumer_max_fetch_size=8_000_000,
        broker_commit_interval=0.5,
        broker_session_timeout=settings.kafka_session_timeout_s,
        broker_heartbeat_interval=max(0.2, settings.kafka_session_timeout_s / 5),
        broker_request_timeout=max(40.0, settings.kafka_session_timeout_s + 10),
        broker_max_poll_interval=600.0,
        PartitionAssignor=assignor_of({taking.topic: identify(settings, taking.topic).partitions}),
    )
    app.transport.Consumer = SeekingConsumer  # type: ignore[misc]
    topic = app.topic(taking.topic, key_type=bytes, value_type=bytes, value_serializer="raw")

    @app.agent(topic, name=name)
    async def agent(stream: faust.StreamT[bytes]) -> None:
        try:
            async for events in stream.noack_take(taking.most, within=taking.within_s):  # type: ignore[attr-defined]
                await take(_deliveries(events))
        except asyncio.CancelledError:
            raise
        except Exception as error:
            # Faust would acknowledge what failed and go on without it. Nothing may be lost, so the process ends.
            fatal(error)
            raise

    @app.timer(0.5)  # type: ignore[untyped-decorator]
    async def alive() -> None:
        beat()
        tasks = [actor.actor_task for actor in agent._actors]  # type: ignore[attr-defined]
        if tasks and all(task is not None and task.done() for task in tasks):
            fatal(RuntimeError("Faust's agent has ended by itself"))

    return app


def _deliveries(events: Sequence[EventT[bytes]]) -> list[Delivery]:
    return [
        Delivery(event.value, event.message.partition, event.message.offset, partial(_acknowledge, event))
        for event in events
    ]


def _acknowledge(event: EventT[bytes]) -> None:
    event.ack()
