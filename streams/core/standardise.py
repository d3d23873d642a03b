"""Year against year: the raw change of a mean, and the change standardised to last year's mix (domain, section 1).

A mean of all declarations also moves when an office, a direction or a channel with long times grows. Direct
standardisation holds the mix still: each cell's mean of this year is weighted by the cell's number of last year.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from fractions import Fraction

import msgspec


class Sums(msgspec.Struct, frozen=True):
    """How many lengths a cell has, and their sum in whole seconds."""

    n: int
    total_s: int

    @property
    def mean(self) -> Fraction | None:
        """The mean in seconds, exact; None of nothing."""
        return Fraction(self.total_s, self.n) if self.n else None


Cells = Mapping[Hashable, Sums]
"""The finest cells that the mix is held still over, by office, direction and channel."""


class Comparison(msgspec.Struct, frozen=True):
    """Two years beside each other; seconds, exact. None where there is nothing to compare.

    The standardised mean is what this year's mean would be with last year's mix, over the cells that have lengths in
    both years. Its change is against last year's mean of the same cells, and `matched_share` is their part of last
    year's lengths.
    """

    this_mean: Fraction | None
    last_mean: Fraction | None
    raw_change: Fraction | None
    standardised_mean: Fraction | None
    standardised_change: Fraction | None
    matched_share: Fraction | None


def total(cells: Cells) -> Sums:
    """Return all cells as one."""
    return Sums(sum(one.n for one in cells.values()), sum(one.total_s for one in cells.values()))


def compare(this: Cells, last: Cells) -> Comparison:
    """Compare this year's cells with last year's."""
    all_this, all_last = total(this), total(last)
    matched = [(this[key], old) for key, old in last.items() if old.n and key in this and this[key].n]
    weight = sum(old.n for _, old in matched)
    standardised = change = None
    if weight:
        standardised = (
            sum((old.n * Fraction(new.total_s, new.n) for new, old in matched), Fraction()) / weight
        )
        change = standardised - Fraction(sum(old.total_s for _, old in matched), weight)
    this_mean, last_mean = all_this.mean, all_last.mean
    return Comparison(
        this_mean,
        last_mean,
        None if this_mean is None or last_mean is None else this_mean - last_mean,
        standardised,
        change,
        Fraction(weight, all_last.n) if all_last.n else None,
    )
