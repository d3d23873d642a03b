"""What is new in a run of messages, given the run that was applied before: messages may be delivered more than once.

Offsets of one partition, as half-open ranges: `range(10, 21)` is the messages 10 to 20. Names and cases are those of
the state machine of ClickHouse's Kafka Connect sink, for a stored range that is known to be applied as a whole.
"""

from __future__ import annotations

from enum import Enum


class RangeState(Enum):
    """How an incoming range lies to the stored one."""

    NEW = "all of it is after what is stored"
    SAME = "it ends where the stored one ends, and has all of that"
    CONTAINS = "the stored one has all of it"
    OVERLAPPING = "it begins at or before the end of what is stored, and goes beyond"
    PREVIOUS = "it begins before what is stored, and does not go as far: it was applied earlier"
    ZERO = "the same, and it begins at 0: the topic was made again, or is read again from its beginning"


def state_of(stored: range, incoming: range) -> RangeState:
    """Compare a range of messages with the one that was applied last; an empty `stored` is before every message.

    Raises:
        ValueError: `incoming` is empty.
    """
    if not incoming:
        raise ValueError("a range of messages has at least one")
    if not stored or incoming.start >= stored.stop:
        return RangeState.NEW
    if incoming.stop > stored.stop:
        return RangeState.OVERLAPPING
    if incoming.stop == stored.stop and incoming.start <= stored.start:
        return RangeState.SAME
    if incoming.start >= stored.start:
        return RangeState.CONTAINS
    return RangeState.ZERO if incoming.start == 0 else RangeState.PREVIOUS


def unseen(stored: range, incoming: range) -> range:
    """Return the part of `incoming` that is still to be applied, empty where nothing is.

    A range that begins at 0 again is to be applied as a whole, so applying a message twice must do no harm.

    Raises:
        ValueError: `incoming` is empty.
    """
    match state_of(stored, incoming):
        case RangeState.NEW | RangeState.ZERO:
            return incoming
        case RangeState.OVERLAPPING:
            return range(stored.stop, incoming.stop)
        case RangeState.SAME | RangeState.CONTAINS | RangeState.PREVIOUS:
            return range(incoming.stop, incoming.stop)
