"""Writes windows: compares what was computed with what is stored, and writes what differs with a new revision."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from clickhouse_connect.driver.client import Client
from numpy.typing import NDArray

from streams.core.outlook import OutlookRow
from streams.core.span_block import NEVER
from streams.core.window_changes import Changes, Known, RowKey, all_new, changes, contents_of, keys_of
from streams.core.window_values import WindowRows
from streams.pipeline.window_keeper import LateEvent
from streams.store.late_table import LATE, late_columns
from streams.store.native import (
    FLOAT64,
    INSTANT,
    INT64,
    UINT8,
    UINT32,
    UINT64,
    WORD,
)
from streams.store.outlook_table import OUTLOOK, outlook_columns
from streams.store.schema import DATABASE
from streams.store.sink import ClickHouseSink
from streams.store.table import table_of
from streams.store.window_progress import Ownership

WINDOWS: Final = table_of(
    "release_time_windows",
    window_size=WORD,
    window_end=INSTANT,
    office=WORD,
    direction=WORD,
    channel=WORD,
    interval_code=WORD,
    clock=WORD,
    n=UINT32,
    population_n=UINT32,
    mean_s=FLOAT64,
    sd_s=FLOAT64,
    min_s=INT64,
    max_s=INT64,
    p50_s=FLOAT64,
    p90_s=FLOAT64,
    p95_s=FLOAT64,
    live_n=UINT32,
    live_p50_s=INT64,
    live_p90_s=INT64,
    open_n=UINT32,
    content=UINT64,
    revision=UINT32,
    version=UINT64,
    is_deleted=UINT8,
)
_NAMES: Final = ("office", "direction", "channel", "interval_code", "clock")
_VALUES: Final = ("n", "population_n", "mean_s", "sd_s", "min_s", "max_s", "p50_s", "p90_s", "p95_s")
_LIVE: Final = ("live_n", "live_p50_s", "live_p90_s", "open_n")
_WHOLE: Final = frozenset(("min_s", "max_s", "live_p50_s", "live_p90_s"))
_KEPT: Final = 8
_REMEMBERED: Final = 4 * _KEPT
_MOST_ENDS: Final = 20_000
"""Of so many ends of one size it is remembered that they were written; then all up to the last may be."""


Column = NDArray[Any]


class Computed(NamedTuple):
    """One window as it was computed."""

    end_ms: int
    rows: WindowRows


class Written(NamedTuple):
    """What is written of one window: it, and the places of its rows that are new."""

    computed: Computed
    changes: Changes


class WindowStore:
    """The writing end of the windows. Use from one thread; `ownership` gives the versions."""

    def __init__(self, client: Client, ownership: Ownership) -> None:
        self._client = client
        self._sink = ClickHouseSink(client)
        self._ownership = ownership
        self._known: OrderedDict[tuple[str, int], dict[RowKey, Known]] = OrderedDict()
        answer = client.query(
            f"SELECT window_size, toUnixTimestamp64Milli(max(window_end)) FROM {DATABASE}.release_time_windows"
            " GROUP BY window_size"
        )
        self._stored_until: dict[str, int] = {str(size): int(end) for size, end in answer.result_rows}
        self._ends: dict[str, set[int]] = {}

    def write(
        self,
        size: str,
        windows: Sequence[Computed],
        running_from_ms: int,
        first: Callable[[Sequence[Written]], None] = lambda _: None,
    ) -> None:
        """Write windows of one size, in order of their ends, as far as they differ from what is stored.

        Those that end at or after `running_from_ms` will be computed again soon, and what is stored of them is kept in
        memory. `first` gets what is about to be written: once it is, nobody would see again that it is new.
        Raises SinkError, or what the client raises, when anything was not acknowledged: then write them again.
        """
        known = self._stored(size, windows)
        # Until it is acknowledged nobody knows what is stored of them: then the store is asked.
        ends = self._ends.setdefault(size, set())
        ends.update(window.end_ms for window in windows)
        if len(ends) > _MOST_ENDS:
            self._stored_until[size] = max(self._stored_until.get(size, -NEVER), *ends)
            ends.clear()
        for window in windows:
            self._known.pop((size, window.end_ms), None)
        parts: list[list[Column]] = []
        written: list[Written] = []
        seen: dict[int, dict[RowKey, Known]] = {}
        for window in windows:
            before = known[window.end_ms]
            contents = contents_of(window.rows)
            if before or window.end_ms >= running_from_ms:
                keys, told = keys_of(window.rows), contents.tolist()
                found = changes(keys, told, before)
                if window.end_ms >= running_from_ms:
                    seen[window.end_ms] = _now(keys, told, found, before)
            else:
                found = all_new(len(window.rows))
            if found.places or found.gone:
                version = self._ownership.next_version()
                parts.append(_columns(size, window, contents, found, version))
                written.append(Written(window, found))
        if parts:
            first(written)
            self._sink.write_columns([(WINDOWS, [_joined(column) for column in zip(*parts, strict=True)])])
        self._remember(size, seen)

    def write_late(self, late: Sequence[LateEvent], noticed_ms: int) -> int:
        """Write events that came late, and return how many of them were not known to be."""
        if not late:
            return 0
        events = [one.event for one in late]
        known = {
            tuple(row)
            for row in self._client.query(
                f"SELECT declaration_key, event_id, kafka_topic, generation, kafka_partition, kafka_offset"
                f" FROM {DATABASE}.late_event_log WHERE declaration_key IN {{keys:Array(String)}}",
                parameters={"keys": sorted({event.declaration_key for event in events})},
            ).result_rows
        }
        new = [
            one
            for one in late
            if (
                one.event.declaration_key,
                one.event.event_id,
                one.event.topic,
                one.event.generation,
                one.event.partition,
                one.event.offset,
            )
            not in known
        ]
        if new:
            self._sink.write_columns([(LATE, late_columns(new, noticed_ms))])
        return len(new)

    def write_outlook(self, rows: Sequence[OutlookRow], as_of_ms: int) -> None:
        """Write the outlook as of an instant; it replaces the one before."""
        columns = outlook_columns(rows, as_of_ms, self._ownership.next_version())
        self._sink.write_columns([(OUTLOOK, columns)])

    def _stored(self, size: str, windows: Sequence[Computed]) -> Mapping[int, dict[RowKey, Known]]:
        """Return what is stored of some windows, from memory where it is there."""
        until, ends = self._stored_until.get(size, -NEVER), self._ends.get(size, set())
        known = {one.end_ms: self._known.get((size, one.end_ms)) for one in windows}
        wanted = [end for end, rows in known.items() if rows is None and (end <= until or end in ends)]
        found: dict[int, dict[RowKey, Known]] = {end: rows or {} for end, rows in known.items()}
        if wanted:
            answer = self._client.query(
                # Not FINAL, which leaves out the rows that are no more: their revisions go on when they come back.
                "SELECT toUnixTimestamp64Milli(window_end), office, direction, channel, interval_code, clock,"
                f" argMax(content, version), argMax(revision, version) FROM {DATABASE}.release_time_windows"
                " WHERE window_size = {size:String} AND window_end BETWEEN fromUnixTimestamp64Milli({first:Int64})"
                " AND fromUnixTimestamp64Milli({last:Int64})"
                " GROUP BY window_end, office, direction, channel, interval_code, clock",
                parameters={"size": size, "first": min(wanted), "last": max(wanted)},
            )
            for end, *key, content, revision in answer.result_rows:
                if end in found and known[end] is None:
                    found[end][tuple(key)] = Known(content, revision)
        return found

    def _remember(self, size: str, seen: Mapping[int, dict[RowKey, Known]]) -> None:
        """Keep the newest windows in memory: those are computed again and again."""
        for end, rows in sorted(seen.items())[-_KEPT:]:
            self._known[size, end] = rows
            self._known.move_to_end((size, end))
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)


def _now(
    keys: Sequence[RowKey], contents: Sequence[int], found: Changes, before: Mapping[RowKey, Known]
) -> dict[RowKey, Known]:
    """Return what is stored of a window after its changes were written."""
    now = dict(before)
    for place, revision in zip(found.places, found.revisions, strict=True):
        now[keys[place]] = Known(contents[place], revision)
    for key, one in found.gone:
        now[key] = Known(0, one.revision + 1)
    return now


def _columns(
    size: str, window: Computed, contents: NDArray[np.uint64], found: Changes, version: int
) -> list[Column]:
    """Lay out the rows of one window that are new, and those that are no more."""
    rows, places = window.rows, np.array(found.places, np.int64)
    gone = len(found.gone)
    count = len(places) + gone
    columns: list[Column] = [np.full(count, size, object), np.full(count, window.end_ms, np.int64)]
    for place, name in enumerate(_NAMES):
        columns.append(_with(getattr(rows, name)[places], [key[place] for key, _ in found.gone]))
    for name in (*_VALUES, *_LIVE):
        column = getattr(rows, name)[places]
        if name in _WHOLE:
            column = np.where(np.isnan(column), -1, column).astype(np.int64)
        columns.append(_with(column, [0] * gone))
    columns.append(_with(contents[places], [0] * gone))
    columns.append(_with(np.array(found.revisions, np.int64), [one.revision + 1 for _, one in found.gone]))
    columns.append(np.full(count, version, np.int64))
    columns.append(np.repeat(np.array([0, 1], np.uint8), [len(places), gone]))
    return columns


def _with(column: Column, more: Sequence[Any]) -> Column:
    return np.append(column, np.array(more, column.dtype)) if more else column


def _joined(parts: Sequence[Column]) -> Sequence[Any]:
    """Return the parts of one column as one: words as a list, numbers as they are."""
    whole: Any = np.concatenate(parts)
    joined: Sequence[Any] = whole.tolist() if whole.dtype == np.object_ else whole
    return joined
