"""The outlook: of what is open now, how much will miss its target if things go on at the rate seen.

An interval that is open at age a misses its target b where it is still open when it is b old. Of those as old as a, the
share that gets older than b is S(b) / S(a). S is the survival curve of the live view: the share that is neither ended
nor cancelled by an age, of the declarations registered in the last seven days. The expected number of breaches is the
sum of these shares. It is about what is open now, and says nothing of declarations that are yet to come.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple, Protocol

import numpy as np

from streams.core.cells import ALL, NONE
from streams.core.open_targets import Kind, OpenTargets
from streams.core.segments import Floats
from streams.core.span_block import Ints

HORIZONS_H: Final[tuple[int | None, ...]] = (1, 4, 8, 24, None)
"""How far ahead is looked, in hours; None is without end: every target that is yet to expire."""

MIN_LIVE_N: Final = 30
"""A curve of fewer declarations is taken for too rough, and that of a wider cell is used."""

_HOUR_MS: Final = 3_600_000


class Cell(NamedTuple):
    """What a survival curve is of, in the words of `windows`: an interval on a clock, of some of the declarations."""

    interval_code: str
    clock: str
    office: str
    direction: str
    channel: str


class Curve(Protocol):
    """How long the declarations of a cell stay open, as the live view sees them."""

    live_n: int
    """Of how many declarations it is made."""

    def beyond(self, ages_s: Ints) -> Floats:
        """Return, for ages of at least 0 s, the share that gets older: 1 - CIF of every event that ends it.

        NaN for an age that the window can't show: beyond the oldest declaration in it, where that is open still.
        """


class StepCurve:
    """A curve by its steps: the sorted ages in seconds of all that it is made of, and the share open after each.

    `open_after` is that of `survival.Curves`: of several at one age the last counts, and it ends at 0 where the oldest
    is open no more.
    """

    __slots__ = ("_ages_s", "_known_s", "_open_after", "live_n")

    def __init__(self, ages_s: Ints, open_after: Floats) -> None:
        self.live_n = len(ages_s)
        self._ages_s = ages_s
        self._open_after = np.concatenate(([1.0], open_after))
        oldest_s = float(ages_s[-1]) if len(ages_s) else -1.0
        self._known_s = np.inf if self._open_after[-1] == 0 else oldest_s

    def beyond(self, ages_s: Ints) -> Floats:
        """Return the share that gets older than each age; see `Curve`."""
        shares = self._open_after[np.searchsorted(self._ages_s, ages_s, side="right")]
        return np.where(ages_s <= self._known_s, shares, np.nan)


CurveOf = Callable[[Cell], Curve | None]
"""Gives the curve of a cell; None where there is none."""


class OutlookRow(NamedTuple):
    """The outlook of one office, direction and interval, each of the first two maybe a roll-up, for one horizon.

    `open_n` intervals are open and have a target; `past_target_n` of these have missed it already. Of the others,
    `due_n` have a target that expires within `horizon_h` hours (None: ever), `judged_n` of these can be judged, and of
    these `expected_breaches` are expected to miss it.
    """

    office: str
    direction: str
    interval_code: str
    horizon_h: int | None
    open_n: int
    past_target_n: int
    due_n: int
    judged_n: int
    expected_breaches: float


def outlook(
    targets: OpenTargets, curve_of: CurveOf, always: Sequence[str] = ("REG_REL",)
) -> list[OutlookRow]:
    """Return the outlook for each office and direction, and their roll-ups, in order.

    An interval code of `always` has its row over all offices and directions even where nothing of it is open.
    """
    chances = chances_of_a_breach(targets, curve_of)
    past = targets.due_ms < targets.at_ms
    places: dict[tuple[str, str, str], list[int]] = {(ALL, ALL, code): [] for code in always}
    for place, kind in enumerate(targets.kinds):
        for name in _rolled_up(kind):
            places.setdefault(name, []).append(place)
    rows: list[OutlookRow] = []
    for name, own in sorted(places.items()):
        of = np.array(own, np.int64)
        own_past, own_due, own_chances = past[of], targets.due_ms[of], chances[of]
        for horizon_h in HORIZONS_H:
            due = ~own_past
            if horizon_h is not None:
                due &= own_due <= targets.at_ms + horizon_h * _HOUR_MS
            judged = due & ~np.isnan(own_chances)
            counts = (len(of), int(own_past.sum()), int(due.sum()), int(judged.sum()))
            rows.append(OutlookRow(*name, horizon_h, *counts, math.fsum(own_chances[judged].tolist())))
    return rows


def chances_of_a_breach(targets: OpenTargets, curve_of: CurveOf) -> Floats:
    """Return for each open interval the chance that it is still open when its target has expired.

    NaN where no curve can tell. What is past its target already gets a number too, which means nothing.
    """
    chances = np.full(len(targets), np.nan)
    alike: dict[Kind, list[int]] = {}
    for place, kind in enumerate(targets.kinds):
        alike.setdefault(kind, []).append(place)
    for kind, own in alike.items():
        left = np.array(own, np.int64)
        for cell in _widening(kind):
            curve = curve_of(cell)
            if curve is None or curve.live_n < MIN_LIVE_N:
                continue
            found = still_open(curve, targets.age_s[left], targets.target_s[left])
            chances[left] = found
            left = left[np.isnan(found)]
            if not len(left):
                break
    return chances


def still_open(curve: Curve, ages_s: Ints, until_s: Ints) -> Floats:
    """Return the chance that what is open at one age gets older than another; NaN where the curve can't tell.

    Ages are whole seconds, rounded down. What is open at an age of a has a length of a or more, so the chance is
    S(b) / S(a - 1).
    """
    reached = np.where(ages_s > 0, curve.beyond(np.maximum(ages_s - 1, 0)), 1.0)
    chances: Floats = np.full(len(ages_s), np.nan)
    np.divide(curve.beyond(until_s), reached, out=chances, where=reached > 0)
    return np.minimum(chances, 1.0, out=chances)


def _widening(kind: Kind) -> Iterator[Cell]:
    """Yield the cells whose curve may stand for it, the narrowest first."""
    code, clock, office, direction, channel = kind
    of, to = office or NONE, direction or NONE
    yield Cell(code, clock, of, to, NONE if channel is None else str(channel))
    yield Cell(code, clock, of, to, ALL)
    yield Cell(code, clock, ALL, to, ALL)
    yield Cell(code, clock, ALL, ALL, ALL)


def _rolled_up(kind: Kind) -> Iterator[tuple[str, str, str]]:
    for office in (kind.office or NONE, ALL):
        for direction in (kind.direction or NONE, ALL):
            yield office, direction, kind.interval_code
