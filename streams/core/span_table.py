"""A table of the newest record of each declaration: all that the values of rolling windows are computed from.

A record is replaced as a whole, so the table is a function of the set of records that were put, and nothing in it can
drift. What a replacement changes is told as an instant: windows that end at or before it are what they were.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from itertools import compress
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from streams.core.cells import Groups
from streams.core.declaration import Calendars
from streams.core.growing import grown
from streams.core.span_block import CODES, NEVER, NO_LENGTH, Bools, Ints, SpanBlock
from streams.core.span_columns import Bounds, SpanColumns, Spans
from streams.core.working_time import WorkingCalendar

__all__ = ["CODES", "NEVER", "RUNS_ON", "Records", "SpanBlock", "SpanTable", "Touched"]

RUNS_ON: Final = np.isin(CODES, ("COND_FIN", "STORE_FIN", "REL_EXIT"))
"""Which of CODES are of what comes after the release, and so do not stop being open with it."""

_OBJECT_BYTES: Final = 32
"""What the number of a slot takes in the dictionary, beside its place there."""


class Touched(NamedTuple):
    """What a block changed. `since_ms` is the earliest instant at which an old and a new record differ, None if none.

    Only windows that end after it can have other values. `changed` counts the records that differ, `replayed` those
    that were there already, or a newer one.
    """

    since_ms: int | None
    changed: int
    replayed: int


class Records(NamedTuple):
    """Records in columns. Instants as in a SpanBlock; one that is out of scope or not registered is NEVER registered.

    `released_total` and `cancelled_total` are the office's working time at these instants, in ms, 0 where they are
    NEVER. `latest` is the last instant that was said of it, whatever its scope.
    """

    version: NDArray[np.uint32]
    group: Ints
    registered: Ints
    released: Ints
    cancelled: Ints
    released_total: Ints
    cancelled_total: Ints
    latest: Ints


class SpanTable:
    """The newest record of each declaration, by its key. `calendars` must not change."""

    __slots__ = (
        "_calendars",
        "_calendars_of",
        "_judged",
        "_key_bytes",
        "_newest",
        "_records",
        "_slots",
        "_spans",
        "calendar_of",
        "calendars",
        "changes",
        "groups",
    )

    def __init__(self, calendars: Calendars) -> None:
        self._calendars_of = calendars
        self.groups = Groups()
        self.calendars: list[WorkingCalendar] = []
        """The different calendars of the groups' offices."""
        self.calendar_of = np.zeros(0, np.int64)
        """For each group the place of its calendar in `calendars`."""
        self.changes = 0
        """How often it has changed: what was made from it holds while this is the same."""
        self._slots: dict[str, int] = {}
        self._key_bytes = 0
        self._newest = 0
        self._records = Records(np.zeros(0, np.uint32), *(np.zeros(0, np.int64) for _ in range(7)))
        self._judged = np.zeros(0, np.uint16)
        self._spans = SpanColumns()

    def __len__(self) -> int:
        return len(self._slots)

    @property
    def memory_bytes(self) -> int:
        """The memory it takes, in bytes."""
        columns = self._spans.nbytes + sum(column.nbytes for column in self._records) + self._judged.nbytes
        return columns + sys.getsizeof(self._slots) + self._key_bytes

    @property
    def records(self) -> Records:
        """All records by their slot: the columns themselves, of no use after the next `put` or `forget`."""
        return Records._make(column[: len(self._slots)] for column in self._records)

    @property
    def judged(self) -> NDArray[np.uint16]:
        """By slot, a bit for each of CODES that a verdict was given on: for who gives them, kept with the record."""
        return self._judged[: len(self._slots)]

    @property
    def keys(self) -> list[str]:
        """The declarations, in the order of their slots."""
        return list(self._slots)

    def slots_of(self, keys: Iterable[str]) -> Ints:
        """Return the slot of each declaration, -1 where it is not there."""
        slot_of = self._slots.get
        return np.array([slot_of(key, -1) for key in keys], np.int64)

    def spans_of(self, slots: Ints, codes: Ints) -> Bounds:
        """Return the spans of some slots and codes, in columns of the shape (codes, slots)."""
        return self._spans.of(slots, codes)

    @property
    def spans(self) -> Spans:
        """The spans of all records, of no use after the next `put` or `forget`."""
        return self._spans.spans

    def put(self, block: SpanBlock) -> Touched:
        """Take records in: one of a greater version wins; one of the same replaces, as after a change of rules.

        A ValueError where a span has one length without the other.
        """
        if len(set(block.keys)) < len(block):
            first = _first_of_each(block.keys)
            a, b = self.put(block.part(first)), self.put(block.part(~first))
            told = [since for since in (a.since_ms, b.since_ms) if since is not None]
            return Touched(min(told, default=None), a.changed + b.changed, a.replayed + b.replayed)
        if not np.array_equal(block.elapsed < 0, block.working < 0):
            raise ValueError("a span has both lengths or neither")
        slot_of = self._slots.get
        slots = np.array([slot_of(key, -1) for key in block.keys], np.int64)
        known = slots >= 0
        stale = np.zeros(len(block), np.bool_)
        stale[known] = block.versions[known] < self._records.version[slots[known]]
        if stale.any():
            taken = self.put(block.part(~stale))
            return taken._replace(replayed=taken.replayed + int(np.count_nonzero(stale)))
        now, bounds = self._prepared(block)
        since = now.registered.copy()
        since[known] = self._differ_since(slots[known], now, bounds, known)
        again = known & (since == NEVER)
        again[known] &= block.versions[known] == self._records.version[slots[known]]
        self._write(block.keys, slots, now, bounds)
        earliest = int(since.min(initial=NEVER))
        changed, replayed = np.count_nonzero(since < NEVER), np.count_nonzero(again)
        return Touched(None if earliest == NEVER else earliest, int(changed), int(replayed))

    def forget(self, before_ms: int) -> int:
        """Drop the records that no window needs any more which starts at or after this instant; return how many.

        Such a record is registered and ended before, and nothing of it is open then. One that counts nowhere is dropped
        when the last that was said of it is before; where that says no instant, the last that was said of any.
        """
        records, spans = self.records, self.spans
        kept = np.where(records.registered < NEVER, records.registered, records.latest) >= before_ms
        closed = np.minimum(spans.end, closed_by_record(records, spans))
        open_then = (spans.start < NEVER) & (closed >= before_ms)
        kept[spans.slot[open_then | ((spans.end < NEVER) & (spans.end >= before_ms))]] = True
        dropped = len(kept) - int(np.count_nonzero(kept))
        if dropped:
            self.changes += 1
            self._records = Records._make(column[kept] for column in records)
            self._judged = self.judged[kept]
            self._spans.keep(kept)
            self._slots = {key: slot for slot, key in enumerate(compress(self._slots, kept.tolist()))}
            self._key_bytes = _bytes_of(self._slots)
        return dropped

    def _prepared(self, block: SpanBlock) -> tuple[Records, Bounds]:
        """Return the records and spans of a block as they are kept: nothing but the latest instant of absent ones."""
        bounds = Bounds(block.starts, block.ends, block.elapsed, block.working, block.backfilled)
        said = (block.registered, block.released, block.cancelled, *block.starts, *block.ends)
        latest = np.max([np.where(one < NEVER, one, -1) for one in said], axis=0, initial=-1)
        self._newest = max(self._newest, int(latest.max(initial=-1)))
        latest[latest < 0] = self._newest
        registered, released, cancelled = block.registered, block.released, block.cancelled
        absent = ~block.in_scope | (registered == NEVER)
        if absent.any():
            registered, released, cancelled = (
                np.where(absent, NEVER, one) for one in (registered, released, cancelled)
            )
            bounds = Bounds(
                np.where(absent, NEVER, bounds.starts),
                np.where(absent, NEVER, bounds.ends),
                np.where(absent, NO_LENGTH, bounds.elapsed),
                np.where(absent, NO_LENGTH, bounds.working),
                bounds.backfilled & ~absent,
            )
        group = self._groups_of(block)
        calendar = self.calendar_of[group]
        totals = self._totals(calendar, released), self._totals(calendar, cancelled)
        return Records(block.versions, group, registered, released, cancelled, *totals, latest), bounds

    def _groups_of(self, block: SpanBlock) -> Ints:
        known = len(self.groups)
        numbers = self.groups.numbers_of(block.offices, block.directions, block.channels)
        if len(self.groups) > known:
            new = [self._calendars_of.calendar_of(office) for office in self.groups.offices[known:]]
            self.calendars += [one for one in dict.fromkeys(new) if one not in self.calendars]
            places = [self.calendars.index(one) for one in new]
            self.calendar_of = np.append(self.calendar_of, np.array(places, np.int64))
        return numbers

    def _totals(self, calendar: Ints, instants: Ints) -> Ints:
        """Return the working ms at some instants, each in its calendar; 0 where it is NEVER."""
        totals = np.zeros(len(instants), np.int64)
        for place in np.flatnonzero(np.bincount(calendar)):
            chosen = (calendar == place) & (instants < NEVER)
            totals[chosen] = self.calendars[place].totals_us(instants[chosen] * 1000) // 1000
        return totals

    def _differ_since(self, slots: Ints, now: Records, bounds: Bounds, chosen: Bools) -> Ints:
        """Return since when the chosen ones of new records differ from those in their slots: NEVER, if they do not."""
        new = Records._make(column[chosen] for column in now)
        old = Records._make(column[slots] for column in self._records)
        new_spans, old_spans = bounds.part(chosen), self._spans.of(slots)
        since = np.minimum(
            _earlier_where_other(old.released, new.released),
            _earlier_where_other(old.cancelled, new.cancelled),
        )
        ends = np.minimum(old_spans.ends, new_spans.ends)
        other_end = (
            (old_spans.ends != new_spans.ends)
            | (old_spans.elapsed != new_spans.elapsed)
            | (old_spans.working != new_spans.working)
        )
        starts = _earlier_where_other(old_spans.starts, new_spans.starts)
        since = np.minimum(since, np.minimum(starts, np.where(other_end, ends, NEVER)).min(axis=0))
        registered = np.minimum(old.registered, new.registered)
        other = (old.registered != new.registered) | (old.group != new.group)
        return np.where(other, registered, np.maximum(registered, since))

    def _write(self, keys: Sequence[str], slots: Ints, now: Records, bounds: Bounds) -> None:
        self.changes += 1
        new = slots < 0
        added = list(compress(keys, new.tolist()))
        first = len(self._slots)
        slots[new] = np.arange(first, first + len(added))
        self._slots.update(zip(added, range(first, first + len(added)), strict=True))
        self._key_bytes += _bytes_of(added)
        self._records = Records._make(grown(column, len(self._slots)) for column in self._records)
        self._judged = grown(self._judged, len(self._slots))
        kept: Iterable[NDArray[Any]] = self._records
        for column, values in zip(kept, now, strict=True):
            column[slots] = values
        started = bounds.starts < NEVER
        totals = np.zeros_like(bounds.starts)
        calendars = np.broadcast_to(self.calendar_of[now.group], totals.shape)
        totals[started] = self._totals(calendars[started], bounds.starts[started])
        self._spans.put(slots, bounds, totals)


def closed_by_record(records: Records, spans: Spans) -> Ints:
    """Return when each span is open no more whatever ends it: its declaration is cancelled, or released before it."""
    released = np.where(RUNS_ON[spans.code], NEVER, records.released[spans.slot])
    return np.minimum(records.cancelled[spans.slot], released)


def _earlier_where_other(old: Ints, new: Ints) -> Ints:
    return np.where(old != new, np.minimum(old, new), NEVER)


def _first_of_each(keys: list[str]) -> Bools:
    places = {key: place for place, key in reversed(list(enumerate(keys)))}
    first = np.zeros(len(keys), np.bool_)
    first[list(places.values())] = True
    return first


def _bytes_of(keys: Sequence[str] | dict[str, int]) -> int:
    return sum(map(sys.getsizeof, keys)) + _OBJECT_BYTES * len(keys)
