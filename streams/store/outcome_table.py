"""Outcomes of enforcement as rows, and what is stored of them already."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Final

from clickhouse_connect.driver.client import Client

from streams.core.outcome import Outcome, from_canonical
from streams.store.native import AMOUNT, DAY, INSTANT, MICROSECOND, TEXT, UINT32, WORD, maybe
from streams.store.schema import DATABASE
from streams.store.table import MAYBE_TEXT, Columns, table_of

OUTCOMES: Final = table_of(
    "enforcement_outcomes",
    source=WORD,
    outcome_id=TEXT,
    revision=UINT32,
    op=WORD,
    occurred_on=DAY,
    office=WORD,
    kind=WORD,
    count=UINT32,
    amount_vnd=maybe(AMOUNT),
    declaration_key=MAYBE_TEXT,
    emitted_at=maybe(MICROSECOND),
    canonical=TEXT,
    file=WORD,
    ingested_at=INSTANT,
)

_EPOCH: Final = dt.date(1970, 1, 1)

_STORED: Final = (
    f"SELECT canonical FROM {DATABASE}.{OUTCOMES.name}"
    " WHERE (source, outcome_id) IN {keys:Array(Tuple(String, String))}"
)


def outcome_columns(outcomes: Sequence[Outcome], file: str, received_us: int) -> Columns:
    """Columns of `enforcement_outcomes`; `file` is where they were read, `received_us` when, by our clock."""
    return [
        [one.source for one in outcomes],
        [one.outcome_id for one in outcomes],
        [one.revision for one in outcomes],
        ["RETRACT" if one.retract else "ASSERT" for one in outcomes],
        [(one.occurred_on - _EPOCH).days for one in outcomes],
        [one.office for one in outcomes],
        [one.kind for one in outcomes],
        [one.count for one in outcomes],
        [one.amount_vnd for one in outcomes],
        [one.declaration_key for one in outcomes],
        [one.emitted_us for one in outcomes],
        [one.canonical for one in outcomes],
        [file] * len(outcomes),
        [received_us // 1000] * len(outcomes),
    ]


def stored_contents(client: Client, keys: Iterable[tuple[str, str]]) -> list[Outcome]:
    """Return everything that is stored of these outcomes, what is replaced or taken back too."""
    rows = client.query(
        _STORED, parameters={"keys": sorted(set(keys))}, column_formats={"canonical": "bytes"}
    ).result_rows
    return [from_canonical(bytes(row[0])) for row in rows]
