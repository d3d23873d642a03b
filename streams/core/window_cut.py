"""What of a table matters to the windows that end within a run of ends, laid out so that each of them is a few slices.

The rules are those of domain sections 8 (rule 7) and 11; decision 0016 says them in full.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from streams.core.segments import TYPE_BITS
from streams.core.span_block import CODES, NEVER, Bools, Ints
from streams.core.span_columns import Spans
from streams.core.span_table import RUNS_ON, Records, SpanTable, closed_by_record
from streams.core.survival import CANCELLED, CENSORED, RELEASED

MOST_SPANS: Final = 1_500_000
"""How many spans are laid out at once; where a cut has more, its intervals are worked on one by one."""


class Sample(NamedTuple):
    """Some spans of one window: the `places` of their groups and codes (group * 15 + code), and their `values`.

    `values` has the shape (2, m), of the two clocks: seconds shifted by TYPE_BITS, with a type in these bits.
    """

    places: Ints
    values: Ints


class Ended(NamedTuple):
    """Spans that end, in order of their ends; `counted_until`: the last end of a window that may count them."""

    end: Ints
    registered: Ints
    counted_until: Ints
    place: Ints
    elapsed: Ints
    working: Ints

    def within(self, begin_ms: int, end_ms: int) -> tuple[Ints, Sample]:
        """Return the places of the spans that ended in a window, and of those with a length the sample."""
        low, high = np.searchsorted(self.end, (begin_ms, end_ms))
        of = Ended._make(column[low:high] for column in self)
        counted = (of.registered < end_ms) & (of.counted_until >= end_ms)
        measured = counted & (of.elapsed >= 0)
        values = np.stack((of.elapsed[measured], of.working[measured])) << TYPE_BITS
        return of.place[counted], Sample(of.place[measured], values)


class Risky(NamedTuple):
    """Spans that start, in order of the registration of their declarations: who can be at risk in a live window.

    `end` is NEVER where the declaration was cancelled before it and not released before that. From `left_out` on the
    span is not one to count. At `released` it ceases to be followed; `cancelled` is its competing end.
    """

    registered: Ints
    slot: NDArray[np.int32]
    place: Ints
    start: Ints
    start_total: Ints
    end: Ints
    left_out: Ints
    released: Ints
    cancelled: Ints
    elapsed: Ints
    working: Ints

    def followed(self, begin_ms: int, end_ms: int, totals_ms: Ints, records: Records) -> Sample:
        """Return what became of each span at risk by the end of a window, and at which age.

        `totals_ms` is the working time at that end in the calendar of each place.
        """
        low, high = np.searchsorted(self.registered, (begin_ms, end_ms))
        at_risk = low + np.flatnonzero((self.start[low:high] < end_ms) & (self.left_out[low:high] >= end_ms))
        of = Risky._make(column[at_risk] for column in self)
        done = of.end < end_ms
        elapsed = np.where(done, of.elapsed, (end_ms - of.start) // 1000)
        working = np.where(done, of.working, (totals_ms[of.place] - of.start_total) // 1000)
        types = np.where(done, RELEASED, CENSORED)
        left = np.flatnonzero(~done & (np.minimum(of.released, of.cancelled) < end_ms))
        if len(left):
            some = Risky._make(column[left] for column in of)
            cancelled = some.cancelled < end_ms
            stop = np.where(cancelled, some.cancelled, some.released)
            stop_total = np.where(
                cancelled, records.cancelled_total[some.slot], records.released_total[some.slot]
            )
            elapsed[left] = np.maximum(stop - some.start, 0) // 1000
            working[left] = np.maximum(stop_total - some.start_total, 0) // 1000
            types[left[cancelled]] = CANCELLED
        return Sample(of.place, np.stack((elapsed, working)) << TYPE_BITS | types)


class Open(NamedTuple):
    """Spans with the instants after which, and up to which, a window's end finds them open."""

    since: Ints
    until: Ints
    place: Ints

    def at(self, end_ms: int) -> Ints:
        """Return the places of the spans that are open at the end of a window."""
        return self.place[(self.since < end_ms) & (self.until >= end_ms)]


class Piece(NamedTuple):
    """The three kinds of spans that windows are made of."""

    ended: Ended
    risky: Risky
    open: Open


class Pieces:
    """The spans of a table that matter to windows of one size whose ends are from `first_ms` to `last_ms`."""

    def __init__(self, table: SpanTable, size_ms: int, first_ms: int, last_ms: int) -> None:
        self._records, self._spans = records, spans = table.records, table.spans
        registered = records.registered[spans.slot]
        until = np.minimum(spans.end, closed_by_record(records, spans))
        begin_ms = first_ms - size_ms
        seen, started = registered < last_ms, spans.start < last_ms
        self._ended = np.flatnonzero(seen & (spans.end >= begin_ms) & (spans.end < last_ms))
        self._risky = np.flatnonzero(seen & started & (registered >= begin_ms))
        self._open = np.flatnonzero(seen & started & (until >= first_ms))
        self._whole: Piece | None = None
        if len(self._ended) + len(self._risky) + len(self._open) <= MOST_SPANS:
            self._whole = self._piece(self._ended, self._risky, self._open)

    def __iter__(self) -> Iterator[Piece]:
        if self._whole is not None:
            yield self._whole
            return
        of_code = self._spans.code
        for code in range(len(CODES)):
            parts = (part[of_code[part] == code] for part in (self._ended, self._risky, self._open))
            yield self._piece(*parts)

    def _piece(self, ended: Ints, risky: Ints, open_: Ints) -> Piece:
        return Piece(self._ended_of(ended), self._risky_of(risky), self._open_of(open_))

    def _ended_of(self, chosen: Ints) -> Ended:
        spans, records = self._spans, self._records
        chosen = chosen[np.argsort(spans.end[chosen])]
        slot, end = spans.slot[chosen], spans.end[chosen]
        cancelled = records.cancelled[slot]
        counted_until = np.where(cancelled < records.released[slot], cancelled, NEVER)
        counted_until[end > counted_until] = -1
        lengths = spans.elapsed[chosen], spans.working[chosen]
        return Ended(end, records.registered[slot], counted_until, self._place(chosen), *lengths)

    def _risky_of(self, chosen: Ints) -> Risky:
        spans, records = self._spans, self._records
        chosen = chosen[np.argsort(records.registered[spans.slot[chosen]])]
        slot, end, elapsed = spans.slot[chosen], spans.end[chosen], spans.elapsed[chosen]
        released, cancelled = records.released[slot], records.cancelled[slot]
        void = cancelled < released
        before: Bools = end <= cancelled
        end = np.where(void & ~before, NEVER, end)
        left_out = np.minimum(np.where(void & before, cancelled, NEVER), np.where(elapsed < 0, end, NEVER))
        return Risky(
            records.registered[slot],
            slot,
            self._place(chosen),
            spans.start[chosen],
            spans.start_total[chosen],
            end,
            left_out,
            np.where(RUNS_ON[spans.code[chosen]], NEVER, released),
            cancelled,
            elapsed,
            spans.working[chosen],
        )

    def _open_of(self, chosen: Ints) -> Open:
        spans, records = self._spans, self._records
        of = Spans._make(column[chosen] for column in spans)
        since = np.maximum(of.start, records.registered[of.slot])
        return Open(since, np.minimum(of.end, closed_by_record(records, of)), self._place(chosen))

    def _place(self, chosen: Ints) -> Ints:
        group = self._records.group[self._spans.slot[chosen]]
        return group * len(CODES) + self._spans.code[chosen]
