"""The spans of all records, one after the other: a declaration has a few of the fifteen that it could have."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from streams.core.growing import grown
from streams.core.span_block import CODES, NEVER, NO_LENGTH, Bools, Ints

_COLUMNS: Final[dict[str, tuple[type[np.generic], int]]] = {
    "slot": (np.int32, 0),
    "code": (np.uint8, 0),
    "start": (np.int64, NEVER),
    "end": (np.int64, NEVER),
    "elapsed": (np.int64, NO_LENGTH),
    "working": (np.int64, NO_LENGTH),
    "start_total": (np.int64, 0),
    "backfilled": (np.bool_, 0),
}


class Spans(NamedTuple):
    """Spans in columns, and whose they are: a declaration's `slot`, and the place of its interval's `code` in CODES.

    `start_total` is the office's working time at the start, in ms, 0 without one; `backfilled` is that of a SpanBlock.
    A span that has neither start nor end is one that was replaced by none.
    """

    slot: NDArray[np.int32]
    code: NDArray[np.uint8]
    start: Ints
    end: Ints
    elapsed: Ints
    working: Ints
    start_total: Ints
    backfilled: Bools


class Bounds(NamedTuple):
    """The spans of k records, shape (15, k), as in a SpanBlock."""

    starts: Ints
    ends: Ints
    elapsed: Ints
    working: Ints
    backfilled: Bools

    def part(self, chosen: Bools) -> Bounds:
        """Return those of the records that are chosen by a mask."""
        starts, ends, elapsed, working, backfilled = self
        return Bounds(
            starts[:, chosen], ends[:, chosen], elapsed[:, chosen], working[:, chosen], backfilled[:, chosen]
        )


class SpanColumns:
    """Spans by slot and code. Slots are whole numbers from 0, given by who uses it."""

    __slots__ = ("_columns", "_count", "_places")

    def __init__(self) -> None:
        # Place 0 is no span: where a slot has none of a code.
        self._columns = Spans._make(np.full(1, fill, kind) for kind, fill in _COLUMNS.values())
        self._count = 1
        self._places = np.zeros((len(CODES), 0), np.int32)

    def __len__(self) -> int:
        return self._count - 1

    @property
    def nbytes(self) -> int:
        """The memory it takes, in bytes."""
        return self._places.nbytes + sum(column.nbytes for column in self._columns)

    @property
    def spans(self) -> Spans:
        """All spans. They are the columns themselves: not to be changed, and of no use after the next `put`."""
        return Spans._make(column[1 : self._count] for column in self._columns)

    def of(self, slots: Ints, codes: Ints | None = None) -> Bounds:
        """Return the spans of some slots that were put before; with `codes` of these only, in their order."""
        places = self._places[:, slots] if codes is None else self._places[codes[:, None], slots]
        of = self._columns
        return Bounds(
            of.start[places], of.end[places], of.elapsed[places], of.working[places], of.backfilled[places]
        )

    def put(self, slots: Ints, bounds: Bounds, start_totals: Ints) -> None:
        """Replace the spans of some slots, none given twice."""
        self._places = grown(self._places, int(slots.max(initial=-1)) + 1)
        places = self._places[:, slots]
        new = (places == 0) & ((bounds.starts < NEVER) | (bounds.ends < NEVER))
        added = int(np.count_nonzero(new))
        self._reserve(self._count + added)
        places[new] = np.arange(self._count, self._count + added)
        self._count += added
        self._places[:, slots] = places
        written = places > 0
        codes, numbers = np.nonzero(written)
        at = places[written]
        of = self._columns
        of.slot[at], of.code[at] = slots[numbers], codes
        of.start[at], of.end[at] = bounds.starts[written], bounds.ends[written]
        of.elapsed[at], of.working[at] = bounds.elapsed[written], bounds.working[written]
        of.start_total[at] = start_totals[written]
        of.backfilled[at] = bounds.backfilled[written]

    def keep(self, kept: Bools) -> None:
        """Drop the spans of all slots but these, which get the numbers from 0 in their order."""
        numbers = np.cumsum(kept) - 1
        spans = self.spans
        stay = np.append(True, kept[spans.slot] & ((spans.start < NEVER) | (spans.end < NEVER)))
        self._columns = Spans._make(column[: self._count][stay] for column in self._columns)
        self._count = len(self._columns.slot)
        of = self._columns
        of.slot[1:] = numbers[of.slot[1:]]
        self._places = np.zeros((len(CODES), int(np.count_nonzero(kept))), np.int32)
        self._places[of.code[1:], of.slot[1:]] = np.arange(1, self._count)

    def _reserve(self, wanted: int) -> None:
        fills = (fill for _, fill in _COLUMNS.values())
        columns: Iterable[NDArray[Any]] = self._columns
        self._columns = Spans._make(
            grown(column, wanted, fill) for column, fill in zip(columns, fills, strict=True)
        )
