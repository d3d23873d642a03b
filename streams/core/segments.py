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


def row_keys_of(layout: Layout) -> Ints:
    """Return the rows of each group and code, as the front part of keys: shape (16, groups * 15).

    The first axis has the roll-ups and in each the two clocks; the second has the codes of each group.
    """
    roll_ups, groups = layout.roll_ups.shape
    of_codes = layout.roll_ups[:, None, :, None] * len(CODES) + np.arange(len(CODES))
    rows = of_codes * len(CLOCKS) + np.arange(len(CLOCKS))[:, None, None]
    return rows.reshape(roll_ups * len(CLOCKS), groups * len(CODES)) << ROW_SHIFT


def sorted_keys(row_keys: Ints, places: Ints, values: Ints) -> Iterator[Ints]:
    """Yield the sorted keys of m spans in all rows that they belong to, some rows at a time and none of them twice.

    `places` (m) are columns of `row_keys`; `values` (2, m) are what is known of each span on each clock: the length
    in seconds shifted by TYPE_BITS, with a type in these bits.
    """
    many = len(places)
    if not many:
        return
    step = max(1, MOST_KEYS // many)
    for begin in range(0, len(row_keys), step):
        keys = np.take(row_keys[begin : begin + step], places, axis=1)
        for clock in range(len(CLOCKS)):
            keys[(clock + begin) % len(CLOCKS) :: len(CLOCKS)] += values[clock]
        keys.sort(axis=1)  # two roll-ups, and two clocks, have no row in common: no segment is cut
        yield keys.ravel()


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
