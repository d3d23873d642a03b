"""The clock by which ages are told: that on the wall, or that of the feed, where now is the latest event time heard.

The view `clock` says what is now by the kind that is written here; the open views ask it (decision 0026).
"""

from __future__ import annotations

from typing import Literal

from clickhouse_connect.driver.client import Client

from streams.store.schema import DATABASE

ClockKind = Literal["wall", "feed"]


def write_clock(client: Client, kind: ClockKind) -> None:
    """Say by which clock ages are told from now on; nothing is written where it is said already. Needs the schema."""
    stored = client.query(f"SELECT kind, version FROM {DATABASE}.clock_kind FINAL").result_rows
    said, version = stored[0] if stored else ("", 0)
    if said != kind:
        client.insert(
            "clock_kind", [[1, kind, version + 1]], column_names=["id", "kind", "version"], database=DATABASE
        )
