"""The whole pipeline against a real Kafka: how fast it works off a full topic, and when its windows are settled."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

import msgspec

from benchmarks.events import Message
from benchmarks.script import patience_s
from benchmarks.span import BenchmarkError, Measured, Stopwatch
from streams.kafka.extents import Extents
from streams.kafka.load import Loader
from streams.kafka.topics import PACKED, create_topics
from streams.local.broker import LocalBroker
from streams.local.children import last_line
from streams.local.pipeline import LocalPipeline, Standing
from streams.settings import Settings

_SHORTEST_LOOK_S: Final = 0.1
_LONGEST_LOOK_S: Final = 1.0
SETTLE_S: Final = 120.0

Say = Callable[[str], None]


def fill(broker: LocalBroker, settings: Settings, messages: Sequence[Message]) -> Settings:
    """Make the topics and load all messages; return settings that lead to this broker."""
    reached = settings.model_copy(update={"kafka_bootstrap_servers": broker.bootstrap})
    create_topics(reached)
    Loader(reached).load(messages)
    return reached


def pipeline(
    folder: Path, settings: Settings, messages: Sequence[Message], workers: int, say: Say
) -> Measured:
    """Measure the whole pipeline with this many workers, by what the ledger in the store vouches for.

    The clock stops when every message is accounted for; how long the windows take from there is told apart.
    """
    name = f"pipeline, {workers} worker{'s' if workers > 1 else ''}"
    folder.mkdir()
    with LocalBroker(folder / "kafka") as broker:
        say(f"{name}: loading {len(messages):,} messages")
        fill(broker, settings, messages)
    # The pipeline starts this Kafka again on the same folder and finds the topic full.
    with LocalPipeline(folder, settings, workers, lambda text: say(f"{name}: {text}")) as running:
        watch = Stopwatch(name)
        measured = _watched(watch, name, running, patience_s(len(messages)), say)
        say(f"{name}: {measured.rate:,.0f} events a second; waiting until the windows are settled")
        if not await_settled(name, running):
            say(f"{name}: the windows are not settled after {SETTLE_S:g} s more")
            return measured
        return msgspec.structs.replace(measured, settled_s=round(watch.elapsed_s or 0.0, 3))


def await_settled(name: str, running: LocalPipeline) -> bool:
    """Wait until the windows are computed from all messages, all accounted for; False when they are not in SETTLE_S.

    They are told that no more comes, or they would wait for partitions to fall silent.
    """
    running.feed_ended()
    deadline = time.monotonic() + SETTLE_S
    while time.monotonic() < deadline:
        if running.standing().settled:
            return True
        look_after(name, running, deadline + _LONGEST_LOOK_S)
        time.sleep(_SHORTEST_LOOK_S)
    return False


def _watched(watch: Stopwatch, name: str, running: LocalPipeline, patience: float, say: Say) -> Measured:
    """Measure a pipeline from the first pack that its intake wrote to the last message accounted for."""
    deadline = time.monotonic() + patience
    with closing(Extents(running.settings, PACKED)) as packed:
        while not any(high for _, high in packed.now().values()):
            look_after(name, running, deadline)
            time.sleep(_SHORTEST_LOOK_S)
    watch.begin()
    told = 0
    while True:
        standing = running.standing()
        if standing.accounted:
            watch.first_done()
        if standing.accounted == standing.arrived:
            return watch.end(standing.accounted)
        if standing.accounted > told:
            told = standing.accounted
            say(f"{name}: {told:,} of {standing.arrived:,} accounted for")
        look_after(name, running, deadline)
        time.sleep(_pause_s(standing, watch.elapsed_s or 0.0))


def _pause_s(standing: Standing, elapsed_s: float) -> float:
    """Return how long to leave the pipeline alone: a look costs the store some work, so few between begin and end."""
    if not standing.accounted:
        return _SHORTEST_LOOK_S
    remaining_s = elapsed_s * (standing.arrived - standing.accounted) / standing.accounted
    return min(_LONGEST_LOOK_S, max(_SHORTEST_LOOK_S, remaining_s / 4))


def look_after(name: str, running: LocalPipeline, deadline: float) -> None:
    """Raise BenchmarkError when the pipeline takes too long, or is no longer what was started."""
    running.watch()
    if running.restarts:
        raise BenchmarkError(f"{name}: a worker ended by itself: {last_line(running.data_dir, 'worker-1')}")
    if time.monotonic() > deadline:
        raise BenchmarkError(f"{name}: not done in time: {last_line(running.data_dir, 'worker-1')}")
