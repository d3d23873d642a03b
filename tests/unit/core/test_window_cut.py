"""A run of ends cut at once gives what each end gives alone; the curves are those of the live window."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from oracle.windows import window
from spans import DAY_MS, HOUR_MS, MONDAY_MS, OFFICES, Kind, TwoCalendars, block, drawn_record, told
from streams.core.span_table import SpanTable
from streams.core.window_values import Cut, values_at


@pytest.mark.parametrize("seed", range(6))
def test_a_run_gives_what_each_end_gives_alone(seed: int) -> None:
    chance = Random(f"{seed} run")
    table = SpanTable(TwoCalendars())
    table.put(block({f"d{number}": (1, drawn_record(chance)) for number in range(60)}))
    for size_ms in (HOUR_MS, DAY_MS, 7 * DAY_MS):
        ends = range(MONDAY_MS, MONDAY_MS + 4 * DAY_MS, 5 * HOUR_MS)
        cut = Cut(table, Kind(size_ms), ends)
        for end_ms in chance.sample(ends, 6):
            assert told(cut.values_at(end_ms)) == told(values_at(table, Kind(size_ms), end_ms))
    with pytest.raises(ValueError, match="no ends"):
        Cut(table, Kind(HOUR_MS), range(0))


@pytest.mark.parametrize("seed", range(4))
def test_curves_are_of_those_in_the_live_window(seed: int) -> None:
    chance = Random(f"{seed} curves")
    records = {f"d{number}": drawn_record(chance) for number in range(40)}
    table = SpanTable(TwoCalendars())
    table.put(block({key: (1, record) for key, record in records.items()}))
    kind, end_ms = Kind(2 * DAY_MS), MONDAY_MS + 2 * DAY_MS
    cut = Cut(table, kind, range(end_ms, end_ms + 1))
    curves = cut.curves_at(end_ms)
    assert cut.row_of("27X9", "all", "all", "REG_REL", "elapsed") is None
    for words, of in window(records.values(), kind.size_ms, end_ms, OFFICES).items():
        row = cut.row_of(*words)
        assert row is not None
        for age in (0, 3_600, 30_000, 10**6):
            left = 1.0
            for at in sorted({at for at, _ in of.fates if at <= age}):
                here = [fate for other, fate in of.fates if other == at]
                left *= 1 - sum(fate != "open" for fate in here) / sum(other >= at for other, _ in of.fates)
            # The share open from before age 0 on, so that what is over at age 0 counts.
            found = curves.still_open(np.array([row]), np.array([0]), np.array([age]))
            before = 1 - sum(at == 0 and fate != "open" for at, fate in of.fates) / max(1, of.live_n)
            assert found == pytest.approx(left / before if before > 0 else 1.0, abs=1e-9), (words, age)
