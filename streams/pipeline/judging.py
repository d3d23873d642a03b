"""Judges the messages of an input: which events one is, or why it is none."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from streams.core.decode import decode_event
from streams.core.event import Event, Rejected
from streams.customs.feeds import holds_customs_messages
from streams.customs.translate import translate
from streams.settings import Settings

Judge = Callable[[bytes | None, int, int], Sequence[Event] | Rejected]
"""Takes a message, and the partition and offset where it was read; never raises for bad input."""


def judge_of(feed: str, settings: Settings) -> Judge:
    """Return the judge of a feed, a topic or `file:NAME`: events of schema v1, or raw customs messages."""
    most = settings.max_event_bytes
    if holds_customs_messages(feed):
        key = settings.hash_key.get_secret_value().encode() or None
        return lambda value, partition, offset: translate(value, partition, offset, most, key)

    def judge(value: bytes | None, partition: int, offset: int) -> Sequence[Event] | Rejected:
        decoded = decode_event(value, partition, offset, most)
        return decoded if isinstance(decoded, Rejected) else (decoded,)

    return judge
