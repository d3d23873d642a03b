"""The cells that figures are given for: office, direction and channel, and the eight ways to roll them up."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from streams.core.span_block import CODES, Ints

ALL: Final = "all"
"""The word of a roll-up over an office, a direction or a channel."""

NONE: Final = "none"
"""The word for what is not known of a declaration."""

CLOCKS: Final[tuple[str, ...]] = ("elapsed", "working")
"""The two lengths that an interval has (domain, section 7)."""

ROLL_UPS: Final[tuple[tuple[bool, ...], ...]] = tuple(product((False, True), repeat=3))
"""What is rolled up: the office, the direction, the channel. The first is none of them, the last all."""

ROWS_PER_CELL: Final = len(CODES) * len(CLOCKS)
"""A cell has a row for each interval and clock; row = (cell * 15 + code) * 2 + clock."""

Words = NDArray[np.object_]


class Layout(NamedTuple):
    """The cells of some groups of declarations, ordered by their words, so that equal groups give equal cells.

    `offices`, `directions`, `channels` are the words of each cell. `roll_ups` has the shape (8, groups): the cells that
    a group belongs to. A group is what declarations of one office, direction and channel are.
    """

    offices: Words
    directions: Words
    channels: Words
    roll_ups: Ints

    @property
    def cells(self) -> int:
        """How many cells there are."""
        return len(self.offices)

    @property
    def rows(self) -> int:
        """How many rows the cells have together."""
        return self.cells * ROWS_PER_CELL

    def cell_of(self, office: str, direction: str, channel: str) -> int | None:
        """Return the number of a cell by its words, None where there is none."""
        same = (self.offices == office) & (self.directions == direction) & (self.channels == channel)
        found = np.flatnonzero(same)
        return int(found[0]) if len(found) else None

    def rolled_up(self, counts: Ints) -> Ints:
        """Add counts of shape (groups, 15) up into counts of shape (cells, 15)."""
        codes = len(CODES)
        places = self.roll_ups[:, :, None] * codes + np.arange(codes)
        many = np.broadcast_to(counts, places.shape)
        # The weights are whole and far below 2**53, so their sums in float64 are exact.
        added = np.bincount(places.ravel(), many.ravel(), self.cells * codes)
        return added.astype(np.int64).reshape(self.cells, codes)


class Groups:
    """The groups of declarations that have been seen, numbered from 0 in the order in which they came."""

    __slots__ = ("_layout", "_numbers")

    def __init__(self) -> None:
        self._numbers: dict[tuple[str | None, str | None, int | None], int] = {}
        self._layout: Layout | None = None

    def __len__(self) -> int:
        return len(self._numbers)

    def numbers_of(
        self,
        offices: Iterable[str | None],
        directions: Iterable[str | None],
        channels: Iterable[int | None],
    ) -> Ints:
        """Return the group of each declaration; new ones get the next numbers."""
        numbers = self._numbers
        triples = list(zip(offices, directions, channels, strict=True))
        try:
            return np.array([numbers[triple] for triple in triples], np.int64)
        except KeyError:
            for triple in triples:
                numbers.setdefault(triple, len(numbers))
            self._layout = None
            return np.array([numbers[triple] for triple in triples], np.int64)

    @property
    def members(self) -> list[tuple[str | None, str | None, int | None]]:
        """The office, direction and channel of each group."""
        return list(self._numbers)

    @property
    def offices(self) -> list[str | None]:
        """The office of each group."""
        return [office for office, _, _ in self._numbers]

    def layout(self) -> Layout:
        """Return the cells of the groups seen so far."""
        if self._layout is None:
            self._layout = _layout([_words(*triple) for triple in self._numbers])
        return self._layout


def _words(office: str | None, direction: str | None, channel: int | None) -> tuple[str, str, str]:
    return office or NONE, direction or NONE, NONE if channel is None else str(channel)


def _layout(groups: list[tuple[str, str, str]]) -> Layout:
    # What is rolled up is part of the name of a cell: an office of the name "all" would else be taken for all of them.
    names = [
        [
            (*(ALL if rolled else word for rolled, word in zip(roll_up, group, strict=True)), roll_up)
            for group in groups
        ]
        for roll_up in ROLL_UPS
    ]
    ordered = sorted({name for row in names for name in row})
    numbers = {name: number for number, name in enumerate(ordered)}
    words = np.array([name[:3] for name in ordered], object).reshape(len(ordered), 3)
    roll_ups = np.array([[numbers[name] for name in row] for row in names], np.int64)
    return Layout(words[:, 0], words[:, 1], words[:, 2], roll_ups.reshape(len(ROLL_UPS), len(groups)))
