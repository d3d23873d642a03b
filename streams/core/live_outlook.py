"""The outlook from the records of declarations: what is open in them, and how long such things lasted of late."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from streams.core.open_targets import WITH_OWN_START, OpenSpan, Targeting, open_targets
from streams.core.outlook import Cell, Curve, OutlookRow, StepCurve, outlook
from streams.core.segments import ROW_SHIFT, lengths_of
from streams.core.span_block import CODES
from streams.core.span_columns import Spans
from streams.core.span_table import SpanTable, closed_by_record
from streams.core.survival import Curves
from streams.core.window import KIND_OF, WindowKind
from streams.core.window_values import Cut

LIVE_KIND: Final[WindowKind] = KIND_OF["7d"]
"""The live window whose rate is taken: 7 days is close to the truth, 24 hours is optimistic (domain, section 3)."""


def outlook_at(table: SpanTable, at_ms: int, reference: Targeting) -> list[OutlookRow]:
    """Return the outlook as of an instant, in milliseconds since the epoch: a pure function of the records and it.

    As in a window that ends then, what happens at or after the instant has not happened. `reference` has the targets,
    and the calendars that the table was made with.
    """
    targets = open_targets(open_spans(table, at_ms), at_ms, reference)
    if not len(targets):
        return outlook(targets, lambda _: None)
    cut = Cut(table, LIVE_KIND, range(at_ms, at_ms + 1))
    curves = cut.curves_at(at_ms, {kind.interval_code for kind in targets.kinds})
    return outlook(targets, lambda cell: _curve(cut, curves, cell))


def open_spans(table: SpanTable, at_ms: int) -> Iterator[OpenSpan]:
    """Yield what is open at an instant, as `open_n` of a window that ends then counts it; no sums of episodes."""
    records, spans, groups = table.records, table.spans, table.groups.members
    begun = (spans.start < at_ms) & (spans.end >= at_ms)
    places = np.flatnonzero(begun & np.isin(CODES, WITH_OWN_START)[spans.code])
    of = Spans._make(column[places] for column in spans)
    still = (closed_by_record(records, of) >= at_ms) & (records.registered[of.slot] < at_ms)
    columns = (of.code[still], records.group[of.slot[still]], of.start[still])
    for code, group, started_ms in zip(*(column.tolist() for column in columns), strict=True):
        office, direction, channel = groups[group]
        yield OpenSpan(CODES[code], office, direction, channel, started_ms)


def _curve(cut: Cut, curves: Curves, cell: Cell) -> Curve | None:
    row = cut.row_of(cell.office, cell.direction, cell.channel, cell.interval_code, cell.clock)
    if row is None:
        return None
    begin, end = np.searchsorted(curves.keys, (row << ROW_SHIFT, (row + 1) << ROW_SHIFT))
    return StepCurve(lengths_of(curves.keys[begin:end]), curves.open_after[begin:end])
