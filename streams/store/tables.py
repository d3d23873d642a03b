"""What has to be written of a batch, table after table."""

from __future__ import annotations

from streams.pipeline.batch import Batch
from streams.store.declaration_tables import DECLARATIONS, INTERVALS, declaration_columns, interval_columns
from streams.store.event_tables import (
    DUPLICATES,
    EVENTS,
    POSITIONS,
    REJECTED,
    duplicate_columns,
    event_columns,
    position_columns,
    rejected_columns,
)
from streams.store.table import Columns, Table


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
