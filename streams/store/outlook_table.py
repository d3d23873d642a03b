"""The outlook as rows of `release_outlook`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from streams.core.outlook import OutlookRow
from streams.store.native import FLOAT64, INSTANT, UINT16, UINT32, UINT64, WORD
from streams.store.table import Columns, table_of

OUTLOOK: Final = table_of(
    "release_outlook",
    office=WORD,
    direction=WORD,
    interval_code=WORD,
    horizon_h=UINT16,
    as_of=INSTANT,
    open_n=UINT32,
    past_target_n=UINT32,
    due_n=UINT32,
    judged_n=UINT32,
    expected_breaches=FLOAT64,
    version=UINT64,
)


def outlook_columns(rows: Sequence[OutlookRow], as_of_ms: int, version: int) -> Columns:
    """Columns of `release_outlook`, of one whole outlook as of an instant; no horizon is written as 0.

    The view shows the outlook of the greatest version alone, so what is not among the rows is no more.
    """
    return [
        [row.office for row in rows],
        [row.direction for row in rows],
        [row.interval_code for row in rows],
        [row.horizon_h or 0 for row in rows],
        [as_of_ms] * len(rows),
        [row.open_n for row in rows],
        [row.past_target_n for row in rows],
        [row.due_n for row in rows],
        [row.judged_n for row in rows],
        [row.expected_breaches for row in rows],
        [version] * len(rows),
    ]
