"""Declarations as rows of `declarations` and `declaration_intervals`."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Final

from streams.core.declaration import Declaration
from streams.core.measure import FLAGS
from streams.core.vocabulary import INTERVAL_CODES
from streams.store.native import (
    AMOUNT,
    BOOL,
    DAY,
    INSTANT,
    INT64,
    MAYBE_WORD,
    TEXT,
    UINT8,
    UINT32,
    UINT64,
    WORD,
    Ragged,
    arrays,
    maybe,
)
from streams.store.table import MAYBE_INSTANT, MAYBE_TEXT, Columns, in_ms, table_of

_MAYBE_SMALL: Final = maybe(UINT8)
_MAYBE_DAY: Final = maybe(DAY)
_MAYBE_AMOUNT: Final = maybe(AMOUNT)
_TEXTS: Final = arrays(TEXT)
_SMALLS: Final = arrays(UINT8)
_MAYBE_INSTANTS: Final = arrays(MAYBE_INSTANT)
_MAYBE_LENGTHS: Final = arrays(maybe(INT64))

DECLARATIONS = table_of(
    "declarations",
    declaration_key=TEXT,
    declaration_no=MAYBE_TEXT,
    direction=MAYBE_WORD,
    office=MAYBE_WORD,
    kind=MAYBE_WORD,
    channel_initial=_MAYBE_SMALL,
    channel_final=_MAYBE_SMALL,
    registered_at=MAYBE_INSTANT,
    released_at=MAYBE_INSTANT,
    cleared_at=MAYBE_INSTANT,
    exited_at=MAYBE_INSTANT,
    cancelled_at=MAYBE_INSTANT,
    status=WORD,
    stage=MAYBE_WORD,
    waiting_on=MAYBE_WORD,
    tax_vnd=_MAYBE_AMOUNT,
    value_usd=_MAYBE_AMOUNT,
    replaces=MAYBE_TEXT,
    orphan_since=MAYBE_INSTANT,
    pre_registered_only=BOOL,
    in_scope=BOOL,
    due_2h_working=MAYBE_INSTANT,
    due_8h_working=MAYBE_INSTANT,
    target_due=MAYBE_INSTANT,
    target_s=maybe(INT64),
    transport=_MAYBE_SMALL,
    registered_on=_MAYBE_DAY,
    released_on=_MAYBE_DAY,
    stage_since=MAYBE_INSTANT,
    stage_due=MAYBE_INSTANT,
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
    registered_at=MAYBE_INSTANT,
    codes=_SMALLS,
    starts=_MAYBE_INSTANTS,
    ends=_MAYBE_INSTANTS,
    elapsed=_MAYBE_LENGTHS,
    working=_MAYBE_LENGTHS,
    flag_bits=_SMALLS,
    released_at=MAYBE_INSTANT,
    cancelled_at=MAYBE_INSTANT,
    is_withdrawn=BOOL,
    in_scope=BOOL,
    channel_initial=_MAYBE_SMALL,
    transport=_MAYBE_SMALL,
    registered_on=_MAYBE_DAY,
    registered_hour=_MAYBE_SMALL,
    released_on=_MAYBE_DAY,
    revision=UINT32,
    version=UINT32,
)

_CODES: Final = {code: number for number, code in enumerate(INTERVAL_CODES, 1)}
_FLAGS: Final = {flag: 1 << place for place, flag in enumerate(FLAGS)}
"""What stands for a code and for a flag in the arrays; the view `intervals` gives them their names."""


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
        in_ms([d.registered_us for d in declarations]),
        in_ms([d.released_us for d in declarations]),
        in_ms([d.cleared_us for d in declarations]),
        in_ms([d.exited_us for d in declarations]),
        in_ms([d.cancelled_us for d in declarations]),
        [d.status for d in declarations],
        [d.stage for d in declarations],
        [d.waiting_on for d in declarations],
        [d.tax_vnd for d in declarations],
        [d.value_usd for d in declarations],
        [d.replaces for d in declarations],
        in_ms([d.orphan_since_us for d in declarations]),
        [d.pre_registered_only for d in declarations],
        [d.in_scope for d in declarations],
        in_ms([None if d.deadlines is None else d.deadlines.due_2h_working_us for d in declarations]),
        in_ms([None if d.deadlines is None else d.deadlines.due_8h_working_us for d in declarations]),
        in_ms([None if d.deadlines is None else d.deadlines.target_due_us for d in declarations]),
        [None if d.deadlines is None else d.deadlines.target_s for d in declarations],
        [d.transport for d in declarations],
        [d.registered_day for d in declarations],
        [d.released_day for d in declarations],
        in_ms([d.stage_since_us for d in declarations]),
        in_ms([d.stage_due_us for d in declarations]),
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
        in_ms([d.registered_us for d in declarations]),
        Ragged(counts, [_CODES[one.code] for one in intervals]),
        Ragged(counts, in_ms([one.started_us for one in intervals])),
        Ragged(counts, in_ms([one.ended_us for one in intervals])),
        Ragged(counts, [one.elapsed_s for one in intervals]),
        Ragged(counts, [one.working_s for one in intervals]),
        Ragged(counts, [_flag_bits(one.flags) if one.flags else 0 for one in intervals]),
        in_ms([d.released_us for d in declarations]),
        in_ms([d.cancelled_us for d in declarations]),
        [bool(d.withdrawn) for d in declarations],
        [d.in_scope for d in declarations],
        [d.channel_initial for d in declarations],
        [d.transport for d in declarations],
        [d.registered_day for d in declarations],
        [d.registered_hour for d in declarations],
        [d.released_day for d in declarations],
        [d.revision for d in declarations],
        [d.revision for d in declarations],
    ]


def _flag_bits(flags: Sequence[str]) -> int:
    return sum(_FLAGS[flag] for flag in flags)
