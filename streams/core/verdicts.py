"""Verdicts on intervals that have a target: kept, or late. Each interval of each declaration has one, and once.

An interval that has ended is `within_target` if its length on the target's clock is at most the target, else `late`.
One that is open is late as soon as it can no longer end in time, by the watermark: what nobody finishes counts when its
target expires, and not when it is finished at last (decision 0029). What was cancelled, or ended with its declaration,
before it was due has no verdict, nor what was entered in bulk after an outage.

Nothing here looks at a clock, and what has been judged is a mark in the table of records: whatever comes again, in
whatever pieces, is judged no second time.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Final, NamedTuple

import numpy as np

from streams.core.open_targets import WITH_OWN_START, Targeting
from streams.core.span_block import CODES, NEVER, Bools, Ints
from streams.core.span_table import RUNS_ON, SpanTable
from streams.core.target_lookup import NO_TARGET, TargetLookup

VERDICTS: Final[tuple[str, ...]] = ("within_target", "late")
"""The words of the contract; a verdict is a place in them."""

ALL_IS_NEWS: Final = -(2**62)
"""Before every instant, in milliseconds."""

NONE_YET: Final = -1
WITHIN: Final = 0
LATE: Final = 1

_HAS_OWN_START: Final = np.isin(CODES, WITH_OWN_START)
_PAGE: Final = 50_000
_MS: Final = 1_000


class Judged(NamedTuple):
    """What a verdict was given on: the interval, and the office, direction and channel in force of its declaration."""

    office: str | None
    direction: str | None
    channel: int | None
    interval_code: str
    verdict: str


class Cases(NamedTuple):
    """Intervals with a target that were not judged, in columns.

    `slot` and `code` say which they are; `verdict` is that of one which has ended, `at` since when it could be told.
    `due` is the first instant at which an open one is late, NEVER where it can't become so. Instants are milliseconds
    since the epoch.
    """

    slot: Ints
    code: Ints
    end: Ints
    verdict: Ints
    at: Ints
    due: Ints

    def part(self, chosen: Bools) -> Cases:
        """Return those that are chosen by a mask."""
        return Cases(*(column[chosen] for column in self))


class Verdicts:
    """Judges the records of a table. Use it from the thread that changes the table.

    `kept_ms`: what was over for so long before the watermark is not judged, for the table may have forgotten it.
    `news_from_ms` is asked at every judgement: a verdict that could be told before that instant is history, and is not
    given.
    """

    def __init__(
        self,
        table: SpanTable,
        reference: Targeting,
        kept_ms: int,
        news_from_ms: Callable[[], int] = lambda: ALL_IS_NEWS,
    ) -> None:
        self._table = table
        self._lookup = TargetLookup(reference)
        self._kept_ms = kept_ms
        self._news_from_ms = news_from_ms
        self._due_of: dict[str, int] = {}
        self._calls: list[tuple[int, str]] = []

    def begin(self, heard_until_ms: int | None, watermark_ms: int | None) -> None:
        """Take for judged what another keeper of these records has judged, and wait for what is open.

        `heard_until_ms` is the latest instant that it had heard of, `watermark_ms` its watermark; None without one.
        """
        keys = self._table.keys
        for begin in range(0, len(keys), _PAGE):
            slots = np.arange(begin, min(begin + _PAGE, len(keys)))
            cases = _cases(self._table, slots, self._lookup)
            told = np.zeros(len(cases.slot), np.bool_)
            if heard_until_ms is not None:
                told |= (cases.verdict != NONE_YET) & (cases.end <= heard_until_ms)
            if watermark_ms is not None:
                told |= np.where(cases.verdict == LATE, cases.at, cases.due) <= watermark_ms
            self._mark(cases.part(told))
            self._wait_for(cases.part(~told), dict(enumerate(keys[begin : begin + _PAGE], begin)))

    def taken_in(self, keys: Iterable[str], watermark_ms: int | None) -> Counter[Judged]:
        """Judge declarations that were put into the table; return the new verdicts."""
        if not len(self._lookup.codes):
            return Counter()
        names = list(dict.fromkeys(keys))
        slots = self._table.slots_of(names)
        key_of = dict(zip(slots.tolist(), names, strict=True))
        return self._judge(slots[slots >= 0], key_of, watermark_ms)

    def passed(self, watermark_ms: int | None) -> Counter[Judged]:
        """Judge what has become late by a watermark; return the new verdicts."""
        if watermark_ms is None:
            return Counter()
        due = []
        while self._calls and self._calls[0][0] <= watermark_ms:
            due_ms, key = heapq.heappop(self._calls)
            if self._due_of.get(key) == due_ms:
                del self._due_of[key]
                due.append(key)
        return self.taken_in(due, watermark_ms) if due else Counter()

    def _judge(self, slots: Ints, key_of: Mapping[int, str], watermark_ms: int | None) -> Counter[Judged]:
        cases = _cases(self._table, slots, self._lookup)
        given = cases.verdict != NONE_YET
        if watermark_ms is not None:
            expired = cases.due <= watermark_ms
            cases = cases._replace(
                verdict=np.where(expired, LATE, cases.verdict), at=np.where(expired, cases.due, cases.at)
            )
            given |= expired
        self._wait_for(cases.part(~given), key_of)
        given &= cases.at >= self._news_from_ms()
        if watermark_ms is not None:
            over_at = np.where(cases.end < NEVER, cases.end, cases.at)
            given &= over_at >= watermark_ms - self._kept_ms
        new = cases.part(given)
        self._mark(new)
        return self._told(new)

    def _mark(self, cases: Cases) -> None:
        np.bitwise_or.at(self._table.judged, cases.slot, (1 << cases.code).astype(np.uint16))

    def _wait_for(self, cases: Cases, key_of: Mapping[int, str]) -> None:
        """Remember when to look again at the declarations of open intervals: when the first of each is due."""
        first: dict[int, int] = {}
        waiting = cases.due < NEVER
        for slot, due_ms in zip(cases.slot[waiting].tolist(), cases.due[waiting].tolist(), strict=True):
            if due_ms < first.get(slot, NEVER):
                first[slot] = due_ms
        for slot, due_ms in first.items():
            key = key_of[slot]
            if self._due_of.get(key) != due_ms:
                self._due_of[key] = due_ms
                heapq.heappush(self._calls, (due_ms, key))

    def _told(self, cases: Cases) -> Counter[Judged]:
        groups, members = self._table.records.group[cases.slot], self._table.groups.members
        found: Counter[Judged] = Counter()
        names = zip(groups.tolist(), cases.code.tolist(), cases.verdict.tolist(), strict=True)
        for (group, code, verdict), count in Counter(names).items():
            office, direction, channel = members[group]
            found[Judged(office, direction, channel, CODES[code], VERDICTS[verdict])] += count
        return found


def _cases(table: SpanTable, slots: Ints, lookup: TargetLookup) -> Cases:
    bounds, records = table.spans_of(slots, lookup.codes), table.records
    judged = (table.judged[slots] >> lookup.codes[:, None]) & 1 > 0
    rows, numbers = np.nonzero((bounds.starts < NEVER) & ~bounds.backfilled & ~judged)
    targets = lookup.of(
        table, lookup.codes[rows], records.group[slots[numbers]], bounds.starts[rows, numbers]
    )
    has_target = targets.seconds != NO_TARGET
    rows, numbers = rows[has_target], numbers[has_target]
    seconds, is_working = targets.seconds[has_target], targets.is_working[has_target]
    slot, code = slots[numbers], lookup.codes[rows]
    start, end, elapsed, working = (
        column[rows, numbers] for column in (bounds.starts, bounds.ends, bounds.elapsed, bounds.working)
    )
    late_from = _late_from(table, records.group[slot], start, seconds, is_working)
    late_from[~_HAS_OWN_START[code]] = NEVER
    cancelled, released = records.cancelled[slot], records.released[slot]
    # What has ended: by its length, unless the declaration was cancelled before it could be told.
    is_late = np.where(is_working, working, elapsed) > seconds
    at = np.where(is_late, np.minimum(late_from, end), end)
    counts = (end < NEVER) & (elapsed >= 0) & ((at <= cancelled) | (released <= cancelled))
    verdict = np.where(counts, np.where(is_late, LATE, WITHIN), NONE_YET)
    # What is open: late from then on, unless its declaration is over by then.
    over = np.minimum(cancelled, np.where(RUNS_ON[code], NEVER, released))
    due = np.where((end == NEVER) & (late_from <= over), late_from, NEVER)
    return Cases(slot, code, end, verdict, at, due)


def _late_from(table: SpanTable, groups: Ints, starts: Ints, seconds: Ints, is_working: Bools) -> Ints:
    """Return the first whole millisecond at which what has not ended is too long: a second longer than its target.

    Lengths are whole seconds, rounded down, so an interval keeps a target of 2 h until it is 2 h and 1 s long. On the
    working clock that second may begin after a night or a holiday.
    """
    late = starts + (seconds + 1) * _MS + 1  # an instant of n ms may be up to a millisecond later
    calendar_of = table.calendar_of[groups]
    for place, calendar in enumerate(table.calendars):
        chosen = is_working & (calendar_of == place)
        begun_us, wanted_us = starts[chosen] * _MS + _MS - 1, (seconds[chosen] + 1) * _MS * _MS
        late[chosen] = -(-calendar.afters_us(begun_us, wanted_us) // _MS)
    return late
