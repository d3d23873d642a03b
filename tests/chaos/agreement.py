"""Whether two stores show the same rows in every view, to the byte (contract, guarantee 1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from clickhouse_connect.driver.client import Client

from streams.store.cohorts import refresh
from streams.store.schema import DATABASE

from .store import ChaosError

_DELIVERY: Final = {
    "ingested_at",
    "received_at",
    "kafka_topic",
    "kafka_partition",
    "kafka_offset",
    "computed_at",
    "updated_at",
}
"""When and where a message was read, and when figures or windows were made: of course another in a file."""
_OTHER: Final = {"reconciliation", "late_events", "open_declarations", "open_summary", "clock"}
"""Views of positions, of the order in which messages came, of ages by a clock, and of the clock."""
_EVENTS: Final = {"events", "events_history"}
"""Their `revision` is that of the event; that of a declaration tells how often it was heard of."""
_ONLY: Final = {"windows": "is_final"}
_BUCKET_BY: Final = ("declaration_key", "window_end")
_EVENTS_A_BUCKET: Final = 100_000


def compare(streamed: Client, backfilled: Client, events: int) -> dict[str, int]:
    """Compare all views and return the rows of each. Raises ChaosError with the first row that only one store has.

    Rows are compared as text, sorted by all columns, a part of the keys at a time to bound memory. `events` says about
    how many there are.
    """
    for client in (streamed, backfilled):
        refresh(client)
    views = _views(streamed)
    if views != _views(backfilled):
        raise ChaosError("the two stores have different views")
    buckets = max(1, events // _EVENTS_A_BUCKET)
    counts = {}
    for view, columns in views.items():
        key = next((name for name in _BUCKET_BY if name in columns), None)
        compared = [name for name in columns if name not in _DELIVERY | _revision(view)]
        counts[view] = 0
        for bucket in range(buckets if key else 1):
            where = [_ONLY[view]] if view in _ONLY else []
            if key and buckets > 1:
                where.append(f"cityHash64({key}) % {buckets} = {bucket}")
            counts[view] += _same(view, _select(view, compared, where), streamed, backfilled)
    return counts


def _views(client: Client) -> dict[str, list[str]]:
    """Return the columns of every view that can be compared."""
    rows = client.query(
        f"SELECT table, groupArray(name) FROM (SELECT table, name FROM system.columns WHERE database = '{DATABASE}' AND"
        f" table IN (SELECT name FROM system.tables WHERE database = '{DATABASE}' AND engine = 'View')"
        " ORDER BY table, position) GROUP BY table ORDER BY table"
    ).result_rows
    return {name: list(columns) for name, columns in rows if name not in _OTHER}


def _revision(view: str) -> set[str]:
    return set() if view in _EVENTS else {"revision"}


def _select(view: str, columns: Sequence[str], where: Sequence[str]) -> str:
    names = ", ".join(columns)
    condition = f" WHERE {' AND '.join(where)}" if where else ""
    return f"SELECT {names} FROM {DATABASE}.{view}{condition} ORDER BY {names}"


def _same(view: str, sql: str, streamed: Client, backfilled: Client) -> int:
    one, other = (client.raw_query(sql, fmt="TabSeparated") for client in (streamed, backfilled))
    if one == other:
        return one.count(b"\n")
    rows, expected = one.splitlines(), other.splitlines()
    extra, missing = set(rows) - set(expected), set(expected) - set(rows)
    shown = [
        f"{what} {sorted(found)[0].decode(errors='replace')[:300]!r}"
        for what, found in (("only streamed:", extra), ("only in the backfill:", missing))
        if found
    ]
    raise ChaosError(
        f"view {view} differs: {len(rows):,} rows streamed, {len(expected):,} in the backfill; {len(extra):,} and"
        f" {len(missing):,} of them are only there; {'; '.join(shown) or 'a row is there twice'}"
    )
