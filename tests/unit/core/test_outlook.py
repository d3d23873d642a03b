"""The outlook: small cases on a drawn timeline, and simulated declarations of a known survival that really went on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np
import pytest

from builders import CALENDARS, WeekdayHours
from streams.core.cells import ALL
from streams.core.open_targets import Kind, OpenSpan, OpenTargets, open_targets
from streams.core.outlook import (
    HORIZONS_H,
    MIN_LIVE_N,
    Cell,
    Curve,
    OutlookRow,
    StepCurve,
    chances_of_a_breach,
    outlook,
    still_open,
)
from streams.core.segments import Floats
from streams.core.span_block import Bools, Ints
from streams.core.targets import Target

HOUR: Final = 3600
NOW: Final = int(dt.datetime(2026, 3, 3, 3, tzinfo=dt.UTC).timestamp()) * 1000  # a Tuesday, 10:00 in Viet Nam


def steps(shares: dict[int, float], reach: int = 1000 * HOUR, live_n: int = MIN_LIVE_N) -> Curve:
    """A curve on which from each age on such a share is open; where the last is not 0, one is open at `reach`."""
    last = list(shares.values())[-1]
    known = {**shares, reach: last}
    curve = StepCurve(np.array(list(known), np.int64), np.array(list(known.values())))
    curve.live_n = live_n
    return curve


HERE: Final = Kind("REG_REL", "elapsed", "27F1", "import", 2)

HALVES = steps({1 * HOUR: 0.8, 2 * HOUR: 0.4, 4 * HOUR: 0.1, 6 * HOUR: 0.0})
#  1.0 ────┐ 1 h
#  0.8     └───┐ 2 h
#  0.4         └────────┐ 4 h
#  0.1                  └────────┐ 6 h
#  0.0                           └──────


def targets(*rows: tuple[float, float], kind: Kind = HERE) -> OpenTargets:
    """Open intervals by (age, target) in hours, on the elapsed clock."""
    age, length = (np.array([row[i] * HOUR for row in rows], np.int64) for i in (0, 1))
    return OpenTargets(NOW, [kind] * len(rows), age, length, NOW + (length - age) * 1000)


def joined(*parts: OpenTargets) -> OpenTargets:
    columns = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("age_s", "target_s", "due_ms")
    )
    return OpenTargets(NOW, [kind for part in parts for kind in part.kinds], *columns)


def always(curve: Curve) -> Callable[[Cell], Curve]:
    return lambda _: curve


def test_the_chance_is_that_of_those_who_got_as_old() -> None:
    ages, until = np.array([0, HOUR, HOUR + 1, 3 * HOUR, 5 * HOUR]), np.array([3, 3, 3, 5, 7]) * HOUR
    # at 1 h 0 s those that end at 1 h are still in; a second later they are not
    assert np.allclose(still_open(HALVES, ages, until), [0.4, 0.4, 0.5, 0.25, 0.0])
    assert np.allclose(still_open(HALVES, np.array([HOUR]), np.array([HOUR])), [0.8])


def test_where_nobody_got_as_old_there_is_no_chance_to_tell() -> None:
    assert np.isnan(still_open(HALVES, np.array([7 * HOUR]), np.array([8 * HOUR]))).all()
    #  1.0 ────┐ 1 h
    #  0.5     └────────? 3 h: open there, nothing is known beyond
    short = steps({1 * HOUR: 0.5}, reach=3 * HOUR)
    assert np.isnan(still_open(short, np.array([2 * HOUR]), np.array([4 * HOUR]))).all()
    assert np.allclose(still_open(short, np.array([0, 2 * HOUR]), np.array([2, 3]) * HOUR), [0.5, 1.0])
    assert np.isnan(still_open(short, np.array([2 * HOUR]), np.array([3 * HOUR + 1]))).all()


def test_a_curve_of_nobody_tells_nothing() -> None:
    nobody = StepCurve(np.zeros(0, np.int64), np.zeros(0))
    assert np.isnan(nobody.beyond(np.array([0, HOUR]))).all()


def test_the_horizons() -> None:
    #              now      +1 h          +4 h     +8 h                +24 h
    # past   ──●────│                                                             due 1 h ago
    # soon          │──●                                                          age 3.5 h of 4 h:  0.1 / 0.4
    # today         │          ──────●                                            age 0 h of 3 h:    0.4
    # tonight       │                ─────────●                                   age 0.5 h of 6.5 h: 0
    # far           │                                                   ────●     age 2 h of 50 h:   0
    rows = outlook(
        targets((3, 2), (3.5, 4), (0, 3), (0.5, 6.5), (2, 50)),
        always(HALVES),
    )
    mine = [row for row in rows if (row.office, row.direction) == ("27F1", "import")]
    assert [row.horizon_h for row in mine] == [1, 4, 8, 24, None]
    assert {(row.open_n, row.past_target_n) for row in mine} == {(5, 1)}
    assert [row.due_n for row in mine] == [1, 2, 3, 3, 4]
    assert [row.judged_n for row in mine] == [1, 2, 3, 3, 4]
    assert np.allclose([row.expected_breaches for row in mine], [0.25, 0.65, 0.65, 0.65, 0.65])


def test_the_edges_of_now_and_of_a_horizon() -> None:
    # a target that expires now is not missed yet, and one that expires at the horizon is within it
    rows = {row[:4]: row for row in outlook(targets((3, 3), (0, 1), (0, 4)), always(HALVES))}
    hour, four = (rows["27F1", "import", "REG_REL", horizon] for horizon in (1, 4))
    assert (hour.past_target_n, hour.due_n, four.due_n) == (0, 2, 3)


def test_offices_and_directions_add_up() -> None:
    there = Kind("REG_REL", "elapsed", "27B1", "export", 1)
    nowhere = Kind("REG_REL", "elapsed", None, None, None)
    rows = outlook(
        joined(targets((0, 1), (0, 1)), targets((0, 3), kind=there), targets((0, 5), kind=nowhere)),
        always(HALVES),
    )
    total = {(row.office, row.direction): row for row in rows if row.horizon_h is None}
    assert {name: (row.open_n, round(row.expected_breaches, 9)) for name, row in total.items()} == {
        ("27B1", "all"): (1, 0.4),
        ("27B1", "export"): (1, 0.4),
        ("27F1", "all"): (2, 1.6),
        ("27F1", "import"): (2, 1.6),
        ("all", "all"): (4, 2.1),
        ("all", "export"): (1, 0.4),
        ("all", "import"): (2, 1.6),
        ("all", "none"): (1, 0.1),
        ("none", "all"): (1, 0.1),
        ("none", "none"): (1, 0.1),
    }


def test_each_interval_has_its_own_rows_and_its_own_curve() -> None:
    check = Kind("DOC_LIMIT", "working", "27F1", "import", 2)
    asked: list[Cell] = []

    def curve_of(cell: Cell) -> Curve:
        asked.append(cell)
        return HALVES if cell.interval_code == "REG_REL" else steps({HOUR: 0.5})

    rows = outlook(joined(targets((0, 3)), targets((0, 2), kind=check)), curve_of)
    total = {row.interval_code: row.expected_breaches for row in rows if row.horizon_h is None}
    assert total == pytest.approx({"REG_REL": 0.4, "DOC_LIMIT": 0.5})
    assert asked == [
        Cell("REG_REL", "elapsed", "27F1", "import", "2"),
        Cell("DOC_LIMIT", "working", "27F1", "import", "2"),
    ]


def test_a_curve_of_few_gives_way_to_a_wider_one() -> None:
    few = steps({HOUR: 0.0}, live_n=MIN_LIVE_N - 1)
    office, direction, everything = (steps({HOUR: share}) for share in (0.2, 0.3, 0.4))
    cells: dict[Cell, Curve] = {
        Cell("REG_REL", "elapsed", "27F1", "import", "2"): few,
        Cell("REG_REL", "elapsed", "27F1", "import", ALL): office,
        Cell("REG_REL", "elapsed", ALL, "import", ALL): direction,
        Cell("REG_REL", "elapsed", ALL, ALL, ALL): everything,
    }
    found = []
    for cell in list(cells):
        found.append(chances_of_a_breach(targets((0, 2)), cells.get)[0])
        del cells[cell]
    assert found[:4] == [0.2, 0.2, 0.3, 0.4]
    (row,) = (
        row for row in outlook(targets((0, 2)), cells.get) if row[:4] == ("27F1", "import", "REG_REL", None)
    )
    assert (row.due_n, row.judged_n, row.expected_breaches) == (1, 0, 0)


def test_only_what_the_narrow_curve_can_not_tell_is_asked_of_a_wider_one() -> None:
    narrow, wide = steps({HOUR: 0.5, 2 * HOUR: 0.0}), steps({HOUR: 0.9, 9 * HOUR: 0.6})
    curves: dict[str, Curve] = {"2": narrow, ALL: wide}
    found = chances_of_a_breach(targets((0, 1.5), (3, 10)), lambda cell: curves[cell.channel])
    assert np.allclose(found, [0.5, 0.6 / 0.9])


def test_nothing_open_says_so() -> None:
    rows = outlook(targets(), always(HALVES))
    assert rows == [OutlookRow(ALL, ALL, "REG_REL", horizon, 0, 0, 0, 0, 0.0) for horizon in HORIZONS_H]


# Simulated: each cell has a known survival in hours of the target's clock, a Weibull law for the end and an exponential
# one for the cancellation; the outlook is asked once, and what is open then goes on to its end.
class Law(NamedTuple):
    scale_h: float
    shape: float
    cancelled_h: float

    live_n: int = 10_000

    def beyond(self, ages_s: Ints) -> Floats:
        age_h = np.asarray(ages_s) / HOUR
        return np.exp(-((age_h / self.scale_h) ** self.shape) - age_h / self.cancelled_h)

    def drawn(self, chance: np.random.Generator, n: int) -> Floats:
        """Lengths in seconds until the end or the cancellation, whichever comes first."""
        ended = self.scale_h * chance.weibull(self.shape, n)
        return np.minimum(ended, chance.exponential(self.cancelled_h, n)) * HOUR


LAWS = {
    ("27F1", "export", 1): Law(0.5, 0.6, 300.0),
    ("27F2", "import", 2): Law(6.0, 0.9, 80.0),
    ("27B1", "import", 3): Law(9.0, 1.6, 40.0),
}
WEEK_S = 7 * 24 * HOUR
EACH = 30_000


class Simulated(NamedTuple):
    """Those open at NOW; `missed` says of each whether it was open when its target expired."""

    targets: OpenTargets
    missed: Bools
    lived: dict[tuple[str, str, int], tuple[Floats, Bools]]
    """Of all registered in the last week, by cell: age so far in seconds, and whether it ended."""


def simulated(clock: str, seed: int) -> Simulated:
    chance = np.random.default_rng(seed)
    target = Target(interval="REG_REL", clock=clock, seconds=6 * HOUR)
    reference, calendar = WeekdayHours(targets=[target]), CALENDARS.calendar_of(None)
    now_total_us = calendar.total_us(NOW * 1000)
    spans: list[OpenSpan] = []
    missed: list[bool] = []
    lived = {}
    for cell, law in LAWS.items():
        begun_ms = NOW - (chance.random(EACH) * WEEK_S * 1000).astype(np.int64) - 1
        lengths = law.drawn(chance, EACH)
        if clock == "working":
            so_far = np.array([(now_total_us - calendar.total_us(int(ms) * 1000)) / 1e6 for ms in begun_ms])
        else:
            so_far = (NOW - begun_ms) / 1000
        is_open = lengths >= so_far
        lived[cell] = (np.minimum(lengths, so_far), ~is_open)
        spans += [OpenSpan("REG_REL", *cell, int(ms)) for ms in begun_ms[is_open]]
        missed += (lengths[is_open] >= target.seconds + 1).tolist()
    return Simulated(open_targets(spans, NOW, reference), np.array(missed), lived)


@pytest.mark.parametrize("clock", ["elapsed", "working"])
def test_as_many_miss_their_target_as_were_expected(clock: str) -> None:
    seen = simulated(clock, seed=4)
    law_of: Callable[[Cell], Curve] = lambda cell: LAWS[cell.office, cell.direction, int(cell.channel)]  # noqa: E731
    chances = chances_of_a_breach(seen.targets, law_of)
    rows = {row[:4]: row for row in outlook(seen.targets, law_of)}
    ahead = seen.targets.due_ms >= NOW
    for horizon in HORIZONS_H:
        soon = ahead & (seen.targets.due_ms <= NOW + (horizon or 10**6) * HOUR * 1000)
        for office, direction in (("27F1", "export"), ("27F2", "import"), ("27B1", "import"), (ALL, ALL)):
            row = rows[office, direction, "REG_REL", horizon]
            own = soon & np.array([office in (kind.office, ALL) for kind in seen.targets.kinds])
            error = np.sqrt(np.sum(chances[own] * (1 - chances[own])))
            assert row.judged_n == row.due_n == own.sum()
            assert abs(row.expected_breaches - seen.missed[own].sum()) <= 3.5 * error + 1e-9, (row, error)
    assert rows[ALL, ALL, "REG_REL", None].expected_breaches > 100, "or nothing was tested"
    assert rows[ALL, ALL, "REG_REL", None].past_target_n == seen.missed[~ahead].sum() > 100


def kaplan_meier(ages: Floats, ended: Bools) -> StepCurve:
    """The curve as the window sees it: of whole seconds, the open ones censored at their age and last at it."""
    whole = ages.astype(np.int64)
    order = np.lexsort((~ended, whole))
    at_risk = len(whole) - np.arange(len(whole))
    return StepCurve(whole[order], np.cumprod(1 - ended[order] / at_risk))


@pytest.mark.parametrize("clock", ["elapsed", "working"])
def test_the_curve_that_the_window_sees_is_good_enough(clock: str) -> None:
    seen = simulated(clock, seed=5)
    curves = {cell: kaplan_meier(*lived) for cell, lived in seen.lived.items()}
    rows = outlook(seen.targets, lambda cell: curves.get((cell.office, cell.direction, int(cell.channel))))
    total = next(row for row in rows if row[:4] == (ALL, ALL, "REG_REL", None))
    ahead = seen.targets.due_ms >= NOW
    assert total.judged_n == total.due_n
    assert total.expected_breaches == pytest.approx(seen.missed[ahead].sum(), rel=0.05)
