"""What a worker tells the windows: the changed declarations as spans, how far it has come, and what may be late.

One message for each batch, columns rather than rows: it is read by numpy at a few microseconds a declaration.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec
import numpy as np

from streams.core.declaration import Declaration
from streams.core.span_table import NEVER, SpanBlock
from streams.core.vocabulary import INTERVAL_CODES

_CODES: Final = {code: place for place, code in enumerate(INTERVAL_CODES)}


class Straggler(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A new event that is far behind others, so that windows which hold it may be final already."""

    declaration_key: str
    event_id: str
    event_type: str
    occurred_ms: int
    topic: str
    generation: int
    partition: int
    offset: int


class SpanMessage(msgspec.Struct, array_like=True, gc=False):
    """The message of one batch, or of a part of a large one.

    The declarations, in columns: `keys`, `offices`, `directions`, `channels`, and as arrays `versions` (uint32),
    `in_scope` (bool), `instants` (int64 milliseconds: registered, released, cancelled). Their spans, in columns too:
    `codes` (uint8, place in INTERVAL_CODES), `places` (uint32, which declaration) and `spans` (int64: start, end in
    milliseconds, elapsed and working seconds), and `backfilled` (bool; empty for none). `marks` has the latest instant
    (milliseconds) that was seen in each input of the watermark, `behind` says that more was waiting to be folded when
    the batch was made, `ended` that the feed has ended, so that no input is waited for.
    """

    keys: list[str]
    offices: list[str | None]
    directions: list[str | None]
    channels: list[int | None]
    versions: bytes
    in_scope: bytes
    instants: bytes
    codes: bytes
    places: bytes
    spans: bytes
    marks: dict[str, int]
    stragglers: list[Straggler]
    behind: bool
    ended: bool
    backfilled: bytes = b""  # the last one: messages of before can be read, and these by a reader of before


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(SpanMessage)

MOST_DECLARATIONS: Final = 8_000
"""In one message: about 2 MB."""


def span_messages(
    declarations: Sequence[Declaration],
    stragglers: list[Straggler],
    marks: dict[str, int],
    behind: bool,
) -> list[bytes]:
    """Return the values of the messages that tell a batch; there is at least one; the last has marks and stragglers."""
    parts = [
        declarations[begin : begin + MOST_DECLARATIONS]
        for begin in range(0, max(1, len(declarations)), MOST_DECLARATIONS)
    ]
    messages = [_message(part, {}, [], behind=True) for part in parts[:-1]]
    messages.append(_message(parts[-1], marks, stragglers, behind))
    return [_encoder.encode(message) for message in messages]


def _message(
    declarations: Sequence[Declaration],
    marks: dict[str, int],
    stragglers: list[Straggler],
    behind: bool,
) -> SpanMessage:
    codes = bytearray()
    places: list[int] = []
    spans: list[int] = []
    backfilled = bytearray()
    for place, declaration in enumerate(declarations):
        for one in declaration.intervals or declaration.withdrawn:
            codes.append(_CODES[one.code])
            backfilled.append("backfill" in one.flags)
            places.append(place)
            spans += (
                NEVER if one.started_us is None else one.started_us // 1000,
                NEVER if one.ended_us is None else one.ended_us // 1000,
                -1 if one.elapsed_s is None else one.elapsed_s,
                -1 if one.working_s is None else one.working_s,
            )
    # In whole milliseconds a cancellation that came first could not be told from one that came after the release.
    instants = [
        NEVER if at is None else at // 1000
        for d in declarations
        for at in (d.registered_us, None if d.withdrawn else d.released_us, d.cancelled_us)
    ]
    return SpanMessage(
        [d.declaration_key for d in declarations],
        [d.office for d in declarations],
        [d.direction for d in declarations],
        [d.channel_final for d in declarations],
        np.array([d.revision for d in declarations], np.uint32).tobytes(),
        np.array([d.in_scope for d in declarations], np.bool_).tobytes(),
        np.array(instants, np.int64).tobytes(),
        bytes(codes),
        np.array(places, np.uint32).tobytes(),
        np.array(spans, np.int64).tobytes(),
        marks,
        stragglers,
        behind,
        ended=False,
        backfilled=bytes(backfilled),
    )


def end_message() -> bytes:
    """Return the value of the message that says that the feed has ended."""
    return _encoder.encode(msgspec.structs.replace(_message((), {}, [], behind=False), ended=True))


def decode_spans(value: bytes) -> SpanMessage:
    """Read a message. Raises msgspec.ValidationError or msgspec.DecodeError where the bytes are not one."""
    return _decoder.decode(value)


def block_of(message: SpanMessage) -> SpanBlock:
    """Return the declarations of a message."""
    count = len(message.keys)
    instants = np.frombuffer(message.instants, np.int64).reshape(count, 3)
    codes = np.frombuffer(message.codes, np.uint8)
    places = np.frombuffer(message.places, np.uint32)
    spans = np.frombuffer(message.spans, np.int64).reshape(-1, 4)
    starts = np.full((len(INTERVAL_CODES), count), NEVER, np.int64)
    ends = np.full_like(starts, NEVER)
    elapsed = np.full_like(starts, -1)
    working = np.full_like(starts, -1)
    for place, wide in enumerate((starts, ends, elapsed, working)):
        wide[codes, places] = spans[:, place]
    backfilled = np.zeros(starts.shape, np.bool_)
    if message.backfilled:
        backfilled[codes, places] = np.frombuffer(message.backfilled, np.bool_)
    return SpanBlock(
        keys=message.keys,
        versions=np.frombuffer(message.versions, np.uint32),
        offices=message.offices,
        directions=message.directions,
        channels=message.channels,
        in_scope=np.frombuffer(message.in_scope, np.bool_),
        registered=instants[:, 0],
        released=instants[:, 1],
        cancelled=instants[:, 2],
        starts=starts,
        ends=ends,
        elapsed=elapsed,
        working=working,
        backfilled=backfilled,
    )
