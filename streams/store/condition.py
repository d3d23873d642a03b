"""What condition the tables are in: rows, parts, bytes, what waits for a merge, and mutations that do not end."""

from __future__ import annotations

from typing import Final, NamedTuple

from clickhouse_connect.driver.client import Client

from streams.store.schema import DATABASE

MOST_PARTS: Final = 300
"""A table with more parts is not merged as fast as it is written: the engine slows inserts down, then refuses them."""

_MOST_COUNTED: Final = 50_000_000
"""Of larger tables the rows that wait for a merge are not counted: it would read the whole table."""

_STUCK_AFTER_S: Final = 3_600


class TableCondition(NamedTuple):
    """One table. `waiting`: rows that a merge will remove, as versions that are replaced; None where not counted."""

    name: str
    rows: int
    parts: int
    bytes: int
    waiting: int | None


def conditions(client: Client) -> list[TableCondition]:
    """Return the condition of each table that has rows of its own, the largest first."""
    rows = client.query(
        "SELECT tables.name, engine, sum(parts.rows) AS rows, count(parts.name) AS parts,"
        " sum(parts.bytes_on_disk) AS bytes FROM system.tables AS tables"
        " LEFT JOIN (SELECT * FROM system.parts WHERE active) AS parts"
        " ON parts.database = tables.database AND parts.table = tables.name"
        " WHERE tables.database = {database:String} AND engine LIKE '%MergeTree'"
        " AND NOT startsWith(tables.name, '.')"
        " GROUP BY ALL ORDER BY bytes DESC, tables.name",
        parameters={"database": DATABASE},
    ).result_rows
    found = []
    for name, engine, count, parts, size in rows:
        waiting = _waiting(client, name, engine, count, parts)
        found.append(TableCondition(str(name), int(count), int(parts) if count else 0, int(size), waiting))
    return found


def stuck_mutations(client: Client) -> list[str]:
    """Return in words the mutations of our tables that failed, or have not ended for an hour."""
    rows = client.query(
        "SELECT table, command, latest_fail_reason FROM system.mutations WHERE database = {database:String}"
        " AND NOT is_done AND (latest_fail_reason != '' OR create_time < now() - {after:UInt32})"
        " ORDER BY table, mutation_id",
        parameters={"database": DATABASE, "after": _STUCK_AFTER_S},
    ).result_rows
    return [f"{table}: {command}{f' ({reason})' if reason else ''}" for table, command, reason in rows]


def _waiting(client: Client, name: str, engine: str, count: int, parts: int) -> int | None:
    """Return how many rows a merge will remove. In one part every key stands once, an insert sees to that."""
    if "Replacing" not in engine and "Aggregating" not in engine:
        return 0
    if parts <= 1:
        return 0
    if count > _MOST_COUNTED:
        return None
    kept = client.query(f"SELECT count() FROM {DATABASE}.`{name}` FINAL").result_rows[0][0]
    return int(count) - int(kept)
