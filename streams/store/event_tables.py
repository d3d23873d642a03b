"""What became of messages as rows: accepted events, refusals, repeated deliveries, and the ledger of positions."""

from __future__ import annotations

from collections.abc import Sequence

from streams.pipeline.batch import DuplicateRow, EventRow, PositionRow, RejectedRow
from streams.store.native import (
    BOOL,
    INSTANT,
    INT32,
    INT64,
    MAYBE_WORD,
    TEXT,
    UINT32,
    UINT64,
    WORD,
)
from streams.store.table import MAYBE_INSTANT, MAYBE_TEXT, Columns, in_ms, table_of

EVENTS = table_of(
    "declaration_events",
    event_id=TEXT,
    source=WORD,
    declaration_key=TEXT,
    declaration_no=MAYBE_TEXT,
    event_type=WORD,
    occurrence_no=UINT32,
    revision=UINT32,
    op=WORD,
    occurred_at=INSTANT,
    occurred_precision=WORD,
    clock=WORD,
    emitted_at=MAYBE_INSTANT,
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
        in_ms([e.emitted_us for e in events]),
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


def position_columns(rows: Sequence[PositionRow]) -> Columns:
    """Columns of the ledger of positions."""
    return [
        [feed.topic for feed, _, _, _ in rows],
        [feed.generation for feed, _, _, _ in rows],
        [partition for _, partition, _, _ in rows],
        [offset for _, _, offset, _ in rows],
        [outcome for _, _, _, outcome in rows],
    ]
