"""Cumulative incidence and survival against lifelines, against the definition, and where they must not break."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from lifelines import AalenJohansenFitter, KaplanMeierFitter

from oracle.windows import Values
from streams.core.segments import ROW_SHIFT, TYPE_BITS
from streams.core.survival import CANCELLED, CENSORED, RELEASED, curves, incidences

FATES = {RELEASED: "released", CANCELLED: "cancelled", CENSORED: "open"}
Entries = list[tuple[int, int]]
"""An age in seconds and what happened at it."""


def keys_of(rows: dict[int, Entries]) -> np.ndarray:
    found = [
        row << ROW_SHIFT | age << TYPE_BITS | type_ for row, entries in rows.items() for age, type_ in entries
    ]
    return np.sort(np.array(found, np.int64))


def drawn(seed: int, number: int, cancelling: bool, ties: bool = False) -> Entries:
    chance = Random(f"{seed} survival")
    ages = [chance.randrange(30) for _ in range(number)]
    if not ties:
        ages = chance.sample(range(1, 400_000), number)
    types = (RELEASED, RELEASED, RELEASED, CENSORED, CANCELLED if cancelling else CENSORED)
    return [(age, chance.choice(types)) for age in ages]


def reached(times: np.ndarray, incidence: np.ndarray, level: float) -> float:
    at = np.flatnonzero(incidence >= level - 1e-8)
    return float(times[at[0]]) if len(at) else np.nan


@pytest.mark.parametrize("seed", range(20))
def test_live_quantiles_are_those_of_aalen_and_johansen(seed: int) -> None:
    entries = drawn(seed, 150, cancelling=True)
    ages = np.array([age for age, _ in entries])
    causes = np.array([{RELEASED: 1, CANCELLED: 2, CENSORED: 0}[type_] for _, type_ in entries])
    fitted = AalenJohansenFitter(calculate_variance=False, seed=seed).fit(ages, causes, event_of_interest=1)
    density = fitted.cumulative_density_
    found = incidences(keys_of({3: entries}))
    assert (found.rows.tolist(), found.n.tolist()) == ([3], [150])
    for place, level in enumerate((0.5, 0.9)):
        wanted = reached(density.index.to_numpy(), density.iloc[:, 0].to_numpy(), level)
        assert found.quantiles[place, 0] == pytest.approx(wanted, rel=1e-6, nan_ok=True)


@pytest.mark.parametrize("seed", range(20))
def test_live_quantiles_are_those_of_kaplan_and_meier_where_nobody_cancels(seed: int) -> None:
    entries = drawn(seed, 150, cancelling=False)
    ages = np.array([age for age, _ in entries])
    observed = np.array([type_ == RELEASED for _, type_ in entries])
    fitted = KaplanMeierFitter().fit(ages, observed)
    found = incidences(keys_of({0: entries}))
    for place, level in enumerate((0.5, 0.9)):
        wanted = reached(
            fitted.survival_function_.index.to_numpy(),
            1 - fitted.survival_function_.iloc[:, 0].to_numpy(),
            level,
        )
        assert found.quantiles[place, 0] == pytest.approx(wanted, rel=1e-6, nan_ok=True)


@pytest.mark.parametrize("seed", range(20))
def test_survival_is_that_of_kaplan_and_meier(seed: int) -> None:
    entries = drawn(seed, 120, cancelling=True)
    fitted = KaplanMeierFitter().fit([age for age, _ in entries], [type_ != CENSORED for _, type_ in entries])
    at = np.array([0, 1, 1_000, 50_000, 200_000, 300_000, 399_999, 500_000])
    wanted = fitted.survival_function_at_times(at).to_numpy()
    of = curves(keys_of({2: drawn(seed + 50, 40, cancelling=True), 7: entries, 8: entries}))
    for row in (7, 8):
        rows = np.full(len(at), row)
        assert of.still_open(rows, np.zeros_like(at), at) == pytest.approx(wanted, abs=1e-9)
        earlier = at[:-1]
        with np.errstate(invalid="ignore", divide="ignore"):
            ratios = np.where(wanted[:-1] > 1e-12, wanted[1:] / wanted[:-1], 1.0)
        assert of.still_open(rows[1:], earlier, at[1:]) == pytest.approx(ratios, abs=1e-9)


@pytest.mark.parametrize("seed", range(30))
def test_ties_and_many_rows_are_as_the_definition_has_it(seed: int) -> None:
    rows = {row: drawn(seed * 100 + row, 1 + row * 3, cancelling=row % 2 > 0, ties=True) for row in range(12)}
    found = incidences(keys_of(rows))
    for place, row in enumerate(found.rows.tolist()):
        of = Values(fates=[(age, FATES[type_]) for age, type_ in rows[row]])
        assert found.n[place] == of.live_n
        for level, quantile in zip((0.5, 0.9), found.quantiles[:, place].tolist(), strict=True):
            wanted = of.live_quantile(level)  # type: ignore[arg-type]
            assert quantile == (pytest.approx(np.nan, nan_ok=True) if wanted is None else wanted)


def quantiles(*entries: tuple[int, int]) -> list[float | None]:
    found = incidences(keys_of({0: list(entries)})).quantiles[:, 0].tolist()
    return [None if value != value else value for value in found]


def test_small_cases() -> None:
    assert quantiles((5, RELEASED)) == [5, 5]
    assert quantiles((5, CENSORED)) == [None, None]
    assert quantiles((5, CANCELLED), (6, RELEASED)) == [6, None]
    assert quantiles((5, CENSORED), (6, RELEASED)) == [6, 6]
    # Who is censored at an age is still at risk at it: one of two, then nobody is left.
    assert quantiles((5, RELEASED), (5, CENSORED)) == [5, None]
    assert quantiles(*[(0, RELEASED)] * 9, (3, CANCELLED)) == [0, 0]
    assert quantiles(*[(second, RELEASED) for second in range(10)]) == [4, 8]


def test_levels_are_met_among_millions() -> None:
    # Ten rows of one million with a third censored, then rows of ten where a level is met exactly.
    chance = np.random.default_rng(1)
    many = 1_000_000
    types = np.where(chance.random(many) < 0.33, CENSORED, RELEASED)
    large = np.sort(chance.integers(0, 10**6, many) << TYPE_BITS | types)
    small = np.arange(10) << TYPE_BITS
    keys = np.concatenate((large, *((np.int64(row) << ROW_SHIFT) + small for row in range(1, 200))))
    found = incidences(keys)
    assert np.all(found.quantiles[0, 1:] == 4)
    assert np.all(found.quantiles[1, 1:] == 8)


def test_survival_stays_flat() -> None:
    of = curves(
        keys_of({1: [(10, RELEASED), (20, CANCELLED), (30, CENSORED), (40, CENSORED)], 2: [(5, RELEASED)]})
    )

    def still_open(row: int, age: int, later: int) -> float:
        return float(of.still_open(np.array([row]), np.array([age]), np.array([later]))[0])

    assert still_open(1, 0, 9) == 1
    assert still_open(1, 0, 10) == pytest.approx(0.75)
    assert still_open(1, 10, 25) == pytest.approx(2 / 3)
    assert still_open(1, 35, 10**9) == pytest.approx(1)
    assert still_open(2, 0, 5) == 0
    assert still_open(2, 5, 9) == 1, "nothing is known of what is open when all were over"
    assert still_open(0, 3, 9) == still_open(3, 3, 9) == 1, "nothing is known of a row"
    nothing = curves(np.zeros(0, np.int64))
    assert nothing.still_open(np.array([0]), np.array([0]), np.array([9])).tolist() == [1]
