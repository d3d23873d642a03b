"""The table keeps the newest record of each declaration, tells since when it differs, and forgets what is over."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import numpy as np
import pytest

from oracle.windows import Record, Span
from spans import DAY_MS, HOUR_MS, MONDAY_MS, Kind, TwoCalendars, block, drawn_record, told
from streams.core.span_table import CODES, NEVER, SpanTable, Touched
from streams.core.window_values import values_at

T = MONDAY_MS
RELEASED = Record(
    T,
    T + 3_000,
    spans={"REG_REL": Span(T, T + 3_000, 3, 0), "REL_EXIT": Span(T + 3_000, T + 9_000, 6, 0)},
)


def with_span(record: Record, code: str, **changes: int | None) -> Record:
    spans = dict(record.spans)
    spans[code] = replace(spans.get(code, Span()), **changes)
    return replace(record, spans=spans)


def table_of(*records: Record) -> SpanTable:
    table = SpanTable(TwoCalendars())
    table.put(block({f"d{number}": (1, record) for number, record in enumerate(records)}))
    return table


def since(before: Record, after: Record) -> int | None:
    touched = table_of(before).put(block({"d0": (2, after)}))
    assert touched.changed == (touched.since_ms is not None)
    return None if touched.since_ms is None else touched.since_ms - T


def test_new_records_differ_since_their_registration() -> None:
    table = SpanTable(TwoCalendars())
    later, absent = replace(RELEASED, registered=T + 1), replace(RELEASED, in_scope=False)
    found = table.put(block({"a": (1, later), "b": (1, RELEASED), "c": (1, absent), "d": (1, Record(None))}))
    assert found == Touched(T, 2, 0)
    assert len(table) == 4


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (RELEASED, None),
        (replace(RELEASED, office="27B1"), 0),
        (replace(RELEASED, channel=None), 0),
        (replace(RELEASED, in_scope=False), 0),
        (replace(RELEASED, registered=None), 0),
        (replace(RELEASED, registered=T - 5_000), -5_000),
        (replace(RELEASED, registered=T + 5_000), 0),
        (replace(RELEASED, released=None), 3_000),
        (replace(RELEASED, released=T + 2_000), 2_000),
        (replace(RELEASED, cancelled=T + 8_000), 8_000),
        (with_span(RELEASED, "REL_EXIT", end=T + 11_000, elapsed=8), 9_000),
        (with_span(RELEASED, "REL_EXIT", end=T + 7_000, elapsed=4), 7_000),
        (with_span(RELEASED, "REL_EXIT", end=None, elapsed=None, working=None), 9_000),
        (with_span(RELEASED, "REL_EXIT", elapsed=5), 9_000),
        (with_span(RELEASED, "REL_EXIT", working=1), 9_000),
        (with_span(RELEASED, "REL_EXIT", start=T + 4_000), 3_000),
        (replace(RELEASED, spans={"REG_REL": RELEASED.spans["REG_REL"]}), 3_000),
        (with_span(RELEASED, "ARR_REL", start=T - 9_000), 0),
        (with_span(RELEASED, "ARR_REL", end=T - 9_000), 0),
        (with_span(RELEASED, "PAY", end=T + 6_000), 6_000),
    ],
)
def test_a_change_is_told_by_the_first_instant_that_differs(after: Record, expected: int | None) -> None:
    assert since(RELEASED, after) == expected
    assert since(after, RELEASED) == expected


@pytest.mark.parametrize("seed", range(30))
def test_no_window_that_ends_by_then_changes(seed: int) -> None:
    chance = Random(f"{seed} since")
    records = {f"d{number}": drawn_record(chance) for number in range(12)}
    table = SpanTable(TwoCalendars())
    table.put(block({key: (1, record) for key, record in records.items()}))
    key = chance.choice(sorted(records))
    other = drawn_record(chance)
    keep = chance.choice(("spans", "released", "cancelled", "registered", "office"))
    corrected = replace(other, **{keep: getattr(records[key], keep)})
    if chance.random() < 0.5:
        corrected = replace(records[key], **{keep: getattr(other, keep)})
    ends = [T + chance.randrange(-DAY_MS, 4 * DAY_MS) for _ in range(12)]
    before = {end: told(values_at(table, Kind(DAY_MS), end)) for end in ends}
    touched = table.put(block({key: (2, corrected)}))
    for end in ends + ([] if touched.since_ms is None else [touched.since_ms]):
        if touched.since_ms is None or (end in before and end <= touched.since_ms):
            assert told(values_at(table, Kind(DAY_MS), end)) == before[end]


def test_greater_versions_win_and_equal_ones_replace() -> None:
    table = SpanTable(TwoCalendars())
    other = replace(RELEASED, office="27F2")
    assert table.put(block({"d": (3, RELEASED)})) == Touched(T, 1, 0)
    assert table.put(block({"d": (2, other)})) == Touched(None, 0, 1)
    assert table.put(block({"d": (3, RELEASED)})) == Touched(None, 0, 1)
    assert table.put(block({"d": (3, other)})) == Touched(T, 1, 0)
    assert table.put(block({"d": (4, other)})) == Touched(None, 0, 0)
    assert table.put(block({"d": (3, RELEASED)})) == Touched(None, 0, 1)
    assert table.put(block([])) == Touched(None, 0, 0)
    assert len(table) == 1


def test_what_is_out_of_scope_holds_back_older_versions() -> None:
    table = table_of()
    table.put(block({"d": (2, replace(RELEASED, in_scope=False))}))
    assert table.put(block({"d": (1, RELEASED)})) == Touched(None, 0, 1)
    assert len(values_at(table, Kind(HOUR_MS), T + HOUR_MS)) == 0


def test_one_block_may_name_a_declaration_again() -> None:
    other, third = replace(RELEASED, office="27F2"), replace(RELEASED, office="27B1")
    table = SpanTable(TwoCalendars())
    found = table.put(
        block([("a", 1, RELEASED), ("b", 1, RELEASED), ("a", 3, third), ("a", 2, other), ("b", 1, RELEASED)])
    )
    assert found == Touched(T, 3, 2)
    rows = told(values_at(table, Kind(HOUR_MS), T + HOUR_MS))
    assert {row[0]: of["n"] for row, of in rows.items() if row[1:4] == ("all", "all", "REG_REL")} == {
        "27B1": 1,
        "27F1": 1,
        "all": 2,
    }


def test_a_span_has_both_lengths_or_neither() -> None:
    with pytest.raises(ValueError, match="both lengths"):
        table_of(with_span(RELEASED, "REG_REL", working=None))


def test_forget_drops_what_is_over() -> None:
    waiting = replace(RELEASED, released=None, spans={"REG_REL": Span(T)})
    at_the_gate = with_span(RELEASED, "REL_EXIT", end=None, elapsed=None, working=None)
    unfinished = with_span(RELEASED, "DOC_CHK", start=T)
    cancelled = replace(waiting, cancelled=T + 4_000)
    out = replace(RELEASED, in_scope=False)
    nothing = Record(None)
    table = table_of(RELEASED, waiting, at_the_gate, unfinished, cancelled, out, nothing)
    kind, ends = Kind(HOUR_MS), [T + HOUR_MS + offset for offset in (0, 5_000, 10_000, DAY_MS)]
    for before_ms, kept in ((T, 7), (T + 3_001, 7), (T + 4_001, 6), (T + 9_001, 2), (T + DAY_MS, 2)):
        values = [told(values_at(table, kind, end)) for end in ends if end - HOUR_MS >= before_ms]
        assert table.forget(before_ms) >= 0
        assert len(table) == kept, before_ms - T
        assert [told(values_at(table, kind, end)) for end in ends if end - HOUR_MS >= before_ms] == values
    assert table.put(block({"d1": (1, waiting)})) == Touched(None, 0, 1)
    assert table.put(block({"d0": (1, RELEASED)})) == Touched(T, 1, 0)


@pytest.mark.parametrize("seed", range(10))
def test_forgetting_changes_no_later_window(seed: int) -> None:
    chance = Random(f"{seed} forget")
    table, whole = SpanTable(TwoCalendars()), SpanTable(TwoCalendars())
    for round_ in range(6):
        some = block({f"d{round_}-{n}": (1, drawn_record(chance)) for n in range(20)})
        table.put(some)
        whole.put(some)
        before_ms = T + round_ * 12 * HOUR_MS
        table.forget(before_ms)
        for size_ms in (HOUR_MS, DAY_MS):
            end_ms = before_ms + size_ms + chance.randrange(2 * DAY_MS)
            found, wanted = (told(values_at(one, Kind(size_ms), end_ms)) for one in (table, whole))
            assert found == wanted
    assert len(table) < len(whole)
    assert table.memory_bytes < whole.memory_bytes


def test_columns_hold_what_was_put() -> None:
    table = table_of(RELEASED, replace(RELEASED, office="27B1"))
    records, spans = table.records, table.spans
    assert records.registered.tolist() == [T, T]
    assert records.cancelled.tolist() == [NEVER, NEVER]
    assert len(table.calendars) == 2
    of_second = spans.slot == 1
    assert [CODES[code] for code in spans.code[of_second]] == ["REG_REL", "REL_EXIT"]
    totals = table.calendars[table.calendar_of[1]].totals_us(np.array([T, T + 3_000]) * 1000) // 1000
    assert spans.start_total[of_second].tolist() == totals.tolist()
