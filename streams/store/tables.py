"""Rows of the domain as columns of the tables: names, engine types and how each value is written.

Columns rather than rows, instants as integers: the forms that are written fastest (native.py). Instants are
DateTime64(3): microseconds are floored to milliseconds here, the lengths were computed before from full precision.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any, Final, NamedTuple

from streams.core.declaration import Declaration
from streams.core.measure import FLAGS
from streams.core.vocabulary import INTERVAL_CODES
from streams.pipeline.batch import Batch, DuplicateRow, EventRow, PositionRow, RejectedRow
from streams.store.native import (
    AMOUNT,
    BOOL,
    INSTANT,
    INT32,
    INT64,
    MAYBE_WORD,
    TEXT,
    UINT8,
    UINT32,
    UINT64,
    WORD,
    Kind,
    Ragged,
    arrays,
    maybe,
)

Columns = list[Sequence[Any]]


class Table(NamedTuple):
    """A table that the sink writes: its name, and its columns with their kinds."""

    name: str
    columns: tuple[str, ...]
    kinds: tuple[Kind, ...]


def table_of(name: str, **columns: Kind) -> Table:
    """Describe a table by its columns and their kinds."""
    return Table(name, tuple(columns), tuple(columns.values()))


_MAYBE_TEXT: Final = maybe(TEXT, "")
_MAYBE_INSTANT: Final = maybe(INSTANT)
_MAYBE_SMALL: Final = maybe(UINT8)
_MAYBE_AMOUNT: Final = maybe(AMOUNT)
_TEXTS: Final = arrays(TEXT)
_SMALLS: Final = arrays(UINT8)
_MAYBE_INSTANTS: Final = arrays(_MAYBE_INSTANT)
_MAYBE_LENGTHS: Final = arrays(maybe(INT64))

EVENTS = table_of(
    "declaration_events",
    event_id=TEXT,
    source=WORD,
    declaration_key=TEXT,
    declaration_no=_MAYBE_TEXT,
    event_type=WORD,
    occurrence_no=UINT32,
    revision=UINT32,
    op=WORD,
    occurred_at=INSTANT,
    occurred_precision=WORD,
    clock=WORD,
    emitted_at=_MAYBE_INSTANT,
    ingested_at=INSTANT,
    is_backfill=BOOL,
    actor=MAYBE_WORD,
    message_code=MAYBE_WORD,
    kafka_topic=WORD,
    kafka_partition=INT32,
    kafka_offset=INT64,
    generation=UINT32,
    state=WORD,
    canonical=TEXT,
    version=UINT32,
)

DECLARATIONS = table_of(
    "declarations",
    declaration_key=TEXT,
    declaration_no=_MAYBE_TEXT,
    direction=MAYBE_WORD,
    office=MAYBE_WORD,
    kind=MAYBE_WORD,
    channel_initial=_MAYBE_SMALL,
    channel_final=_MAYBE_SMALL,
    registered_at=_MAYBE_INSTANT,
    released_at=_MAYBE_INSTANT,
    cleared_at=_MAYBE_INSTANT,
    exited_at=_MAYBE_INSTANT,
    cancelled_at=_MAYBE_INSTANT,
    status=WORD,
    stage=MAYBE_WORD,
    waiting_on=MAYBE_WORD,
    tax_vnd=_MAYBE_AMOUNT,
    value_usd=_MAYBE_AMOUNT,
    replaces=_MAYBE_TEXT,
    orphan_since=_MAYBE_INSTANT,
    pre_registered_only=BOOL,
    in_scope=BOOL,
    due_2h_working=_MAYBE_INSTANT,
    due_8h_working=_MAYBE_INSTANT,
    target_due=_MAYBE_INSTANT,
    target_s=maybe(INT64),
    findings=_TEXTS,
    finding_event_ids=_TEXTS,
    finding_details=_TEXTS,
    finding_times=arrays(INSTANT),
    fold_id=UINT64,
    revision=UINT32,
    version=UINT32,
)

INTERVALS = table_of(
    "declaration_intervals",
    declaration_key=TEXT,
    direction=MAYBE_WORD,
    office=MAYBE_WORD,
    channel=_MAYBE_SMALL,
    kind=MAYBE_WORD,
    registered_at=_MAYBE_INSTANT,
    codes=_SMALLS,
    starts=_MAYBE_INSTANTS,
    ends=_MAYBE_INSTANTS,
    elapsed=_MAYBE_LENGTHS,
    working=_MAYBE_LENGTHS,
    flag_bits=_SMALLS,
    released_at=_MAYBE_INSTANT,
    cancelled_at=_MAYBE_INSTANT,
    is_withdrawn=BOOL,
    in_scope=BOOL,
    revision=UINT32,
    version=UINT32,
)

REJECTED = table_of(
    "rejected_event_log",
    received_at=INSTANT,
    kafka_topic=WORD,
    kafka_partition=INT32,
    kafka_offset=INT64,
    generation=UINT32,
    reason=WORD,
    detail=TEXT,
    payload=TEXT,
)

DUPLICATES = table_of(
    "duplicate_deliveries",
    kafka_topic=WORD,
    generation=UINT32,
    kafka_partition=INT32,
    kafka_offset=INT64,
    declaration_key=TEXT,
    event_id=TEXT,
    occurred_at=INSTANT,
)

POSITIONS = table_of(
    "event_positions",
    kafka_topic=WORD,
    generation=UINT32,
    kafka_partition=INT32,
    kafka_offset=UINT64,
    outcome=WORD,
)


_CODES: Final = {code: number for number, code in enumerate(INTERVAL_CODES, 1)}
_FLAGS: Final = {flag: 1 << place for place, flag in enumerate(FLAGS)}
"""What stands for a code and for a flag in the arrays; the view `intervals` gives them their names."""


def _ms(instants_us: Sequence[int | None]) -> list[int | None]:
    return [None if one is None else one // 1000 for one in instants_us]


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
        _ms([e.emitted_us for e in events]),
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
    counts = [len(d.findings) for d in declarations]
    findings = list(chain.from_iterable(d.findings for d in declarations))
    return [
        [d.declaration_key for d in declarations],
        [d.declaration_no for d in declarations],
        [d.direction for d in declarations],
        [d.office for d in declarations],
        [d.kind for d in declarations],
        [d.channel_initial for d in declarations],
        [d.channel_final for d in declarations],
        _ms([d.registered_us for d in declarations]),
        _ms([d.released_us for d in declarations]),
        _ms([d.cleared_us for d in declarations]),
        _ms([d.exited_us for d in declarations]),
        _ms([d.cancelled_us for d in declarations]),
        [d.status for d in declarations],
        [d.stage for d in declarations],
        [d.waiting_on for d in declarations],
        [d.tax_vnd for d in declarations],
        [d.value_usd for d in declarations],
        [d.replaces for d in declarations],
        _ms([d.orphan_since_us for d in declarations]),
        [d.pre_registered_only for d in declarations],
        [d.in_scope for d in declarations],
        _ms([None if d.deadlines is None else d.deadlines.due_2h_working_us for d in declarations]),
        _ms([None if d.deadlines is None else d.deadlines.due_8h_working_us for d in declarations]),
        _ms([None if d.deadlines is None else d.deadlines.target_due_us for d in declarations]),
        [None if d.deadlines is None else d.deadlines.target_s for d in declarations],
        Ragged(counts, [one.finding for one in findings]),
        Ragged(counts, [one.event_id for one in findings]),
        Ragged(counts, [one.detail for one in findings]),
        Ragged(counts, [one.occurred_us // 1000 for one in findings]),
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
    counts = list(map(len, rows))
    intervals = list(chain.from_iterable(rows))
    return [
        [d.declaration_key for d in declarations],
        [d.direction for d in declarations],
        [d.office for d in declarations],
        [d.channel_final for d in declarations],
        [d.kind for d in declarations],
        _ms([d.registered_us for d in declarations]),
        Ragged(counts, [_CODES[one.code] for one in intervals]),
        Ragged(counts, _ms([one.started_us for one in intervals])),
        Ragged(counts, _ms([one.ended_us for one in intervals])),
        Ragged(counts, [one.elapsed_s for one in intervals]),
        Ragged(counts, [one.working_s for one in intervals]),
        Ragged(counts, [_flag_bits(one.flags) if one.flags else 0 for one in intervals]),
        _ms([d.released_us for d in declarations]),
        _ms([d.cancelled_us for d in declarations]),
        [bool(d.withdrawn) for d in declarations],
        [d.in_scope for d in declarations],
        [d.revision for d in declarations],
        [d.revision for d in declarations],
    ]


def _flag_bits(flags: Sequence[str]) -> int:
    return sum(_FLAGS[flag] for flag in flags)


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
