"""Measures the job in Quix Streams: in the cheapest form that has right results, and in forms nearer to ours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import msgspec
from confluent_kafka import Consumer, TopicPartition
from confluent_kafka.cimpl import NewTopic

from benchmarks.events import Message
from benchmarks.script import run_script
from benchmarks.span import BenchmarkError, Measured
from streams.kafka.load import Loader
from streams.kafka.topics import EVENTS, admin
from streams.settings import Settings

_HALF_A_DAY_S: Final = 43_200
_TOPIC_S: Final = 30.0


class Form(msgspec.Struct, frozen=True):
    """One form of the job: the windows, their grace, what is sent, and of how many messages it gets one.

    `emit` is `final`, a window once when it is closed, or `current`, a window at every change, as ours are seen.
    """

    name: str
    group: str
    windows: str = "1h"
    grace_s: int = _HALF_A_DAY_S
    emit: str = "final"
    one_in: int = 1


CHEAPEST: Final = Form("Quix Streams", "quix")
"""What the pipeline is compared with."""

OTHERS: Final = (
    Form("Quix Streams, every change sent", "quix-current", emit="current", one_in=4),
    Form("Quix Streams, all four windows", "quix-four", windows="1h,24h,7d,30d", one_in=20),
    Form("Quix Streams, grace 300 s", "quix-grace", grace_s=300, one_in=4),
)


class QuixRun(msgspec.Struct, frozen=True):
    """What a form measured; how often a release was to be added to a window, and how often it was refused as late."""

    form: Form
    measured: Measured
    updates: int
    late: int

    @property
    def late_share(self) -> float:
        """The share of updates refused as late."""
        return self.late / self.updates if self.updates else 0.0


def measure(
    form: Form,
    python: Path,
    settings: Settings,
    messages: Sequence[Message],
    folder: Path,
    say: Callable[[str], None],
) -> QuixRun:
    """Run one form on a Kafka that the settings name; the cheapest reads the common topic, which has to be full.

    Raises BenchmarkError when it fails, or when not everything is committed in the end.
    """
    count = len(messages) // form.one_in
    topic = EVENTS if form is CHEAPEST else f"{EVENTS}-{form.group}"
    if form is not CHEAPEST:
        _make(settings, topic)
        Loader(settings).load(messages[:count], topic=topic)
    say(f"{form.name}: {count:,} messages, windows {form.windows}, {form.emit}, grace {form.grace_s} s")
    variables = {
        "BENCH_BOOTSTRAP": settings.kafka_bootstrap_servers,
        "BENCH_EVENTS": str(count),
        "BENCH_TOPIC": topic,
        "BENCH_QUIX_GROUP": form.group,
        "BENCH_QUIX_WINDOWS": form.windows,
        "BENCH_QUIX_GRACE_S": str(form.grace_s),
        "BENCH_QUIX_EMIT": form.emit,
    }
    ran = run_script(form.name, [str(python), "-m", "benchmarks.quix.job"], variables, count, folder)
    committed = _committed(settings, form.group, topic)
    if committed != count:
        raise BenchmarkError(f"{form.name}: {committed:,} of {count:,} messages are committed")
    return QuixRun(form, ran.measured, ran.told["updates"], ran.told["late"])


def _make(settings: Settings, topic: str) -> None:
    client = admin(settings)  # held by name: a request dies with its client
    wanted = NewTopic(topic, settings.topic_partitions, 1, config={"retention.ms": "-1"})
    client.create_topics([wanted])[topic].result(_TOPIC_S)


def _committed(settings: Settings, group: str, topic: str) -> int:
    """Return how many messages of a topic, from offset 0, a group has committed."""
    places = [TopicPartition(topic, number) for number in range(settings.topic_partitions)]
    consumer = Consumer({"bootstrap.servers": settings.kafka_bootstrap_servers, "group.id": group})
    try:
        return sum(max(0, place.offset) for place in consumer.committed(places, timeout=_TOPIC_S))
    finally:
        consumer.close()
