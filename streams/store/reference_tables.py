"""Offices and targets of a year in the store, as the reference data says them.

Each table has one row with all of it, so that a reader sees one reference file or another, never something in between.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from clickhouse_connect.driver.client import Client

from streams.core.period import ALL
from streams.core.reference import Reference
from streams.store.schema import DATABASE

_FIRST_DAY: Final = date(1900, 1, 1)
_LAST_DAY: Final = date(2299, 12, 31)
"""The days that the engine has."""

Row = Mapping[str, Sequence[Any]]


def sync(client: Client, reference: Reference) -> list[str]:
    """Write what the store has otherwise, and return the names of the tables that were written.

    Two that do it at once write the same twice; with different files one of them stays whole. Needs the schema.
    """
    written = []
    for table, row in (
        ("reference_offices", _offices(reference)),
        ("reference_yearly_targets", _yearly_targets(reference)),
    ):
        if _write(client, table, row):
            written.append(table)
    return written


def _write(client: Client, table: str, row: Row) -> bool:
    stored = client.query(f"SELECT {', '.join(row)}, version FROM {DATABASE}.{table} FINAL").result_rows
    version = 0
    if stored:
        *columns, version = stored[0]
        if [list(column) for column in columns] == [list(column) for column in row.values()]:
            return False
    client.insert(
        table,
        [[1, *(list(column) for column in row.values()), version + 1]],
        column_names=["id", *row, "version"],
        database=DATABASE,
    )
    return True


def _offices(reference: Reference) -> Row:
    offices = [office for entries in reference.offices.values() for office in entries]
    return {
        "codes": [office.code for office in offices],
        "valid_from": [_bound(office.valid_from) for office in offices],
        "valid_to": [_bound(office.valid_to) for office in offices],
        "names_vi": [office.name_vi for office in offices],
        "names_en": [office.name_en for office in offices],
        "provinces": [office.province for office in offices],
        "departments": [office.department for office in offices],
        "predecessors": [office.predecessor for office in offices],
        "zones": [str(office.zone) for office in offices],
    }


def _yearly_targets(reference: Reference) -> Row:
    targets = sorted(
        reference.yearly_targets, key=lambda target: (target.year, target.measure, target.office or ALL)
    )
    return {
        "years": [target.year for target in targets],
        "measures": [target.measure for target in targets],
        "offices": [target.office or ALL for target in targets],
        "amounts": [target.value for target in targets],
    }


def _bound(day: date) -> date | None:
    """Return a first or last day, None for one that lies so far away that it is none."""
    return day if _FIRST_DAY <= day <= _LAST_DAY else None
