"""The records that windows are computed from, read back from the store: what a new owner of the windows begins with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
from clickhouse_connect.driver.client import Client

from streams.core.decode import FUTURE_TOLERANCE_US
from streams.core.measure import FLAGS
from streams.core.span_block import CODES, NEVER, NO_LENGTH, SpanBlock
from streams.core.span_table import RUNS_ON
from streams.store.schema import DATABASE

_PAGE: Final = 20_000
_MS: Final = "toUnixTimestamp64Milli"
_RUNNING_ON: Final = [number for number, runs_on in enumerate(RUNS_ON.tolist(), 1) if runs_on]

_BACKFILL: Final = FLAGS.index("backfill")

# Whatever no window from an instant on can need is left behind: concluded before it, in every interval.
_QUERY: Final = f"""
SELECT declaration_key, version, office, direction, channel, in_scope, {_MS}(registered_at),
       if(is_withdrawn, NULL, {_MS}(released_at)), {_MS}(cancelled_at), codes, arrayMap(at -> {_MS}(at), starts),
       arrayMap(at -> {_MS}(at), ends), elapsed, working,
       arrayMap(bits -> bitTest(bits, {_BACKFILL}), flag_bits)
FROM {DATABASE}.declaration_intervals FINAL
WHERE registered_at IS NOT NULL AND in_scope AND declaration_key > {{last:String}}
  AND (registered_at >= fromUnixTimestamp64Milli({{since:Int64}})
       OR cancelled_at >= fromUnixTimestamp64Milli({{since:Int64}})
       OR arrayExists(at -> at >= fromUnixTimestamp64Milli({{since:Int64}}), ends)
       OR (cancelled_at IS NULL AND released_at IS NULL)
       OR (cancelled_at IS NULL AND arrayExists((code, start, end) -> code IN {{running_on:Array(UInt8)}}
                                                AND start IS NOT NULL AND end IS NULL, codes, starts, ends)))
ORDER BY declaration_key
LIMIT {_PAGE}
"""


def stored_spans(client: Client, since_ms: int) -> Iterator[SpanBlock]:
    """Yield the records of all declarations that a window starting at or after this instant can need."""
    last = ""
    while True:
        rows = client.query(
            _QUERY, parameters={"last": last, "since": since_ms, "running_on": _RUNNING_ON}
        ).result_columns
        if not rows:
            return
        block = _block(rows)
        yield block
        if len(block) < _PAGE:
            return
        last = block.keys[-1]


def latest_event_ms(client: Client) -> int | None:
    """Return the latest `occurred_at` of all stored events that is to be believed (`moves_time`); None without any."""
    latest, count = client.query(
        f"SELECT {_MS}(max(occurred_at)), count() FROM {DATABASE}.declaration_events"
        " WHERE emitted_at IS NOT NULL OR occurred_at <= ingested_at + toIntervalMicrosecond({ahead:Int64})",
        parameters={"ahead": FUTURE_TOLERANCE_US},
    ).result_rows[0]
    return int(latest) if count else None


def _block(columns: Sequence[Sequence[Any]]) -> SpanBlock:
    keys, versions, offices, directions, channels, in_scope, registered, released, cancelled, *spans = columns
    count = len(keys)
    starts = np.full((len(CODES), count), NEVER, np.int64)
    ends, elapsed = np.full_like(starts, NEVER), np.full_like(starts, NO_LENGTH)
    working = np.full_like(starts, NO_LENGTH)
    places = np.repeat(np.arange(count), [len(codes) for codes in spans[0]])
    numbers = np.array([code - 1 for codes in spans[0] for code in codes], np.int64)
    for target, lists, absent in (
        (starts, spans[1], NEVER),
        (ends, spans[2], NEVER),
        (elapsed, spans[3], NO_LENGTH),
        (working, spans[4], NO_LENGTH),
    ):
        values = [absent if one is None else one for row in lists for one in row]
        target[numbers, places] = np.array(values, np.int64)
    backfilled = np.zeros(starts.shape, np.bool_)
    backfilled[numbers, places] = np.array([bit for bits in spans[5] for bit in bits], np.bool_)
    return SpanBlock(
        keys=list(keys),
        versions=np.array(versions, np.uint32),
        offices=list(offices),
        directions=list(directions),
        channels=list(channels),
        in_scope=np.array(in_scope, np.bool_),
        registered=_instants(registered),
        released=_instants(released),
        cancelled=_instants(cancelled),
        starts=starts,
        ends=ends,
        elapsed=elapsed,
        working=working,
        backfilled=backfilled,
    )


def _instants(values: Sequence[int | None]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array([NEVER if at is None else at for at in values], np.int64)
