"""Puts what the windows have found into news for the metrics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from streams.core.cells import ALL
from streams.core.outlook import OutlookRow
from streams.core.verdicts import Judged
from streams.core.window import WindowKind
from streams.core.window_values import WindowRows
from streams.metrics.news import STATS, DecisionNews, OutlookNews, WindowNews
from streams.store.windows import Computed


def window_news(kind: WindowKind, window: Computed) -> WindowNews:
    """Tell a running window to the metrics: the elapsed clock, and no row without a figure."""
    rows: WindowRows = window.rows
    chosen = np.flatnonzero((rows.clock == "elapsed") & ((rows.n > 0) | (rows.live_n > 0)))
    return WindowNews(
        kind.name,
        window.end_ms / 1000,
        rows.office[chosen].tolist(),
        rows.direction[chosen].tolist(),
        rows.channel[chosen].tolist(),
        rows.interval_code[chosen].tolist(),
        rows.n[chosen].tolist(),
        [
            [None if value != value else value for value in getattr(rows, f"{stat}_s")[chosen].tolist()]
            for stat in STATS
        ],
    )


def outlook_news(rows: Sequence[OutlookRow]) -> OutlookNews:
    """Tell the outlook of each office and direction to the metrics, without the roll-ups."""
    told: dict[tuple[str, str, str], tuple[int, list[float]]] = {}
    for row in rows:
        if ALL in (row.office, row.direction):
            continue
        place = (row.office, row.direction, row.interval_code)
        told.setdefault(place, (row.past_target_n, []))[1].append(row.expected_breaches)
    return OutlookNews([(*place, past_n, breaches) for place, (past_n, breaches) in told.items()])


def decision_news(judged: Mapping[Judged, int]) -> DecisionNews:
    """Tell verdicts to the metrics."""
    return DecisionNews([(*of, count) for of, count in judged.items()])
