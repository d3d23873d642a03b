"""The intervals of one declaration: whether it is in their population, from when to when, how long (section 7)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from streams.core.event import Event
from streams.core.milestones import Milestones

CLAMP_US: Final = 5_000_000
"""A negative length down to five seconds is 0 and flagged; below it is no length at all (rule 3)."""

INTERVAL_CODES: Final[tuple[str, ...]] = ("REG_REL", "DOC_REL")
"""The intervals that this version computes."""


class Interval(msgspec.Struct, frozen=True, gc=False):
    """One interval of one declaration. Times in microseconds since the epoch, the length in whole elapsed seconds."""

    code: str
    started_us: int | None
    ended_us: int | None
    elapsed_s: int | None
    flags: tuple[str, ...]


def find_intervals(milestones: Milestones) -> list[Interval]:
    """Return a row for each interval whose population the declaration belongs to.

    Missing start or end: the row is there, its length is None, so that a figure can show n of N (rule 4). An orphan
    (rule 13) and a declaration cancelled before its release, or with none (rule 7), have no rows.
    """
    if milestones.registered is None or milestones.cancelled_first:
        return []
    rows = [_interval("REG_REL", milestones.registered, milestones.released)]
    if milestones.ever_checked:
        rows.append(_interval("DOC_REL", milestones.check_started, milestones.released))
    return rows


def possible_codes(history: Sequence[Event]) -> tuple[str, ...]:
    """Return the codes that some subset of this history could have given a row.

    The store keeps the row it was last told. A row that was right and is right no more has to be taken back, also by a
    worker that never saw it written; so what could have been there and is not is taken back, whoever wrote it.
    """
    if not any(event.event_type == "REGISTERED" for event in history):
        return ()
    if any(event.attrs is not None and (event.attrs.channel or 0) >= 2 for event in history):
        return INTERVAL_CODES
    return INTERVAL_CODES[:1]


def _interval(code: str, start: Event | None, end: Event | None) -> Interval:
    started_us = None if start is None else start.occurred_us
    ended_us = None if end is None else end.occurred_us
    flags: tuple[str, ...] = ()
    elapsed_s = None
    if started_us is not None and ended_us is not None:
        length_us = ended_us - started_us
        if length_us >= 0:
            elapsed_s = length_us // 1_000_000
        elif length_us >= -CLAMP_US:
            elapsed_s, flags = 0, ("clamped",)
    if (start is not None and start.is_backfill) or (end is not None and end.is_backfill):
        flags = (*flags, "backfill")
    return Interval(code, started_us, ended_us, elapsed_s, flags)
