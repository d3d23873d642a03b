"""What the values of rolling windows cost: taking records in, computing one end of each kind, and memory."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from statistics import median
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from streams.core.declaration import Calendars
from streams.core.span_block import CODES, NEVER, NO_LENGTH, SpanBlock
from streams.core.span_table import SpanTable
from streams.core.window_values import Cut

DAYS: Final = 61
A_DAY: Final = (350, 3_500)
"""Declarations registered a day: the department's, and ten times as many."""

_OFFICES: Final = ("27F1", "27F2", "27B1", "27ZZ")
_BLOCK: Final = 5_000
_BEGIN_MS: Final = 1_772_409_600_000
_HOUR_MS: Final = 3_600_000
_DAY_MS: Final = 24 * _HOUR_MS
_ENDS: Final = 20

_SHARE: Final = {
    "REG_REL": 1.0,
    "DOC_REL": 0.35,
    "REG_DOC": 0.35,
    "DOC_CHK": 0.35,
    "DOC_LIMIT": 0.35,
    "INSP_WAIT": 0.04,
    "INSP": 0.04,
    "AMEND": 0.03,
    "OGA": 0.01,
    "PAY": 0.22,
    "DECIDE": 1.0,
    "COND_FIN": 0.05,
    "STORE_FIN": 0.02,
    "REL_EXIT": 0.7,
    "ARR_REL": 0.4,
}
"""About how many declarations have a row of each interval."""


class Kind(NamedTuple):
    """A kind of window, as far as its values depend on it."""

    name: str
    size_ms: int
    step_ms: int


KINDS: Final = (
    Kind("1h", _HOUR_MS, 60_000),
    Kind("24h", _DAY_MS, 300_000),
    Kind("7d", 7 * _DAY_MS, _HOUR_MS),
    Kind("30d", 30 * _DAY_MS, _HOUR_MS),
)


class WindowCosts(NamedTuple):
    """At some declarations a day over DAYS days: what a record costs to take in, what an end of each kind costs."""

    declarations: int
    put_us: float
    """Microseconds a declaration, in blocks of 5,000."""
    again_us: float
    """The same where the declarations are known already."""
    bytes_each: float
    cut_ms: dict[str, float]
    """Milliseconds to lay out what a run of ends needs, once for the run."""
    end_ms: dict[str, float]
    """Milliseconds for all rows of one end, the median of a run of 20."""
    rows: dict[str, int]


def window_costs(calendars: Calendars) -> list[WindowCosts]:
    """Measure the table and the values at both volumes."""
    return [_costs(calendars, a_day) for a_day in A_DAY]


def _costs(calendars: Calendars, a_day: int) -> WindowCosts:
    number = a_day * DAYS
    blocks = [_block(first, min(_BLOCK, number - first), a_day) for first in range(0, number, _BLOCK)]
    table = SpanTable(calendars)
    put_s = _seconds(lambda: [table.put(block) for block in blocks])
    again_s = _seconds(lambda: [table.put(block) for block in blocks])
    cuts, ends, rows = {}, {}, {}
    for kind in KINDS:
        last = _BEGIN_MS + (DAYS - 1) * _DAY_MS + 10 * _HOUR_MS
        run = range(last - (_ENDS - 1) * kind.step_ms, last + 1, kind.step_ms)
        begin = time.perf_counter()
        cut = Cut(table, kind, run)
        cuts[kind.name] = (time.perf_counter() - begin) * 1e3
        ends[kind.name] = median(_seconds(partial(cut.values_at, end)) for end in run) * 1e3
        rows[kind.name] = len(cut.values_at(last))
    put_us, again_us = put_s / number * 1e6, again_s / number * 1e6
    return WindowCosts(number, put_us, again_us, table.memory_bytes / number, cuts, ends, rows)


def _seconds(run: Callable[[], object]) -> float:
    begin = time.perf_counter()
    run()
    return time.perf_counter() - begin


def _block(first: int, number: int, a_day: int) -> SpanBlock:
    """Make records of declarations in order of registration: log-normal lengths, 2 % of the spans without an end."""
    chance = np.random.default_rng(first)
    at = _BEGIN_MS + (first + np.arange(number)) * _DAY_MS // a_day

    def length(middle_s: int) -> NDArray[np.int64]:
        return chance.lognormal(np.log(middle_s), 1.5, number).astype(np.int64)

    release = at + length(7_200) * 1000
    cancelled = np.where(chance.random(number) < 0.02, at + length(36_000) * 1000, NEVER)
    shape = (len(CODES), number)
    starts, ends = np.full(shape, NEVER), np.full(shape, NEVER)
    for place, code in enumerate(CODES):
        has = chance.random(number) < _SHARE[code]
        after = code in ("COND_FIN", "STORE_FIN", "REL_EXIT")
        start = release if after else at + (release - at) * (place % 3) // 4
        end = np.where(
            chance.random(number) < 0.02, NEVER, start + length(18_000) * 1000 if after else release
        )
        starts[place, has], ends[place, has] = start[has], end[has]
    elapsed = np.where(ends < NEVER, (ends - starts) // 1000, NO_LENGTH)
    return SpanBlock(
        keys=[f"1010{first + place:08d}" for place in range(number)],
        versions=np.ones(number, np.uint32),
        offices=[_OFFICES[place] for place in chance.choice(4, number, p=(0.6, 0.15, 0.2, 0.05))],
        directions=[("import", "export")[place] for place in chance.integers(0, 2, number)],
        channels=[int(channel) for channel in chance.choice((1, 2, 3), number, p=(0.65, 0.3, 0.05))],
        in_scope=np.ones(number, np.bool_),
        registered=at,
        released=release,
        cancelled=cancelled,
        starts=starts,
        ends=ends,
        elapsed=elapsed,
        working=np.where(elapsed >= 0, elapsed // 3, NO_LENGTH),
        backfilled=np.zeros(shape, np.bool_),
    )
