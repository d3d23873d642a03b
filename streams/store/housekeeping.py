"""How long rows are kept that nobody needs for ever: old windows, refusals, notes, attempts to publish given up.

Only tables in which a row's age never changes have a TTL: one that looks at what a correction can move would delete the
newer version of a row and let the older one show again. Declarations and events have none
(docs/how-to/housekeeping.md).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from clickhouse_connect.driver.client import Client

from streams.store.schema import DATABASE

AGED_BY: Final[Mapping[str, str]] = {
    "release_time_windows": "window_end",
    "rejected_event_log": "received_at",
    "late_event_log": "noticed_at",
}
"""The column that a row's age is told by, for each table that may have a TTL."""

ATTEMPT_KEPT: Final = dt.timedelta(days=1)
"""How long an attempt to publish is left alone: far longer than the longest takes."""

_OF_ATTEMPTS: Final = (
    "published_declarations",
    "publication_log",
    "publication_figure_log",
    "published_reports",
    "published_positions",
)
"""What belongs to a publication; that by which an attempt is found comes last, so that a sweep can be cut off."""

_TTL: Final = re.compile(r"\bTTL \w+ \+ toIntervalDay\((\d+)\)")


class KeepDays(NamedTuple):
    """For how many days rows are kept by the clock on the wall; 0: for ever."""

    windows: int
    rejected: int
    late: int

    def by_table(self) -> dict[str, int]:
        """Return the days of each table."""
        return dict(zip(AGED_BY, self, strict=True))


def apply_keep_days(client: Client, keep: KeepDays) -> list[str]:
    """Give the tables their TTL, or take it away, where it is another one; return in words what was changed."""
    changed = []
    for table, days in keep.by_table().items():
        now = _days_of(client, table)
        if now == days:
            continue
        if days:
            # In 64 bits, as the columns are: 32 end in 2106, and what is to be kept beyond would be gone at once.
            ttl = f"{AGED_BY[table]} + toIntervalDay({days})"
            client.command(f"ALTER TABLE {DATABASE}.{table} MODIFY TTL {ttl}")
            changed.append(f"{table} keeps {days} days")
        else:
            client.command(f"ALTER TABLE {DATABASE}.{table} REMOVE TTL")
            changed.append(f"{table} keeps all rows")
    return changed


def sweep_windows(client: Client) -> int:
    """Delete the windows that the view `windows` shows no more, by the watermark; return how many rows that were.

    It may be done while workers write: a window that is hidden is not written any more, and one that has to be shown
    again, because more days are to be kept, is computed anew as one that was never there.
    """
    progress = client.query(
        f"SELECT toUnixTimestamp64Milli(watermark), kept_ms FROM {DATABASE}.window_progress FINAL"
        " WHERE watermark IS NOT NULL"
    ).result_rows
    if not progress:
        return 0
    watermark, kept = progress[0]
    parameters = {"sizes": list(kept), "ends": [int(watermark) - int(ms) for ms in kept.values()]}
    hidden = (
        "has({sizes:Array(String)}, window_size)"
        " AND toUnixTimestamp64Milli(window_end) <= {ends:Array(Int64)}[indexOf({sizes:Array(String)}, window_size)]"
    )
    table = f"{DATABASE}.release_time_windows"
    count = int(
        client.query(f"SELECT count() FROM {table} WHERE {hidden}", parameters=parameters).result_rows[0][0]
    )
    if count:
        client.command(f"DELETE FROM {table} WHERE {hidden}", parameters=parameters)
    return count


def sweep_attempts(client: Client, now: dt.datetime) -> int:
    """Delete what attempts to publish left that came to nothing and began a day before `now`; return how many.

    Of what has a revision nothing is touched: what was published is kept for ever.
    """
    rows = client.query(
        f"SELECT publication_id FROM {DATABASE}.published_positions"
        f" WHERE publication_id NOT IN (SELECT publication_id FROM {DATABASE}.publication_revisions)"
        " GROUP BY publication_id HAVING max(begun_at) < {before:DateTime('UTC')}",
        parameters={"before": now - ATTEMPT_KEPT},
    ).result_rows
    given_up = [row[0] for row in rows]
    for table in _OF_ATTEMPTS if given_up else ():
        client.command(
            f"DELETE FROM {DATABASE}.{table} WHERE publication_id IN {{ids:Array(UUID)}}",
            parameters={"ids": given_up},
        )
    return len(given_up)


def _days_of(client: Client, table: str) -> int:
    """Return the days of a table's TTL, 0 without one."""
    rows = client.query(
        "SELECT create_table_query FROM system.tables WHERE database = {database:String} AND name = {table:String}",
        parameters={"database": DATABASE, "table": table},
    ).result_rows
    found = _TTL.search(str(rows[0][0])) if rows else None
    return int(found[1]) if found else 0
