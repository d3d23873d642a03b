"""Wires the Faust application of the windows: one agent on the topic of spans, and the work beside it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import faust

from streams.kafka.topics import SPANS
from streams.settings import Settings
from streams.worker.one_agent import Taking, create_agent_app
from streams.worker.windows_owner import WindowsOwner

_MESSAGES_A_TIME = 16
_WAIT_S = 0.05


def create_windows_app(
    settings: Settings,
    owner: WindowsOwner,
    beat: Callable[[], None],
    fatal: Callable[[BaseException | None], None],
) -> faust.App:
    """Make the application. `beat` is called now and then, `fatal` when it can't go on."""
    taking = Taking(SPANS, _MESSAGES_A_TIME, _WAIT_S, _MESSAGES_A_TIME)
    app = create_agent_app(settings, "windows", taking, owner.deliver, beat, fatal)

    @app.task  # type: ignore[untyped-decorator]
    async def work() -> None:
        try:
            await owner.run()
        except asyncio.CancelledError:
            raise
        except Exception as error:
            fatal(error)
            raise

    @app.on_partitions_revoked.connect
    async def revoked(*_: Any, **__: Any) -> None:
        owner.wanted(False)

    @app.on_partitions_assigned.connect
    async def assigned(*_: Any, **__: Any) -> None:
        owner.wanted(any(partition.topic == SPANS for partition in app.consumer.assignment()))

    return app
