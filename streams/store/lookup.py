"""Finds one declaration by what people call it, and what only the views know of it."""

from __future__ import annotations

from typing import NamedTuple

from clickhouse_connect.driver.client import Client

from streams.store.schema import DATABASE


class ViewFinding(NamedTuple):
    """A finding of the view `data_quality`."""

    finding: str
    event_id: str | None
    detail: str


def find_keys(client: Client, name: str) -> list[str]:
    """Return the keys of the stored declarations that `name` means, in order; none where there is none.

    A name is the key itself; else a number of 12 digits, of which the first 11 are the key (the last counts
    amendments); else the number that a declaration of another source was given.
    """
    for condition, value in (
        ("declaration_key = {name:String}", name),
        ("declaration_key = {name:String}", name[:11] if len(name) == 12 and name.isdecimal() else name),
        ("declaration_no = {name:String}", name),
    ):
        rows = client.query(
            f"SELECT DISTINCT declaration_key FROM {DATABASE}.declaration_events WHERE {condition}"
            " ORDER BY declaration_key LIMIT 10",
            parameters={"name": value},
        ).result_rows
        if rows:
            return [str(row[0]) for row in rows]
    return []


def current_status(client: Client, key: str) -> str | None:
    """Return the status by the watermark, None where nothing but heartbeats were heard of the declaration."""
    rows = client.query(
        f"SELECT status FROM {DATABASE}.declarations_current WHERE declaration_key = {{key:String}}",
        parameters={"key": key},
    ).result_rows
    return str(rows[0][0]) if rows else None


def view_findings(client: Client, key: str) -> list[ViewFinding]:
    """Return every finding about a declaration, those that only the whole store shows too, in order."""
    rows = client.query(
        f"SELECT finding, event_id, detail FROM {DATABASE}.data_quality WHERE declaration_key = {{key:String}}"
        " ORDER BY finding, event_id, detail",
        parameters={"key": key},
    ).result_rows
    return [ViewFinding(*row) for row in rows]
