"""Publishes what changed in the intervals to the topic `interval-changes`, one message for each change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import msgspec
from confluent_kafka import KafkaError, KafkaException, Message, Producer

from streams.core.measure import Interval
from streams.kafka.config import producer_config
from streams.kafka.topics import CHANGES
from streams.pipeline.batch import IntervalChange
from streams.settings import Settings

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_encoder = msgspec.json.Encoder()


class _Told(msgspec.Struct, gc=False):
    """An interval as a change tells it."""

    started_at: dt.datetime | None
    ended_at: dt.datetime | None
    elapsed_s: int | None
    working_s: int | None
    flags: tuple[str, ...]


class _Change(msgspec.Struct, gc=False):
    """The message of a change."""

    declaration_key: str
    interval_code: str
    seq: int
    direction: str | None
    office: str | None
    channel: int | None
    kind: str | None
    registered_at: dt.datetime | None
    now: _Told | None
    before: _Told | None
    revision: int


def _instant(instant_us: int | None) -> dt.datetime | None:
    return None if instant_us is None else _EPOCH + dt.timedelta(microseconds=instant_us)


def _told(interval: Interval | None) -> _Told | None:
    if interval is None:
        return None
    started, ended = _instant(interval.started_us), _instant(interval.ended_us)
    return _Told(started, ended, interval.elapsed_s, interval.working_s, interval.flags)


def encode_change(change: IntervalChange) -> bytes:
    """Write a change as JSON: the interval as it is (`now`, null when taken back) and as it was (`before`).

    `revision` orders the changes of one declaration; a change that is sent again after a crash has the one it had.
    """
    of = change.declaration
    return _encoder.encode(
        _Change(
            of.declaration_key,
            change.code,
            1,
            of.direction,
            of.office,
            of.channel_final,
            of.kind,
            _instant(of.registered_us),
            _told(change.now),
            _told(change.before),
            of.revision,
        )
    )


class ChangePublisher:
    """Writes changes and waits until they are durable."""

    def __init__(self, settings: Settings) -> None:
        self._producer = Producer({**producer_config(settings), "delivery.report.only.error": True})
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
