"""When a window is final, and which windows an event comes too late for.

A window closes when the watermark says that everything up to `grace_ms` after its last instant has arrived. Closed is a
marker, not a lock: an event that comes later still changes the window, which gets a new revision, and the event is
reported late (domain, section 11). Late is judged for each window by itself: an event may be too late for the first
windows that hold it and in time for the last. All instants are whole milliseconds since the epoch; a watermark of None
has not begun, and closes nothing.
"""

from __future__ import annotations

from typing import NamedTuple

from streams.core.window import WindowKind


class Late(NamedTuple):
    """How an event is late: the ends of the closed windows that hold it, at least one, and how old it was."""

    ends_ms: range
    by_ms: int


def closed(end_ms: int, watermark_ms: int | None, grace_ms: int) -> bool:
    """Say whether the window that ends at `end_ms` is closed, of whatever kind."""
    return watermark_ms is not None and watermark_ms >= end_ms + grace_ms - 1


def last_closed_end(kind: WindowKind, watermark_ms: int, grace_ms: int) -> int:
    """Return the end of the last window of a kind that is closed; all before it are, and none after it."""
    return kind.last_end(watermark_ms - grace_ms + 1 - kind.size_ms)


def lateness(
    kind: WindowKind, instant_ms: int, watermark_ms: int | None, grace_ms: int, newest_ms: int
) -> Late | None:
    """Judge an event against the windows of a kind that hold it; None where none of them is closed.

    The watermark is the one before the event. `newest_ms` is the newest instant seen on any input, for how late the
    event is does not depend on the input that brought it.
    """
    if watermark_ms is None:
        return None
    until_ms = min(last_closed_end(kind, watermark_ms, grace_ms), kind.last_end(instant_ms))
    ends_ms = kind.ends_between(instant_ms, until_ms)
    return Late(ends_ms, newest_ms - instant_ms) if ends_ms else None
