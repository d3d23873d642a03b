"""The messages of the topic `interval-changes`, one for each interval that has ended and is not what it was."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

import msgspec

from streams.core.measure import Interval
from streams.pipeline.batch import IntervalChange

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


def change_messages(changes: Sequence[IntervalChange]) -> Iterator[tuple[str, bytes]]:
    """Yield key and value of the message of each change."""
    for change in changes:
        yield change.declaration.declaration_key, encode_change(change)
