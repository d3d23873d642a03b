"""Sorts judged messages into packs, one open pack for each target partition."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final
from zlib import crc32

from streams.core.event import Event, Rejected
from streams.core.pack import Pack, encode_pack

MAX_PACK_EVENTS: Final = 1_000
MAX_PACK_BYTES: Final = 1_000_000
"""Contents of a pack, before compression to about a sixth: a thousand events of the usual size."""


class Packer:
    """Collects messages of one input topic. A declaration always goes to the same partition, whoever produced it."""

    def __init__(self, topic: str, topic_id: str, partitions: int) -> None:
        self._topic = topic
        self._topic_id = topic_id
        self._events: list[list[Event]] = [[] for _ in range(partitions)]
        self._rejected: list[list[Rejected]] = [[] for _ in range(partitions)]
        self._bytes = [0] * partitions

    def add(self, judged: Sequence[Event] | Rejected) -> int | None:
        """Take one message in; return the partition whose pack is full by now, if it is.

        The events of a message are of one declaration, and go into one pack: they are never torn apart.
        """
        if isinstance(judged, Rejected):
            target = judged.partition % len(self._events)
            self._rejected[target].append(judged)
            self._bytes[target] += len(judged.payload)
        else:
            target = crc32(judged[0].declaration_key.encode()) % len(self._events)
            self._events[target].extend(judged)
            for event in judged:
                self._bytes[target] += len(event.canonical)
        full = self._bytes[target] >= MAX_PACK_BYTES or len(self._events[target]) >= MAX_PACK_EVENTS
        return target if full else None

    def close(self, target: int, received_us: int) -> bytes:
        """Return the open pack of a partition as one message, and begin the next."""
        pack = Pack(self._topic, self._topic_id, received_us, self._events[target], self._rejected[target])
        self._events[target], self._rejected[target], self._bytes[target] = [], [], 0
        return encode_pack(pack)

    def open_packs(self) -> Iterator[int]:
        """Name the partitions whose packs hold something."""
        for target, events in enumerate(self._events):
            if events or self._rejected[target]:
                yield target
