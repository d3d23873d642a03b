"""How long it takes where not everything is over: cumulative incidence of release, and the curve of what stays open.

Of n spans, each is released, cancelled (competing) or still open (censored) at some age. The estimator of Aalen and
Johansen needs no product over events here. Taken one by one, releases and cancellations use up what is left in equal
parts; only a censored one passes its part on to the r - 1 that come after it, each of which then weighs r / (r - 1)
times as much. So the weight of an entry is 1/n times the product of these factors over the censored ones before it, and
the incidence is the sum of the weights of the releases (Kaplan-Meier where nobody cancels).
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from streams.core.segments import ROW_SHIFT, TYPE_BITS, Floats, Segments, lengths_of, segments_of
from streams.core.span_block import Bools, Ints

RELEASED: Final = 0
CANCELLED: Final = 1
CENSORED: Final = 2
"""What happened at an age, in their order at equal ages: who is censored there was still at risk."""

LEVELS: Final = (0.5, 0.9)

TOLERANCE: Final = 1e-8
"""An incidence that misses a level by no more has reached it: sums of floating point numbers do not meet it exactly."""

_TYPE: Final = (1 << TYPE_BITS) - 1


class Incidences(NamedTuple):
    """Of each row: how many were at risk at age 0, and at which ages in seconds the incidence reaches LEVELS.

    `quantiles` has the shape (2, rows); NaN where it is not reached.
    """

    rows: Ints
    n: Ints
    quantiles: Floats


class Curves(NamedTuple):
    """The share that is still open after each age, row by row: `open_after[i]` is that of the i-th of sorted `keys`."""

    keys: Ints
    open_after: Floats

    def still_open(self, rows: Ints, ages_s: Ints, later_s: Ints) -> Floats:
        """Return how probable it is that what is open at one age is open at a later one, for each triple. Shapes (k,).

        After the last age that is known of a row nothing happens any more, and of a row without any nothing is known to
        happen: 1. So it is also where everything was over by the first age.
        """
        now, then = self._open_at(rows, ages_s), self._open_at(rows, later_s)
        return np.divide(then, now, out=np.ones_like(now), where=now > 0)

    def _open_at(self, rows: Ints, ages_s: Ints) -> Floats:
        if not len(self.keys):
            return np.ones(len(rows))
        last = np.searchsorted(self.keys, (rows << ROW_SHIFT) | (ages_s << TYPE_BITS) | _TYPE, "right") - 1
        begun = (last >= 0) & (self.keys[last] >> ROW_SHIFT == rows)
        return np.where(begun, self.open_after[last], 1.0)


def incidences(keys: Ints) -> Incidences:
    """Compute the incidence of release of each row among sorted keys, of which there is at least one.

    The keys are those of `segments.sorted_keys`, with one of the three types.
    """
    found = segments_of(keys)
    types = keys & _TYPE
    released = np.flatnonzero(types == RELEASED)
    bounds = _bounds(released, found, len(keys))
    weights = _weights(released, bounds, types == CENSORED, found)
    # Every row adds up to 1 at most, so that the sums over all of them stay small and exact to far below TOLERANCE.
    reached = np.append(0.0, weights).cumsum()
    begins, ends = bounds[:-1], bounds[1:]
    quantiles = np.full((len(LEVELS), len(found.rows)), np.nan)
    for place, level in enumerate(LEVELS):
        at = np.searchsorted(reached[1:], reached[begins] + (level - TOLERANCE))
        there = at < ends
        quantiles[place, there] = lengths_of(keys[released[at[there]]])
    return Incidences(found.rows, found.counts, quantiles)


def curves(keys: Ints) -> Curves:
    """Compute what share of each row among sorted keys is open after each of them: neither released nor cancelled."""
    if not len(keys):
        return Curves(keys, np.zeros(0))
    found = segments_of(keys)
    everyone, bounds = np.arange(len(keys)), np.append(found.begins, len(keys))
    censored = (keys & _TYPE) == CENSORED
    weights = _weights(everyone, bounds, censored, found)
    left = np.repeat(bounds[1:], found.counts) - everyone
    return Curves(keys, weights * (left - ~censored))


def _bounds(places: Ints, found: Segments, end: int) -> Ints:
    """Return where the rows begin among some sorted places of keys, and at last how many these are."""
    return np.searchsorted(places, np.append(found.begins, end))


def _weights(places: Ints, bounds: Ints, censored: Bools, found: Segments) -> Floats:
    """Return the weights of the keys at some places, which are divided into rows by `bounds`."""
    of_rows = np.diff(bounds)
    weights = np.repeat(1 / found.counts, of_rows)
    stops = np.flatnonzero(censored)
    if not len(stops):
        return weights
    among = _bounds(stops, found, len(censored))
    left = np.repeat(found.begins + found.counts, np.diff(among)) - stops
    factors = np.where(left > 1, -np.log1p(-1 / np.maximum(left, 2)), 0.0)
    so_far = np.append(0.0, factors).cumsum()
    before: Ints = (np.cumsum(censored) - censored)[places]
    weights *= np.exp(so_far[before] - np.repeat(so_far[among[:-1]], of_rows))
    return weights
