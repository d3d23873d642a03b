"""The outlook of a table of records: what is open in it, and that as many miss their target later as were expected."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any, Final

import numpy as np
import pytest

from builders import WeekdayHours
from streams.core.cells import ROWS_PER_CELL
from streams.core.live_outlook import open_spans, outlook_at
from streams.core.outlook import OutlookRow
from streams.core.segments import ROW_SHIFT
from streams.core.span_block import CODES, NEVER, NO_LENGTH, Ints, SpanBlock
from streams.core.span_table import SpanTable
from streams.core.targets import Target
from streams.core.window import KIND_OF
from streams.core.window_values import Cut, values_at

HOUR_MS: Final = 3_600_000
NOW: Final = int(dt.datetime(2026, 3, 3, 3, tzinfo=dt.UTC).timestamp()) * 1000  # a Tuesday, 10:00 in Viet Nam
REFERENCE = WeekdayHours(
    targets=[
        Target(interval="REG_REL", clock="elapsed", seconds=6 * 3600, direction="export"),
        Target(interval="DOC_LIMIT", clock="working", seconds=2 * 3600),
    ]
)
REG_REL, DOC_LIMIT = CODES.index("REG_REL"), CODES.index("DOC_LIMIT")
CALENDAR = REFERENCE.calendar_of(None)


def block(registered: Ints, **columns: Any) -> SpanBlock:
    """Declarations that are open for ever and have no spans, but for what `columns` say."""
    n = len(registered)
    plain: dict[str, Any] = {
        "keys": [str(number) for number in range(n)],
        "versions": np.ones(n, np.uint32),
        "offices": ["27F1"] * n,
        "directions": ["export"] * n,
        "channels": [1] * n,
        "in_scope": np.ones(n, np.bool_),
        "registered": registered,
        "released": np.full(n, NEVER),
        "cancelled": np.full(n, NEVER),
        **{name: np.full((len(CODES), n), NEVER) for name in ("starts", "ends")},
        **{name: np.full((len(CODES), n), NO_LENGTH) for name in ("elapsed", "working")},
        "backfilled": np.zeros((len(CODES), n), np.bool_),
    }
    return SpanBlock(**{**plain, **columns})


def with_span(of: SpanBlock, code: int, ends: Ints) -> SpanBlock:
    """Give declarations an interval that starts at their registration."""
    starts = of.registered
    of.starts[code], of.ends[code] = starts, ends
    ended = ends < NEVER
    of.elapsed[code, ended] = (ends - starts)[ended] // 1000
    totals = [CALENDAR.total_us(int(end) * 1000) for end in ends[ended]]
    begun = [CALENDAR.total_us(int(start) * 1000) for start in starts[ended]]
    of.working[code, ended] = (np.array(totals, np.int64) - np.array(begun, np.int64)) // 1_000_000
    return of


def table_of(*blocks: SpanBlock) -> SpanTable:
    table = SpanTable(REFERENCE)
    for number, one in enumerate(blocks):
        table.put(dataclasses.replace(one, keys=[f"{number}-{key}" for key in one.keys]))
    return table


def exports(chance: np.random.Generator, n: int) -> SpanBlock:
    """Released by a Weibull law of elapsed time, unless cancelled before."""
    registered = NOW - (chance.random(n) * 9 * 24 * HOUR_MS).astype(np.int64)
    released = registered + (3 * HOUR_MS * chance.weibull(0.7, n)).astype(np.int64)
    cancelled = registered + (chance.exponential(60 * HOUR_MS, n)).astype(np.int64)
    first = released <= cancelled
    released, cancelled = np.where(first, released, NEVER), np.where(first, NEVER, cancelled)
    return with_span(block(registered, released=released, cancelled=cancelled), REG_REL, released)


def checked_imports(chance: np.random.Generator, n: int) -> SpanBlock:
    """Checked by a Weibull law of working time, and released long after."""
    registered = NOW - (chance.random(n) * 9 * 24 * HOUR_MS).astype(np.int64)
    lengths = (1.5 * HOUR_MS * chance.weibull(1.2, n)).astype(np.int64)
    completed = [
        CALENDAR.after(int(start) * 1000, int(length) * 1000) // 1000
        for start, length in zip(registered, lengths, strict=True)
    ]
    of = block(registered, offices=["27B1"] * n, directions=["import"] * n, channels=[2] * n)
    return with_span(of, DOC_LIMIT, np.array(completed, np.int64))


def of_all(rows: list[OutlookRow], code: str) -> dict[int | None, OutlookRow]:
    return {row.horizon_h: row for row in rows if row[:3] == ("all", "all", code)}


def due_of(of: SpanBlock, code: int) -> Ints:
    """When the target of each expires."""
    if code == REG_REL:
        return of.registered + 6 * HOUR_MS
    return np.array(
        [CALENDAR.after(int(start) * 1000, 2 * HOUR_MS * 1000) // 1000 for start in of.registered]
    )


@pytest.mark.parametrize(("code", "made"), [(REG_REL, exports), (DOC_LIMIT, checked_imports)])
def test_as_many_miss_their_target_as_were_expected(code: int, made: Any) -> None:
    of = made(np.random.default_rng(4), 40_000)
    rows = of_all(outlook_at(table_of(of), NOW, REFERENCE), CODES[code])
    left = np.minimum(of.ends[code], np.minimum(of.released, of.cancelled))
    is_open = (of.registered < NOW) & (left >= NOW)
    due = due_of(of, code)
    for horizon_h, row in rows.items():
        soon = is_open & (due >= NOW) & (due <= NOW + (horizon_h or 10**6) * HOUR_MS)
        missed = np.count_nonzero(soon & (left > due))
        assert (row.open_n, row.past_target_n) == (is_open.sum(), (is_open & (due < NOW)).sum())
        assert row.due_n == row.judged_n == soon.sum()
        assert abs(row.expected_breaches - missed) <= 3.5 * np.sqrt(max(missed, 1)), (row, missed)
    assert rows[None].expected_breaches > 50, "or nothing was tested"


def test_nothing_of_what_happens_later_is_known() -> None:
    of = exports(np.random.default_rng(5), 3_000)

    def by_now(instants: Ints) -> Ints:
        return np.where(instants < NOW, instants, NEVER)

    told = block(of.registered, released=by_now(of.released), cancelled=by_now(of.cancelled))
    told = with_span(told, REG_REL, by_now(of.released))
    assert outlook_at(table_of(of), NOW, REFERENCE) == outlook_at(table_of(told), NOW, REFERENCE)


def test_what_is_open_is_what_the_window_says() -> None:
    of, checked = exports(np.random.default_rng(6), 2_000), checked_imports(np.random.default_rng(6), 2_000)
    table = table_of(of, checked)
    counted = {"REG_REL": 0, "DOC_LIMIT": 0}
    for span in open_spans(table, NOW):
        assert span[1:4] == (
            ("27F1", "export", 1) if span.interval_code == "REG_REL" else ("27B1", "import", 2)
        )
        counted[span.interval_code] += 1
    rows = values_at(table, KIND_OF["7d"], NOW)
    for code, many in counted.items():
        chosen = (rows.interval_code == code) & (rows.clock == "elapsed")
        for name in ("office", "direction", "channel"):
            chosen &= getattr(rows, name) == "all"
        assert rows.open_n[chosen].tolist() == [many]
        assert many > 0


def test_what_begins_at_the_instant_or_ended_before_it_is_not_open() -> None:
    #            now
    # ───●────────│         released before
    # ───────────●│         released a millisecond before
    # ────────────●─        released at it: open
    #             ├─        registered at it
    registered = np.array([-3, -2, -1, 0]) * HOUR_MS + NOW
    released = np.array([NOW - HOUR_MS, NOW - 1, NOW, NEVER])
    table = table_of(with_span(block(registered, released=released), REG_REL, released))
    assert [span.started_ms for span in open_spans(table, NOW)] == [NOW - HOUR_MS]


def test_what_is_not_registered_is_not_open_though_its_goods_are_there() -> None:
    # ──arrived──────┼ registered at now: its ARR_REL began before
    of = block(np.array([NOW - HOUR_MS, NOW]))
    of.starts[CODES.index("ARR_REL")] = NOW - 2 * HOUR_MS
    assert [span.interval_code for span in open_spans(table_of(of), NOW)] == ["ARR_REL"]


def test_the_curves_of_some_intervals_are_those_of_all() -> None:
    both = exports(np.random.default_rng(7), 500), checked_imports(np.random.default_rng(7), 500)
    cut = Cut(table_of(*both), KIND_OF["7d"], range(NOW, NOW + 1))
    whole, part = cut.curves_at(NOW), cut.curves_at(NOW, {"DOC_LIMIT"})
    of_part = (whole.keys >> ROW_SHIFT) % ROWS_PER_CELL // 2 == DOC_LIMIT
    assert 0 < of_part.sum() < len(of_part)
    assert np.array_equal(whole.keys[of_part], part.keys)
    assert np.allclose(whole.open_after[of_part], part.open_after)


def test_an_empty_table_has_an_outlook_of_nothing() -> None:
    rows = outlook_at(SpanTable(REFERENCE), NOW, REFERENCE)
    assert {(row.office, row.open_n, row.expected_breaches) for row in rows} == {("all", 0, 0.0)}
