"""Asks the store what the board shows, by fixed statements with parameters, each with a bounded answer."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from clickhouse_connect.driver.client import Client

from streams.board.answers import Filter, Ledger, Office, OpenRow, StageRow, Told, WindowRow
from streams.board.words import INTERVALS, SIZES
from streams.store.schema import DATABASE
from streams.words import Word

MOST_OLDEST: Final = 200
"""Open declarations that are listed."""

_MOST_OFFICES: Final = 500
_MOST_STAGES: Final = 100
_MOST_REASONS: Final = 5

_WHERE: Final = (
    "({office:String} = 'all' OR office = {office:String})"
    " AND ({direction:String} = 'all' OR direction = {direction:String})"
)

_CLOCK: Final = (
    f"SELECT now, kind, (SELECT max(watermark) FROM {DATABASE}.watermark),"
    f" (SELECT min(settled) FROM {DATABASE}.windows_state) FROM {DATABASE}.clock"
)

_OFFICES: Final = (
    "SELECT code, argMax(name_vi, since), argMax(name_en, since) FROM"
    f" (SELECT *, ifNull(valid_from, toDate32('1900-01-01')) AS since FROM {DATABASE}.offices)"
    f" GROUP BY code ORDER BY code LIMIT {_MOST_OFFICES}"
)

_ENDS: Final = (
    f"SELECT window_size, max(window_end) FROM {DATABASE}.windows WHERE window_size IN {{sizes:Array(String)}}"
    " GROUP BY window_size"
)

_WINDOWS: Final = (
    "SELECT interval_code, window_size, direction, n, mean_s, p50_s, p90_s, live_n, live_p50_s, live_p90_s"
    f" FROM {DATABASE}.windows WHERE (window_size, window_end) IN ({_ENDS})"
    " AND interval_code IN {intervals:Array(String)} AND clock = 'elapsed' AND office = {office:String}"
    " AND channel = 'all' AND direction IN ('all', 'import', 'export')"
)

_STAGES: Final = (
    "SELECT stage, waiting_on, count(), max(age_s), countIf(past_stage_limit)"
    f" FROM {DATABASE}.open_declarations WHERE {_WHERE} GROUP BY stage, waiting_on LIMIT {_MOST_STAGES}"
)

_OLDEST: Final = (
    "SELECT declaration_key, office, stage, waiting_on, age_s, past_stage_limit"
    f" FROM {DATABASE}.open_declarations WHERE {_WHERE} ORDER BY registered_at, declaration_key LIMIT {MOST_OLDEST}"
)

_LEDGER: Final = (
    f"SELECT sum(accounted), sum(stored), sum(duplicate), sum(rejected) FROM {DATABASE}.reconciliation"
)

_REASONS: Final = (
    f"SELECT reason, count() AS n FROM {DATABASE}.rejected_events GROUP BY reason ORDER BY n DESC, reason"
    f" LIMIT {_MOST_REASONS}"
)


def ask_store(client: Client, asked: Filter, clock: Callable[[], float] = time.monotonic) -> Told:
    """Ask everything that the board shows of the store. Raises what the client raises."""
    begin = clock()

    def rows(sql: str, **more: Any) -> list[tuple[Any, ...]]:
        parameters: Mapping[str, Any] = {**asked._asdict(), **more}
        named = {name: value for name, value in parameters.items() if f"{{{name}:" in sql}
        return [tuple(row) for row in client.query(sql, parameters=named).result_rows]

    now, kind, watermark, settled = rows(_CLOCK)[0]
    stages = tuple(StageRow(*row) for row in rows(_STAGES))
    oldest = tuple(
        OpenRow(key, office, stage, waiting_on, age_s, None if late is None else bool(late))
        for key, office, stage, waiting_on, age_s, late in rows(_OLDEST)
    )
    ends = tuple((str(size), _utc(end)) for size, end in rows(_ENDS, sizes=list(SIZES)))
    windows = tuple(WindowRow(*row) for row in rows(_WINDOWS, sizes=list(SIZES), intervals=list(INTERVALS)))
    offices = tuple(Office(code, Word(vi, en)) for code, vi, en in rows(_OFFICES))
    accounted, stored, duplicate, rejected = map(int, rows(_LEDGER)[0])
    reasons = tuple((str(reason), int(count)) for reason, count in rows(_REASONS))
    ledger = Ledger(accounted, stored, duplicate, rejected, reasons)
    return Told(
        asked,
        _utc(now),
        kind == "feed",
        None if watermark is None else _utc(watermark),
        bool(settled),
        offices,
        ends,
        windows,
        stages,
        oldest,
        ledger,
        clock() - begin,
    )


def _utc(at: dt.datetime) -> dt.datetime:
    """Return an instant of the store, whose times are UTC and come without saying so."""
    return at.replace(tzinfo=dt.UTC)
