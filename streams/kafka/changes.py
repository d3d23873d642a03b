"""Publishes what changed in the intervals to the topic `interval-changes`, one message for each change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import msgspec
from confluent_kafka import KafkaError, KafkaException, Message, Producer

from streams.core.intervals import Interval
from streams.kafka.config import producer_config
from streams.kafka.topics import CHANGES
from streams.pipeline.batch import IntervalChange
from streams.settings import Settings

_encoder = msgspec.json.Encoder()


def _instant(instant_us: int | None) -> str | None:
    if instant_us is None:
        return None
    return dt.datetime.fromtimestamp(instant_us / 1e6, dt.UTC).isoformat(timespec="milliseconds")


def _told(interval: Interval | None) -> dict[str, Any] | None:
    if interval is None:
        return None
    return {
        "started_at": _instant(interval.started_us),
        "ended_at": _instant(interval.ended_us),
        "elapsed_s": interval.elapsed_s,
        "flags": interval.flags,
    }


def encode_change(change: IntervalChange) -> bytes:
    """Write a change as JSON: the interval as it is (`now`, null when taken back) and as it was (`before`).

    `revision` orders the changes of one declaration; a change that is sent again after a crash has the one it had.
    """
    of = change.declaration
    return _encoder.encode(
        {
            "declaration_key": of.declaration_key,
            "interval_code": change.code,
            "seq": 1,
            "direction": of.direction,
            "office": of.office,
            "channel": of.channel_final,
            "kind": of.kind,
            "registered_at": _instant(of.registered_us),
            "now": _told(change.now),
            "before": _told(change.before),
            "revision": of.revision,
        }
    )


class ChangePublisher:
    """Writes changes and waits until they are durable."""

    def __init__(self, settings: Settings) -> None:
        self._producer = Producer(producer_config(settings))
        self._failed: KafkaError | None = None

    def publish(self, changes: Sequence[IntervalChange], timeout_s: float = 30.0) -> None:
        """Send changes. Raises KafkaException when one was refused, or not acknowledged in time: then send again."""
        self._failed = None
        for change in changes:
            key, value = change.declaration.declaration_key, encode_change(change)
            while True:
                try:
                    self._producer.produce(CHANGES, key=key, value=value, on_delivery=self._delivered)
                except BufferError:
                    self._producer.poll(0.1)
                else:
                    break
        if self._producer.flush(timeout_s) > 0:
            raise KafkaException(KafkaError(KafkaError._TIMED_OUT, f"{CHANGES}: no acknowledgement yet"))
        if self._failed is not None:
            raise KafkaException(self._failed)

    def _delivered(self, error: KafkaError | None, _: Message) -> None:
        if error is not None:
            self._failed = error
