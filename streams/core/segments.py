"""Exact statistics of the lengths in each row of a window, all rows at once.

A length and the row that it belongs to are one whole number, the row in front. Sorted, they give rows as segments, each
of them in order of length: its least and greatest, its quantiles and how many there are need no more than places.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from streams.core.cells import CLOCKS, Layout
from streams.core.span_block import CODES, Ints

Floats = NDArray[np.float64]

LEVELS: Final = (0.5, 0.9, 0.95)

TYPE_BITS: Final = 2
"""Below the length there is room for what happened at it; for lengths alone it is 0."""

ROW_SHIFT: Final = 34 + TYPE_BITS
"""A length in seconds fits into 34 bits (544 years), which leaves the row 27: 4 million cells."""

_NUMBER_BITS: Final = 63 - ROW_SHIFT
_NUMBER: Final = (1 << _NUMBER_BITS) - 1

MOST_KEYS: Final = 4_000_000
"""How many numbers are worked on at once, unless one roll-up of one clock alone has more."""


class Segments(NamedTuple):
    """Where the rows are among sorted keys: the rows, the place of the first key of each, and how many it has."""

    rows: Ints
    begins: Ints
    counts: Ints


class Summaries(NamedTuple):
    """Of each row: how many lengths, and in seconds their mean, sd (the population's), least, greatest and quantiles.

    `quantiles` are those of LEVELS, shape (3, rows), linear between neighbours (domain, rule 16).
    """

    rows: Ints
    n: Ints
    mean: Floats
    sd: Floats
    least: Ints
    greatest: Ints
    quantiles: Floats


class RowKeys(NamedTuple):
    """The rows that spans belong to by their places (group * 15 + code), in each roll-up.

    `fronts` (16, places) are the rows as the front part of keys: in each roll-up first those of the one clock, then
    those of the other. `ranks` (8, places) put them in order within their roll-up, in as few bits as will do.
    """

    fronts: Ints
    ranks: NDArray[np.integer]


def row_keys_of(layout: Layout) -> RowKeys:
    """Return the rows of each group and code."""
    roll_ups, groups = layout.roll_ups.shape
    places = groups * len(CODES)
    of_codes = (layout.roll_ups[:, :, None] * len(CODES) + np.arange(len(CODES))).reshape(roll_ups, places)
    ranks = np.zeros((roll_ups, places), np.int64)
    for roll_up, rows in enumerate(of_codes):
        ranks[roll_up] = np.unique(rows, return_inverse=True)[1]
    rows = of_codes[:, None, :] * len(CLOCKS) + np.arange(len(CLOCKS))[:, None]
    fronts = rows.reshape(roll_ups * len(CLOCKS), places) << ROW_SHIFT
    # numpy sorts whole numbers of 16 bits by their digits, much faster than larger ones.
    return RowKeys(fronts, ranks.astype(np.uint16) if places <= 2**16 else ranks)


def sorted_keys(rows: RowKeys, places: Ints, values: Ints) -> Iterator[Ints]:
    """Yield the sorted keys of m spans in all rows that they belong to, some rows at a time and none of them twice.

    `values` (2, m) are what is known of each span on each clock: the length in seconds shifted by TYPE_BITS, with a
    type in these bits. They are sorted once; what a roll-up adds is to put that order into its rows.
    """
    many = len(places)
    if not many:
        return
    numbers = np.arange(many)
    orders = [np.sort(of_clock << _NUMBER_BITS | numbers) for of_clock in values]
    ordered = [(places[order & _NUMBER], order >> _NUMBER_BITS) for order in orders]
    step = max(1, MOST_KEYS // many)
    for begin in range(0, len(rows.fronts), step):
        fronts = rows.fronts[begin : begin + step]
        keys = np.empty((len(fronts), many), np.int64)
        for number, front in enumerate(fronts):
            roll_up, clock = divmod(begin + number, len(CLOCKS))
            where, what = ordered[clock]
            order = np.argsort(rows.ranks[roll_up][where], kind="stable")
            np.add(front[where[order]], what[order], out=keys[number])
        yield keys.ravel()  # two roll-ups, and two clocks, have no row in common: no segment is cut


def segments_of(keys: Ints) -> Segments:
    """Find the rows among sorted keys, of which there is at least one."""
    rows = keys >> ROW_SHIFT
    begins = np.concatenate(([0], np.flatnonzero(rows[1:] != rows[:-1]) + 1))
    return Segments(rows[begins], begins, np.diff(begins, append=len(keys)))


def lengths_of(keys: Ints) -> Ints:
    """Return the lengths in keys, in seconds."""
    return (keys & ((1 << ROW_SHIFT) - 1)) >> TYPE_BITS


def summaries(keys: Ints) -> Summaries:
    """Compute the statistics of each row among sorted keys, of which there is at least one."""
    rows, begins, counts = segments_of(keys)
    lengths = lengths_of(keys)
    mean = np.add.reduceat(lengths, begins) / counts
    off = lengths - np.repeat(mean, counts)
    off *= off
    sd = np.sqrt(np.add.reduceat(off, begins) / counts)
    quantiles = np.stack([_quantile(lengths, begins, counts, level) for level in LEVELS])
    return Summaries(rows, counts, mean, sd, lengths[begins], lengths[begins + counts - 1], quantiles)


def _quantile(lengths: Ints, begins: Ints, counts: Ints, level: float) -> Floats:
    at = (counts - 1) * level
    below = at.astype(np.int64)
    low = lengths[begins + below]
    high = lengths[begins + np.minimum(below + 1, counts - 1)]
    part, step = at - below, (high - low).astype(np.float64)
    # From the nearer end, as numpy does it.
    found: Floats = np.where(part < 0.5, low + step * part, high - step * (1 - part))
    return found
