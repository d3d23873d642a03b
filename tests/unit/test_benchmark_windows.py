"""The benchmark of windows runs, and says something of every kind."""

from __future__ import annotations

import pytest

from benchmarks import windows
from streams.reference import load_reference


def test_it_measures_every_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows, "A_DAY", (3,))
    (costs,) = windows.window_costs(load_reference(None))
    assert costs.declarations == 3 * windows.DAYS
    assert costs.put_us > 0
    assert costs.bytes_each > 0
    assert list(costs.end_ms) == list(costs.cut_ms) == ["1h", "24h", "7d", "30d"]
    assert costs.rows["30d"] > 100
