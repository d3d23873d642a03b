"""The generated rows are what the fold would write: as many as asked for, consistent, the same for one seed."""

from __future__ import annotations

from typing import Any

from benchmarks import analysis_rows
from streams.core.vocabulary import INTERVAL_CODES
from streams.store.declaration_tables import INTERVALS
from streams.store.native import block


def columns(rows: analysis_rows.Rows) -> dict[str, Any]:
    return dict(zip(INTERVALS.columns, rows.columns, strict=True))


def test_there_are_as_many_as_asked_for_and_the_sink_can_write_them() -> None:
    made = list(analysis_rows.blocks(3_000, 250))
    assert 3_000 <= sum(rows.intervals for rows in made) < 3_000 + made[-1].intervals
    assert all(rows.declarations == 250 for rows in made)
    keys = [key for rows in made for key in columns(rows)["declaration_key"]]
    assert len(set(keys)) == len(keys)
    for rows in made:
        assert b"".join(block(INTERVALS.columns, INTERVALS.kinds, rows.columns))
        assert sum(columns(rows)["codes"].lengths) == rows.intervals


def test_one_seed_gives_the_same_bytes() -> None:
    one, other = (
        [
            b"".join(block(INTERVALS.columns, INTERVALS.kinds, rows.columns))
            for rows in analysis_rows.blocks(900, 100, 5)
        ]
        for _ in range(2)
    )
    assert one == other


def test_a_length_is_that_of_its_start_and_end() -> None:
    (rows,) = analysis_rows.blocks(2_000, 2_000)
    of = columns(rows)
    assert set(of["codes"].values) == set(range(1, len(INTERVAL_CODES) + 1))
    unmeasured = 0
    for start, end, length in zip(of["starts"].values, of["ends"].values, of["elapsed"].values, strict=True):
        assert length == (None if start is None or end is None else (end - start) // 1000)
        assert length is None or length >= 0
        unmeasured += length is None
    assert 0 < unmeasured < rows.intervals / 10
    assert sum(of["is_withdrawn"]) == sum(at is not None for at in of["cancelled_at"])
    assert sum(at is None for at in of["released_at"]) > sum(of["is_withdrawn"])
    for at, day, hour in zip(of["registered_at"], of["registered_on"], of["registered_hour"], strict=True):
        assert divmod((at + 7 * 3_600_000) // 3_600_000, 24) == (day, hour)
