"""Wires the Faust application of the windows: one agent on the topic of spans, and the work beside it."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import faust

from streams.kafka.faust_config import broker_url, credentials
from streams.kafka.topics import SPANS, identify
from streams.settings import Settings
from streams.worker.app import deliveries_of
from streams.worker.assignor import assignor_of
from streams.worker.seeking import SeekingConsumer
from streams.worker.windows_owner import WindowsOwner

_MESSAGES_A_TIME = 16


def create_windows_app(
    settings: Settings,
    owner: WindowsOwner,
    beat: Callable[[], None],
    fatal: Callable[[BaseException | None], None],
) -> faust.App:
    """Make the application. `beat` is called now and then, `fatal` when it can't go on."""
    app = faust.App(
        f"{settings.kafka_group_prefix}-windows",
        broker=broker_url(settings),
        broker_credentials=credentials(settings),
        web_enabled=False,
        topic_disable_leader=True,
        store="memory://",
        datadir=Path(tempfile.gettempdir()) / f"release-monitor-faust-{os.getuid()}",
        value_serializer="raw",
        stream_buffer_maxsize=_MESSAGES_A_TIME,
        stream_wait_empty=False,
        consumer_auto_offset_reset="earliest",
        consumer_max_fetch_size=8_000_000,
        broker_commit_interval=0.5,
        broker_session_timeout=settings.kafka_session_timeout_s,
        broker_heartbeat_interval=max(0.2, settings.kafka_session_timeout_s / 5),
        broker_request_timeout=max(40.0, settings.kafka_session_timeout_s + 10),
        broker_max_poll_interval=600.0,
        PartitionAssignor=assignor_of({SPANS: identify(settings, SPANS).partitions}),
    )
    app.transport.Consumer = SeekingConsumer  # type: ignore[misc]
    spans = app.topic(SPANS, key_type=bytes, value_type=bytes, value_serializer="raw")

    @app.agent(spans, name="windows")
    async def windows(stream: faust.StreamT[bytes]) -> None:
        try:
            async for events in stream.noack_take(_MESSAGES_A_TIME, within=0.05):  # type: ignore[attr-defined]
                await owner.deliver(deliveries_of(events))
        except asyncio.CancelledError:
            raise
        except Exception as error:
            fatal(error)
            raise

    @app.task  # type: ignore[untyped-decorator]
    async def work() -> None:
        try:
            await owner.run()
        except asyncio.CancelledError:
            raise
        except Exception as error:
            fatal(error)
            raise

    @app.timer(0.5)  # type: ignore[untyped-decorator]
    async def alive() -> None:
        beat()
        tasks = [actor.actor_task for actor in windows._actors]  # type: ignore[attr-defined]
        if tasks and all(task is not None and task.done() for task in tasks):
            fatal(RuntimeError("Faust's agent has ended by itself"))

    @app.on_partitions_revoked.connect
    async def revoked(*_: Any, **__: Any) -> None:
        owner.wanted(False)

    @app.on_partitions_assigned.connect
    async def assigned(*_: Any, **__: Any) -> None:
        owner.wanted(any(partition.topic == SPANS for partition in app.consumer.assignment()))

    return app
