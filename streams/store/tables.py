"""Rows of the domain as columns of the tables: names, engine types and how each value is written.

Columns rather than rows, instants as integers: the forms that the engine's client writes fastest. Instants are
DateTime64(3): microseconds are floored to milliseconds here, the lengths were computed before from full precision.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from clickhouse_connect.datatypes.base import ClickHouseType
from clickhouse_connect.datatypes.registry import get_from_name

from streams.core.declaration import Declaration
from streams.core.measure import FLAGS
from streams.core.vocabulary import INTERVAL_CODES
from streams.pipeline.batch import Batch, DuplicateRow, EventRow, PositionRow, RejectedRow

Columns = list[Sequence[Any]]


class Table(NamedTuple):
    """A table that the sink writes: its name, and its columns with the client's types."""

    name: str
    columns: tuple[str, ...]
    types: tuple[ClickHouseType, ...]


def table_of(name: str, **columns: str) -> Table:
    """Describe a table by its columns and their engine types."""
    return Table(name, tuple(columns), tuple(get_from_name(kind) for kind in columns.values()))


# Words go over as plain strings: the engine makes its dictionaries faster than the client would.
_WORD = "String"
_MAYBE_WORD = "Nullable(String)"
_INSTANT = "DateTime64(3, 'UTC')"
_MAYBE_INSTANT = f"Nullable({_INSTANT})"

EVENTS = table_of(
    "declaration_events",
    event_id="String",
    source=_WORD,
    declaration_key="String",
    declaration_no="Nullable(String)",
    event_type=_WORD,
    occurrence_no="UInt32",
    revision="UInt32",
    op=_WORD,
    occurred_at=_INSTANT,
    occurred_precision=_WORD,
    clock=_WORD,
    emitted_at=_MAYBE_INSTANT,
    ingested_at=_INSTANT,
    is_backfill="Bool",
    actor=_MAYBE_WORD,
    message_code=_MAYBE_WORD,
    kafka_topic=_WORD,
    kafka_partition="Int32",
    kafka_offset="Int64",
    generation="UInt32",
    state=_WORD,
    canonical="String",
    version="UInt32",
)

DECLARATIONS = table_of(
    "declarations",
    declaration_key="String",
    declaration_no="Nullable(String)",
    direction=_MAYBE_WORD,
    office=_MAYBE_WORD,
    kind=_MAYBE_WORD,
    channel_initial="Nullable(UInt8)",
    channel_final="Nullable(UInt8)",
    registered_at=_MAYBE_INSTANT,
    released_at=_MAYBE_INSTANT,
    cleared_at=_MAYBE_INSTANT,
    exited_at=_MAYBE_INSTANT,
    cancelled_at=_MAYBE_INSTANT,
    status=_WORD,
    stage=_MAYBE_WORD,
    waiting_on=_MAYBE_WORD,
    tax_vnd="Nullable(Decimal(18, 2))",
    value_usd="Nullable(Decimal(18, 2))",
    replaces="Nullable(String)",
    orphan_since=_MAYBE_INSTANT,
    pre_registered_only="Bool",
    in_scope="Bool",
    due_2h_working=_MAYBE_INSTANT,
    due_8h_working=_MAYBE_INSTANT,
    target_due=_MAYBE_INSTANT,
    target_s="Nullable(Int64)",
    findings="Array(String)",
    finding_event_ids="Array(String)",
    finding_details="Array(String)",
    finding_times=f"Array({_INSTANT})",
    fold_id="UInt64",
    revision="UInt32",
    version="UInt32",
)

INTERVALS = table_of(
    "declaration_intervals",
    declaration_key="String",
    direction=_MAYBE_WORD,
    office=_MAYBE_WORD,
    channel="Nullable(UInt8)",
    kind=_MAYBE_WORD,
    registered_at=_MAYBE_INSTANT,
    codes="Array(UInt8)",
    starts=f"Array({_MAYBE_INSTANT})",
    ends=f"Array({_MAYBE_INSTANT})",
    elapsed="Array(Nullable(Int64))",
    working="Array(Nullable(Int64))",
    flag_bits="Array(UInt8)",
    released_at=_MAYBE_INSTANT,
    cancelled_at=_MAYBE_INSTANT,
    is_withdrawn="Bool",
    in_scope="Bool",
    revision="UInt32",
    version="UInt32",
)

REJECTED = table_of(
    "rejected_event_log",
    received_at=_INSTANT,
    kafka_topic=_WORD,
    kafka_partition="Int32",
    kafka_offset="Int64",
    generation="UInt32",
    reason=_WORD,
    detail="String",
    payload="String",
)

DUPLICATES = table_of(
    "duplicate_deliveries",
    kafka_topic=_WORD,
    generation="UInt32",
    kafka_partition="Int32",
    kafka_offset="Int64",
    declaration_key="String",
    event_id="String",
    occurred_at=_INSTANT,
)

POSITIONS = table_of(
    "event_positions",
    kafka_topic=_WORD,
    generation="UInt32",
    kafka_partition="Int32",
    kafka_offset="UInt64",
    outcome=_WORD,
)


_CODES: Final = {code: number for number, code in enumerate(INTERVAL_CODES, 1)}
_FLAGS: Final = {flag: 1 << place for place, flag in enumerate(FLAGS)}
"""What stands for a code and for a flag in the arrays; the view `intervals` gives them their names."""


def _ms(instant_us: int | None) -> int | None:
    return None if instant_us is None else instant_us // 1000


def event_columns(rows: Sequence[EventRow]) -> Columns:
    """Columns of `declaration_events`."""
    accepted = [one for one, _, _ in rows]
    events = [one.event for one in accepted]
    return [
        [e.event_id for e in events],
        [e.source for e in events],
        [e.declaration_key for e in events],
        [e.declaration_no for e in events],
        [e.event_type for e in events],
        [e.occurrence_no for e in events],
        [e.revision for e in events],
        ["RETRACT" if e.retract else "ASSERT" for e in events],
        [e.occurred_us // 1000 for e in events],
        [e.precision for e in events],
        [e.clock for e in events],
        [_ms(e.emitted_us) for e in events],
        [one.received_us // 1000 for one in accepted],
        [e.is_backfill for e in events],
        [e.actor for e in events],
        [e.message_code for e in events],
        [one.feed.topic for one in accepted],
        [e.partition for e in events],
        [e.offset for e in events],
        [one.feed.generation for one in accepted],
        [state for _, state, _ in rows],
        [e.canonical for e in events],
        [version for _, _, version in rows],
    ]


def declaration_columns(declarations: Sequence[Declaration], fold_id: int) -> Columns:
    """Columns of `declarations`; `fold_id` names the rules and the reference data that the rows were made by."""
    return [
        [d.declaration_key for d in declarations],
        [d.declaration_no for d in declarations],
        [d.direction for d in declarations],
        [d.office for d in declarations],
        [d.kind for d in declarations],
        [d.channel_initial for d in declarations],
        [d.channel_final for d in declarations],
        [_ms(d.registered_us) for d in declarations],
        [_ms(d.released_us) for d in declarations],
        [_ms(d.cleared_us) for d in declarations],
        [_ms(d.exited_us) for d in declarations],
        [_ms(d.cancelled_us) for d in declarations],
        [d.status for d in declarations],
        [d.stage for d in declarations],
        [d.waiting_on for d in declarations],
        [d.tax_vnd for d in declarations],
        [d.value_usd for d in declarations],
        [d.replaces for d in declarations],
        [_ms(d.orphan_since_us) for d in declarations],
        [d.pre_registered_only for d in declarations],
        [d.in_scope for d in declarations],
        [None if d.deadlines is None else d.deadlines.due_2h_working_us // 1000 for d in declarations],
        [None if d.deadlines is None else d.deadlines.due_8h_working_us // 1000 for d in declarations],
        [None if d.deadlines is None else _ms(d.deadlines.target_due_us) for d in declarations],
        [None if d.deadlines is None else d.deadlines.target_s for d in declarations],
        [[one.finding for one in d.findings] for d in declarations],
        [[one.event_id for one in d.findings] for d in declarations],
        [[one.detail for one in d.findings] for d in declarations],
        [[one.occurred_us // 1000 for one in d.findings] for d in declarations],
        [fold_id] * len(declarations),
        [d.revision for d in declarations],
        [d.revision for d in declarations],
    ]


def interval_columns(declarations: Sequence[Declaration]) -> Columns:
    """Columns of `declaration_intervals`: one row for each declaration, its intervals side by side in arrays.

    So all of them are replaced at once, and one that is no more needs no mark of its own (decision 0015). Those
    withdrawn are there for the windows that ended before the cancellation; the view `intervals` leaves them out.
    """
    rows = [d.intervals or d.withdrawn for d in declarations]
    return [
        [d.declaration_key for d in declarations],
        [d.direction for d in declarations],
        [d.office for d in declarations],
        [d.channel_final for d in declarations],
        [d.kind for d in declarations],
        [_ms(d.registered_us) for d in declarations],
        [[_CODES[one.code] for one in row] for row in rows],
        [[_ms(one.started_us) for one in row] for row in rows],
        [[_ms(one.ended_us) for one in row] for row in rows],
        [[one.elapsed_s for one in row] for row in rows],
        [[one.working_s for one in row] for row in rows],
        [[_flag_bits(one.flags) for one in row] for row in rows],
        [_ms(d.released_us) for d in declarations],
        [_ms(d.cancelled_us) for d in declarations],
        [bool(d.withdrawn) for d in declarations],
        [d.in_scope for d in declarations],
        [d.revision for d in declarations],
        [d.revision for d in declarations],
    ]


def _flag_bits(flags: Sequence[str]) -> int:
    return sum(_FLAGS[flag] for flag in flags) if flags else 0


def duplicate_columns(rows: Sequence[DuplicateRow]) -> Columns:
    """Columns of `duplicate_deliveries`."""
    return [
        [row.feed.topic for row in rows],
        [row.feed.generation for row in rows],
        [row.event.partition for row in rows],
        [row.event.offset for row in rows],
        [row.event.declaration_key for row in rows],
        [row.event.event_id for row in rows],
        [row.event.occurred_us // 1000 for row in rows],
    ]


def rejected_columns(rows: Sequence[RejectedRow]) -> Columns:
    """Columns of `rejected_event_log`; the payload is kept byte for byte."""
    return [
        [row.received_us // 1000 for row in rows],
        [row.feed.topic for row in rows],
        [row.rejected.partition for row in rows],
        [row.rejected.offset for row in rows],
        [row.feed.generation for row in rows],
        [row.rejected.reason for row in rows],
        [row.rejected.detail for row in rows],
        [row.rejected.payload for row in rows],
    ]


def position_columns(rows: Sequence[PositionRow]) -> Columns:
    """Columns of the ledger of positions."""
    return [
        [feed.topic for feed, _, _, _ in rows],
        [feed.generation for feed, _, _, _ in rows],
        [partition for _, partition, _, _ in rows],
        [offset for _, _, offset, _ in rows],
        [outcome for _, _, _, outcome in rows],
    ]


def in_writing_order(batch: Batch) -> list[tuple[Table, Columns]]:
    """Return what the sink has to write for a batch, in the order that makes a crash in between harmless.

    A declaration's row, which names what it was made by, vouches for its intervals and comes after them (`refold`).
    What is derived goes first and the events after it, because the events are what a restarted worker takes its state
    from: an event that is in the store has all its consequences there too. The ledger comes last, it vouches for the
    rest.
    """
    tables = [
        (INTERVALS, interval_columns(batch.declarations)),
        (DECLARATIONS, declaration_columns(batch.declarations, batch.fold_id)),
        (REJECTED, rejected_columns(batch.rejected)),
        (EVENTS, event_columns(batch.events)),
        (DUPLICATES, duplicate_columns(batch.duplicates)),
        (POSITIONS, position_columns(batch.positions)),
    ]
    return [(table, columns) for table, columns in tables if columns[0]]
