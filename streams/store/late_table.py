"""Events that came late as rows of `late_event_log`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from streams.pipeline.window_keeper import LateEvent
from streams.store.native import FLOAT64, INSTANT, INT32, INT64, TEXT, UINT32, WORD, Ragged, arrays
from streams.store.table import Columns, table_of

LATE: Final = table_of(
    "late_event_log",
    declaration_key=TEXT,
    event_id=TEXT,
    event_type=WORD,
    occurred_at=INSTANT,
    kafka_topic=WORD,
    generation=UINT32,
    kafka_partition=INT32,
    kafka_offset=INT64,
    late_s=FLOAT64,
    closed_windows=arrays(TEXT),
    noticed_at=INSTANT,
)


def late_columns(late: Sequence[LateEvent], noticed_ms: int) -> Columns:
    """Columns of `late_event_log`; `noticed_ms` is when that was seen, by our clock."""
    events = [one.event for one in late]
    return [
        [event.declaration_key for event in events],
        [event.event_id for event in events],
        [event.event_type for event in events],
        [event.occurred_ms for event in events],
        [event.topic for event in events],
        [event.generation for event in events],
        [event.partition for event in events],
        [event.offset for event in events],
        [one.late_ms / 1000 for one in late],
        Ragged([len(one.sizes) for one in late], [size for one in late for size in one.sizes]),
        [noticed_ms] * len(late),
    ]
