"""Statistics of rows at once against numpy's of each, and how spans are laid out into rows."""

from __future__ import annotations

import numpy as np
import pytest

from streams.core import segments
from streams.core.cells import Groups
from streams.core.segments import (
    LEVELS,
    ROW_SHIFT,
    TYPE_BITS,
    lengths_of,
    row_keys_of,
    segments_of,
    sorted_keys,
    summaries,
)


@pytest.mark.parametrize("seed", range(20))
def test_statistics_are_those_of_numpy(seed: int) -> None:
    chance = np.random.default_rng(seed)
    samples = {
        row: chance.integers(0, chance.choice((2, 50, 10**10)), chance.integers(1, 60))
        for row in (0, 3, 4, 2**26)
    }
    keys = np.concatenate([(np.int64(row) << ROW_SHIFT) | of << TYPE_BITS for row, of in samples.items()])
    keys.sort()
    found = summaries(keys)
    assert found.rows.tolist() == list(samples)
    for place, of in enumerate(samples.values()):
        assert (found.n[place], found.least[place], found.greatest[place]) == (len(of), of.min(), of.max())
        assert found.mean[place] == pytest.approx(of.mean(), rel=1e-12)
        assert found.sd[place] == pytest.approx(of.std(), rel=1e-9, abs=1e-9)
        wanted = np.quantile(of, LEVELS, method="linear")
        assert found.quantiles[:, place] == pytest.approx(wanted, rel=1e-12)


def test_equal_lengths_have_no_spread() -> None:
    found = summaries(np.full(7, (5 << ROW_SHIFT) | 12_345_678_901 << TYPE_BITS))
    assert (found.mean.tolist(), found.sd.tolist()) == ([12_345_678_901], [0])


def test_segments() -> None:
    keys = np.array([1 << ROW_SHIFT, 1 << ROW_SHIFT | 9 << TYPE_BITS | 3, 4 << ROW_SHIFT])
    found = segments_of(keys)
    assert (found.rows.tolist(), found.begins.tolist(), found.counts.tolist()) == ([1, 4], [0, 2], [2, 1])
    assert lengths_of(keys).tolist() == [0, 9, 0]


@pytest.mark.parametrize("most", [1, 3, 10**6])
def test_every_span_is_in_eight_rows_of_both_clocks(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segments, "MOST_KEYS", most)
    groups = Groups()
    groups.numbers_of(["27F1", "27F2"], ["import", "import"], [1, 2])
    layout = groups.layout()
    values = np.array([[10, 20], [1, 2]]) << TYPE_BITS
    keys = np.concatenate(list(sorted_keys(row_keys_of(layout), np.array([3, 15 + 3]), values)))
    assert len(keys) == 32
    found = {
        (layout.offices[cell], layout.directions[cell], layout.channels[cell], code, clock, length)
        for cell, code, clock, length in zip(
            (keys >> ROW_SHIFT) // 30,
            (keys >> ROW_SHIFT) // 2 % 15,
            (keys >> ROW_SHIFT) % 2,
            lengths_of(keys).tolist(),
            strict=True,
        )
    }
    assert found == {
        (office, direction, channel, 3, clock, lengths[clock])
        for one, number, lengths in (("27F1", "1", (10, 1)), ("27F2", "2", (20, 2)))
        for office in (one, "all")
        for direction in ("import", "all")
        for channel in (number, "all")
        for clock in (0, 1)
    }
    assert list(sorted_keys(row_keys_of(layout), np.zeros(0, np.int64), np.zeros((2, 0), np.int64))) == []
