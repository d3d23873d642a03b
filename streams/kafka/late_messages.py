"""The messages of the topic `release-monitor-late-events`, one for each event that came when a window was final."""

from __future__ import annotations

import datetime as dt

import msgspec

from streams.pipeline.window_keeper import LateEvent

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_encoder = msgspec.json.Encoder()


class _Late(msgspec.Struct, gc=False):
    """The message of a late event."""

    declaration_key: str
    event_id: str
    event_type: str
    occurred_at: dt.datetime
    late_s: float
    closed_windows: tuple[str, ...]


def late_message(late: LateEvent) -> tuple[str, bytes]:
    """Return key and value: which event, how far behind the latest it came, and the sizes of the final windows."""
    of = late.event
    occurred_at = _EPOCH + dt.timedelta(milliseconds=of.occurred_ms)
    told = _Late(of.declaration_key, of.event_id, of.event_type, occurred_at, late.late_ms / 1000, late.sizes)
    return of.declaration_key, _encoder.encode(told)
