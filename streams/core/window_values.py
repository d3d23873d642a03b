"""The values of a rolling window: a pure function of the records and the window, all cells at once (decision 0016)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from streams.core.cells import CLOCKS, ROWS_PER_CELL, Layout, Words
from streams.core.segments import Floats, row_keys_of, sorted_keys, summaries
from streams.core.span_block import CODES, Bools, Ints
from streams.core.span_table import SpanTable
from streams.core.survival import Curves, curves, incidences
from streams.core.window_cut import Piece, Pieces

_CODES: Final[Words] = np.repeat(np.array(CODES, object), len(CLOCKS))
_CLOCKS: Final[Words] = np.tile(np.array(CLOCKS, object), len(CODES))


class Sized(Protocol):
    """What is to be known of a kind of window."""

    @property
    def size_ms(self) -> int:
        """How long the window is."""


@dataclass(frozen=True, slots=True, eq=False)
class WindowRows:
    """The values of one window as columns, a row for each cell, interval and clock that has any, ordered by these.

    Seconds; NaN is none. `n` counts the spans with a length that ended in the window, `population_n` all that ended in
    it; the statistics are of the former. `live_n` are those that the live quantiles are of, which are NaN where they
    are not reached. `open_n` are open at the end.
    """

    office: Words
    direction: Words
    channel: Words
    interval_code: Words
    clock: Words
    n: Ints
    population_n: Ints
    coverage: Floats
    mean_s: Floats
    sd_s: Floats
    min_s: Floats
    max_s: Floats
    p50_s: Floats
    p90_s: Floats
    p95_s: Floats
    live_n: Ints
    live_p50_s: Floats
    live_p90_s: Floats
    open_n: Ints

    def __len__(self) -> int:
        return len(self.n)


class Cut:
    """What of a table matters to the windows of a run of ends, to compute the values of each of them.

    It holds until the table changes: asked after that, it raises RuntimeError. A run as long as its windows costs each
    of them little more than it would alone.
    """

    def __init__(self, table: SpanTable, kind: Sized, ends: range) -> None:
        if not ends:
            raise ValueError("no ends")
        self._table = table
        self._changes = table.changes
        self._size_ms = kind.size_ms
        self._first_ms, self._last_ms = ends[0], ends[-1]
        self._layout = table.groups.layout()
        self._row_keys = row_keys_of(self._layout)
        self._pieces = Pieces(table, kind.size_ms, self._first_ms, self._last_ms)

    def values_at(self, end_ms: int) -> WindowRows:
        """Compute the values of the window that ends at one instant of the run."""
        self._check(end_ms)
        totals_ms = self._totals_at(end_ms)
        columns = _Columns(self._layout.rows)
        codes = len(CODES)
        population, opened = np.zeros((2, len(self._layout.roll_ups[0]) * codes), np.int64)
        for piece in self._pieces:
            places, sample = piece.ended.within(end_ms - self._size_ms, end_ms)
            population += np.bincount(places, minlength=len(population))
            for keys in sorted_keys(self._row_keys, *sample):
                columns.add_ended(keys)
            for keys in self._at_risk(piece, end_ms, totals_ms):
                columns.add_live(keys)
            opened += np.bincount(piece.open.at(end_ms), minlength=len(opened))
        return columns.rows(self._layout, *(_by_row(self._layout, counts) for counts in (population, opened)))

    def curves_at(self, end_ms: int, codes: Collection[str] = CODES) -> Curves:
        """Compute what share of each row's declarations is open after each age, by the live window that ends then.

        The number of a row is that of `row_of`; only the rows of some interval codes are there.
        """
        self._check(end_ms)
        totals_ms = self._totals_at(end_ms)
        of_codes = np.isin(CODES, list(codes))
        keys = [keys for piece in self._pieces for keys in self._at_risk(piece, end_ms, totals_ms, of_codes)]
        return curves(np.sort(np.concatenate([np.zeros(0, np.int64), *keys])))

    def row_of(self, office: str, direction: str, channel: str, code: str, clock: str) -> int | None:
        """Return the number of a row, None where no record of the table has such words."""
        cell = self._layout.cell_of(office, direction, channel)
        if cell is None:
            return None
        return cell * ROWS_PER_CELL + CODES.index(code) * len(CLOCKS) + CLOCKS.index(clock)

    def _check(self, end_ms: int) -> None:
        if self._table.changes != self._changes:
            raise RuntimeError("the table has changed since it was cut")
        if not self._first_ms <= end_ms <= self._last_ms:
            raise ValueError(f"the end {end_ms} is not of the run from {self._first_ms} to {self._last_ms}")

    def _totals_at(self, end_ms: int) -> Ints:
        """Return the working time at an instant for each group and code, in ms."""
        table = self._table
        totals = np.array([one.total_us(end_ms * 1000) // 1000 for one in table.calendars], np.int64)
        return np.repeat(totals[table.calendar_of], len(CODES))

    def _at_risk(
        self, piece: Piece, end_ms: int, totals_ms: Ints, of_codes: Bools | None = None
    ) -> Iterator[Ints]:
        begin_ms = end_ms - self._size_ms
        places, values = piece.risky.followed(begin_ms, end_ms, totals_ms, self._table.records)
        if of_codes is not None:
            chosen = of_codes[places % len(CODES)]
            places, values = places[chosen], values[:, chosen]
        return sorted_keys(self._row_keys, places, values)


def values_at(table: SpanTable, kind: Sized, end_ms: int) -> WindowRows:
    """Compute the values of one window."""
    return Cut(table, kind, range(end_ms, end_ms + 1)).values_at(end_ms)


class _Columns:
    """The values of all rows that there could be, to be filled in."""

    __slots__ = ("live", "live_n", "n", "statistics")

    def __init__(self, rows: int) -> None:
        self.n, self.live_n = np.zeros((2, rows), np.int64)
        self.statistics = np.full((7, rows), np.nan)
        self.live = np.full((2, rows), np.nan)

    def add_ended(self, keys: Ints) -> None:
        of = summaries(keys)
        self.n[of.rows] = of.n
        self.statistics[:, of.rows] = np.stack((of.mean, of.sd, of.least, of.greatest, *of.quantiles))

    def add_live(self, keys: Ints) -> None:
        of = incidences(keys)
        self.live_n[of.rows] = of.n
        self.live[:, of.rows] = of.quantiles

    def rows(self, layout: Layout, population: Ints, opened: Ints) -> WindowRows:
        """Return the rows that have any value."""
        some = np.flatnonzero((population > 0) | (opened > 0) | (self.live_n > 0))
        cells, kinds = np.divmod(some, ROWS_PER_CELL)
        n, population = self.n[some], population[some]
        mean, sd, least, greatest, p50, p90, p95 = self.statistics[:, some]
        live_p50, live_p90 = self.live[:, some]
        return WindowRows(
            layout.offices[cells],
            layout.directions[cells],
            layout.channels[cells],
            _CODES[kinds],
            _CLOCKS[kinds],
            n,
            population,
            np.divide(n, population, out=np.full(len(some), np.nan), where=population > 0),
            mean,
            sd,
            least,
            greatest,
            p50,
            p90,
            p95,
            self.live_n[some],
            live_p50,
            live_p90,
            opened[some],
        )


def _by_row(layout: Layout, counts: Ints) -> Ints:
    """Roll counts of groups and codes up into those of rows: the same on both clocks."""
    return np.repeat(layout.rolled_up(counts.reshape(-1, len(CODES))).ravel(), len(CLOCKS))
