"""Wires the Faust application of folding: one agent on the packed topic, and what it tells of its partitions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import faust

from streams.kafka.topics import PACKED
from streams.settings import Settings
from streams.worker.one_agent import Taking, create_agent_app
from streams.worker.status import Status
from streams.worker.steps import Steps

_MOST_PACKS = 160
"""So many wait in the process, and are taken at a time at most. Under a load of some thousand events a second a pack
has a hundred or two; of full ones, a fifth is a batch."""


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
    taking = Taking(PACKED, _MOST_PACKS, settings.batch_wait_ms / 1000, _MOST_PACKS)
    app = create_agent_app(settings, "fold", taking, steps.take, lambda: status.beat("loop"), fatal)

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
