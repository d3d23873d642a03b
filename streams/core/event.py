"""One accepted event, as the rest of the core sees it: normalised, with its place in the feed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import msgspec

from streams.core.vocabulary import EVENT_TYPES

# Words of which the contract has few are named as such: a pack that is read then has one object for each of them, not
# one for each event, and they are most of what an event would be made of otherwise.
Source = Literal["VNACCS", "VCIS", "ECUSTOMS5", "VASSCM", "ETAX", "NSW", "PAPER", "SIM", "OTHER"]
Precision = Literal["second", "minute", "day"]
Clock = Literal["SYSTEM", "OFFICER"]
Actor = Literal["CUSTOMS", "DECLARANT", "SYSTEM", "OGA", "PORT", "BANK"]
Direction = Literal["import", "export"]
if TYPE_CHECKING:
    EventType = str
else:
    EventType = Literal[EVENT_TYPES]

ATTRIBUTES: Final[tuple[str, ...]] = (
    "declaration_no",
    "direction",
    "office",
    "kind",
    "tax_vnd",
    "value_usd",
    "replaces",
    "transport",
)
"""What an event can say of its declaration as a whole: of each the one last said counts (domain, section 4)."""


class Attrs(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """What an event says of its declaration (domain, section 4). Absent is None; unknown names are kept in the text."""

    direction: Direction | None = None
    office: str | None = None
    kind: str | None = None
    tax_vnd: float | None = None
    value_usd: float | None = None
    replaces: str | None = None
    channel: int | None = None
    transport: int | None = None


class Event(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One state change of one declaration.

    Times are microseconds since 1970-01-01T00:00:00Z. `attrs` is None where an event says nothing of its declaration.
    `canonical` is the content, JSON with sorted names and without `ingested_at`, by which two deliveries of one message
    are equal whatever their white space or order of fields. `partition` and `offset` say where in the input it was
    read; they are not part of the content. `says` has a bit for each of ATTRIBUTES that the event says.
    """

    event_id: str
    source: Source
    declaration_key: str
    event_type: EventType
    rank: int
    occurrence_no: int
    revision: int
    retract: bool
    occurred_us: int
    precision: Precision
    emitted_us: int | None
    source_seq: int | None
    is_backfill: bool
    attrs: Attrs | None
    canonical: bytes
    partition: int
    offset: int
    source_partition: str | None
    declaration_no: str | None
    clock: Clock
    actor: Actor | None
    message_code: str | None
    says: int

    @property
    def position(self) -> tuple[int, int]:
        """Partition and offset of the input message."""
        return (self.partition, self.offset)


class Rejected(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One input message that is not an event: the fixed reason, a sentence for people, and the payload as it came."""

    reason: str
    detail: str
    payload: bytes
    partition: int
    offset: int


class Feed(msgspec.Struct, frozen=True, gc=False):
    """One incarnation of one input: a topic or a file by name, and its generation in the store."""

    topic: str
    generation: int


class Accepted(msgspec.Struct, frozen=True, gc=False):
    """An event with the feed it was first accepted from, and when (microseconds since the epoch, our clock)."""

    event: Event
    feed: Feed
    received_us: int
