"""The packed message: many events and refusals of one target partition in one Kafka message.

Faust's cost is per message, so what passes through it is few and fat (decision 0003). A pack keeps for every event the
position it was read at; nothing downstream trusts the borders of a pack, which move after a restart.
"""

from __future__ import annotations

import msgspec

from streams.core.event import Event, Rejected


class Pack(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Events and refusals read from one incarnation of one input topic.

    `topic_id` is the incarnation: a topic made anew counts its offsets from 0 again. `received_us` is our clock at the
    intake, in microseconds since the epoch.
    """

    topic: str
    topic_id: str
    received_us: int
    events: list[Event]
    rejected: list[Rejected]


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Pack)


def encode_pack(pack: Pack) -> bytes:
    """Return the pack as the value of one Kafka message."""
    return _encoder.encode(pack)


def decode_pack(value: bytes) -> Pack:
    """Read a pack back. Raises msgspec.ValidationError or msgspec.DecodeError where the bytes are not one."""
    return _decoder.decode(value)
