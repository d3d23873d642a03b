"""Writes messages into an input topic, at full speed or at a given one."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from streams.kafka.config import producer_config
from streams.kafka.topics import EVENTS, INPUTS
from streams.settings import Settings


class LoadError(Exception):
    """Kafka did not take what was loaded."""


class Loader:
    """Loads messages; what was not acknowledged is reported, never passed over."""

    def __init__(self, settings: Settings, stopping: Callable[[], bool] = lambda: False) -> None:
        """Connect. Raises LoadError when the brokers do not answer or an input topic is not there."""
        self._producer = Producer(producer_config(settings))
        try:
            there = [self._producer.list_topics(name, timeout=10).topics[name] for name in INPUTS]
        except KafkaException as error:
            reason = error.args[0].str()
            raise LoadError(
                f"Kafka at {settings.kafka_bootstrap_servers} does not answer: {reason}"
            ) from error
        for topic in there:
            if topic.error is not None:
                raise LoadError(
                    f"topic {topic.topic}: {topic.error.str()}: run `release-monitor topics` first"
                )
        self._stopping = stopping
        self._failed: KafkaError | None = None
        self.sent = 0

    def load(
        self,
        messages: Iterable[tuple[bytes | None, bytes]],
        speed: float | None = None,
        progress: Callable[[int], None] = lambda _: None,
        topic: str = EVENTS,
    ) -> int:
        """Send (key, value) pairs to an input topic and return how many were acknowledged.

        `speed` is in messages a second, None for as fast as it goes; `progress` gets the number sent so far. Raises
        LoadError when the broker refuses one; a message over the producer's limit of 8 MB is such a case.
        """
        begin, first = time.monotonic(), self.sent
        for key, value in messages:
            if self._stopping():
                break
            self._send(topic, key, value)
            self.sent += 1
            if self.sent % 500 == 0:
                progress(self.sent - first)
            if speed:
                ahead = (self.sent - first) / speed - (time.monotonic() - begin)
                if ahead > 0.01:
                    self._producer.poll(ahead)
        while self._producer.flush(1.0) > 0 and self._failed is None:
            pass
        if self._failed is not None:
            raise LoadError(f"Kafka refused a message: {self._failed.str()}")
        progress(self.sent - first)
        return self.sent - first

    def pending(self) -> int:
        """Return how many messages are sent and not yet acknowledged: many, and growing, while Kafka is away."""
        self._producer.poll(0)
        return len(self._producer)

    def _send(self, topic: str, key: bytes | None, value: bytes) -> None:
        while True:
            try:
                self._producer.produce(topic, key=key, value=value, on_delivery=self._delivered)
            except BufferError:
                self._producer.poll(0.1)
            except KafkaException as error:
                raise LoadError(f"a message can't be sent: {error.args[0].str()}") from error
            else:
                self._producer.poll(0)
                return

    def _delivered(self, error: KafkaError | None, _: Message) -> None:
        if error is not None:
            self._failed = error
