"""What one step of the pipeline has to write, in the terms of the domain.

Every row of a declaration carries a version, by which the store keeps the newest: the number of distinct events that
were accepted for the declaration when the row was made. A row is a function of the set of events, and a worker only
ever adds to its set, so the row made from the largest set is the right one, whoever wrote it and whenever it arrives
(decision 0005).
"""

from __future__ import annotations

import msgspec

from streams.core.declaration import Declaration, Outcome
from streams.core.event import Accepted, Event, Feed, Rejected
from streams.core.measure import Interval

EventRow = tuple[Accepted, str, int]
"""One accepted event with what became of it (effective, replaced, retracted or conflicting) and its version."""

PositionRow = tuple[Feed, int, int, str]
"""What became of one position of the input: feed, partition, offset, and stored, duplicate or rejected."""


class IntervalChange(msgspec.Struct, frozen=True, gc=False):
    """An interval that has ended and is not what it was: `now` is None where taken back, `before` where new."""

    declaration: Declaration
    code: str
    before: Interval | None
    now: Interval | None


class DuplicateRow(msgspec.Struct, frozen=True, gc=False):
    """A delivery of a message that was there already: what it tells, and the feed that it came by."""

    event: Event
    feed: Feed


class RejectedRow(msgspec.Struct, frozen=True, gc=False):
    """A refused message and where it came from."""

    rejected: Rejected
    feed: Feed
    received_us: int


class Batch(msgspec.Struct):
    """Everything that follows from some packs; written as a whole before the packs count as done.

    `events` has the new events and those whose state changed; `fresh` the new ones alone. `fold_id` names the rules and
    the reference data that the declarations were folded by. `noticed` has the declarations whose first channel came
    with the batch, and not by back-fill. `again` has declarations of which nothing is new, but whose
    messages were read a second time: whoever wrote them before may have been ended before it told anybody.
    """

    fold_id: int

    events: list[EventRow] = msgspec.field(default_factory=list)
    declarations: list[Declaration] = msgspec.field(default_factory=list)
    again: list[Declaration] = msgspec.field(default_factory=list)
    noticed: list[Declaration] = msgspec.field(default_factory=list)
    changes: list[IntervalChange] = msgspec.field(default_factory=list)
    fresh: list[Event] = msgspec.field(default_factory=list)
    duplicates: list[DuplicateRow] = msgspec.field(default_factory=list)
    rejected: list[RejectedRow] = msgspec.field(default_factory=list)
    positions: list[PositionRow] = msgspec.field(default_factory=list)
    outcomes: dict[Outcome, int] = msgspec.field(default_factory=dict)
