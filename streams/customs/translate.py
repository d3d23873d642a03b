"""From the bytes of one raw message to its events, or to a refusal that names the field.

All or nothing: a message that is wrong anywhere gives no event. Every event goes through the decoder of schema v1, so
one judge has the last word. Nothing is remembered: the same message gives the same events, in whatever company.
"""

from __future__ import annotations

from typing import Final

import msgspec

from streams.core.decode import DEFAULT_MAX_BYTES, decode_event
from streams.core.event import Event, Rejected
from streams.core.vocabulary import RejectReason
from streams.customs.events import events_of
from streams.customs.moments import Refusal
from streams.customs.read import read_message

_MAX_DETAIL: Final = 300
_encode = msgspec.json.Encoder().encode


def translate(
    value: bytes | None,
    partition: int = 0,
    offset: int = 0,
    max_bytes: int = DEFAULT_MAX_BYTES,
    hash_key: bytes | None = None,
) -> tuple[Event, ...] | Rejected:
    """Translate one raw message into its events, all of one declaration.

    `partition` and `offset` say where the message was read; its events all have that place. `hash_key` is what personal
    items are hashed with; without one a message that has such an item is refused. Never raises for bad input.
    """
    if not value:
        return Rejected(RejectReason.EMPTY, "the message has no value", value or b"", partition, offset)
    if len(value) > max_bytes:
        detail = f"{len(value)} bytes, at most {max_bytes} are read"
        return Rejected(RejectReason.OVERSIZED, detail, value, partition, offset)
    try:
        kind, message = read_message(value)
        told = list(events_of(kind, message, hash_key))
    except Refusal as refusal:
        return Rejected(refusal.reason, refusal.detail[:_MAX_DETAIL], value, partition, offset)
    events = []
    for one in told:
        event = decode_event(_encode(one), partition, offset)
        if isinstance(event, Rejected):
            return Rejected(event.reason, event.detail, value, partition, offset)
        events.append(event)
    return tuple(events)
