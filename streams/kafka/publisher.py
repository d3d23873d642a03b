"""Writes messages to a topic and waits until they are durable."""

from __future__ import annotations

from collections.abc import Iterable

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from streams.kafka.config import producer_config
from streams.settings import Settings


class Publisher:
    """Use from one thread at a time."""

    def __init__(self, settings: Settings) -> None:
        self._producer = Producer({**producer_config(settings), "delivery.report.only.error": True})
        self._failed: KafkaError | None = None

    def publish(
        self, topic: str, messages: Iterable[tuple[str | None, bytes | None]], timeout_s: float = 30.0
    ) -> None:
        """Send messages, given as key and value.

        Raises KafkaException when one was refused, or not acknowledged in time: then send all of them again.
        """
        self._failed = None
        for key, value in messages:
            while True:
                try:
                    self._producer.produce(topic, key=key, value=value, on_delivery=self._delivered)
                except BufferError:
                    self._producer.poll(0.1)
                else:
                    break
        if self._producer.flush(timeout_s) > 0:
            raise KafkaException(KafkaError(KafkaError._TIMED_OUT, f"{topic}: no acknowledgement yet"))
        if self._failed is not None:
            raise KafkaException(self._failed)

    def _delivered(self, error: KafkaError | None, _: Message) -> None:
        if error is not None:
            self._failed = error
