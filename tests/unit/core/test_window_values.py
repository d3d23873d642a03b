"""Values of windows against the oracle, after any history of the table, and one drawn timeline for each behaviour."""

from __future__ import annotations

import os
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oracle.windows import Record, Span, window
from spans import (
    DAY_MS,
    HOUR_MS,
    MONDAY_MS,
    OFFICES,
    Kind,
    TwoCalendars,
    block,
    drawn_record,
    expected,
    told,
)
from streams.core import segments, window_cut
from streams.core.span_table import SpanTable
from streams.core.window_values import Cut, WindowRows, values_at

SIZES_MS = (1, 60_000, HOUR_MS, 5 * HOUR_MS, DAY_MS, 7 * DAY_MS, 30 * DAY_MS)
EXACT = {"n", "population_n", "open_n", "live_n", "min_s", "max_s"}
HISTORIES = int(os.environ.get("HISTORIES", "25"))

History = list[tuple[str, int, Record]]


def drawn_history(chance: Random) -> tuple[dict[str, Record], History]:
    """Draw what is put, in order: records, their corrections, repetitions, and refolds; and what it amounts to."""
    puts: History = []
    last: dict[str, Record] = {}
    for number in range(chance.choice((1, 4, 30))):
        key = f"d{number}"
        versions = range(1, chance.choice((2, 2, 3, 5)))
        records = [drawn_record(chance) for _ in versions]
        if len(records) > 1 and chance.random() < 0.5:
            records[-1] = replace(records[-2], office=chance.choice(("27F2", "27B1")))
        puts += [(key, version, record) for version, record in zip(versions, records, strict=True)]
        last[key] = records[-1]
    chance.shuffle(puts)
    for key in chance.sample(sorted(last), len(last) // 4):
        last[key] = replace(last[key], in_scope=not last[key].in_scope)
        puts.append((key, max(version for one, version, _ in puts if one == key), last[key]))
    return last, puts


def put_in_blocks(table: SpanTable, puts: History, chance: Random) -> None:
    at = 0
    while at < len(puts):
        size = chance.choice((1, 3, 20))
        table.put(block(puts[at : at + size]))
        at += size


def drawn_ends(chance: Random, records: dict[str, Record], many: int) -> list[int]:
    """Draw ends of windows, half of them at or beside an instant of a record."""
    instants = [t for r in records.values() for t in (r.registered, r.released, r.cancelled) if t is not None]
    instants += [
        t for r in records.values() for s in r.spans.values() for t in (s.start, s.end) if t is not None
    ]
    ends = [MONDAY_MS + chance.randrange(-DAY_MS, 5 * DAY_MS) for _ in range(many)]
    if instants:
        ends += [chance.choice(instants) + chance.choice((-1, 0, 1, HOUR_MS)) for _ in range(many)]
    return sorted(ends)


def agree(rows: WindowRows, records: dict[str, Record], size_ms: int, end_ms: int) -> None:
    found = told(rows)
    wanted = {row: expected(of) for row, of in window(records.values(), size_ms, end_ms, OFFICES).items()}
    assert found.keys() == wanted.keys()
    for row, values in wanted.items():
        assert found[row].keys() == values.keys(), (row, found[row], values)
        for name, value in values.items():
            tolerance = 0 if name in EXACT or name.startswith("live") else 1e-9
            assert found[row][name] == pytest.approx(value, rel=tolerance, abs=tolerance), (row, name)


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_values_are_those_of_the_oracle(seed: int) -> None:
    chance = Random(f"{seed} windows")
    records, puts = drawn_history(chance)
    table = SpanTable(TwoCalendars())
    put_in_blocks(table, puts, chance)
    for size_ms in SIZES_MS:
        ends = drawn_ends(chance, records, 3)
        cut = Cut(table, Kind(size_ms), range(ends[0], ends[-1] + 1))
        for end_ms in ends:
            agree(cut.values_at(end_ms), records, size_ms, end_ms)


instants = st.integers(0, 8).map(lambda tens: MONDAY_MS + tens * 600_000 + 4 * HOUR_MS)
lengths = st.one_of(st.none(), st.integers(0, 3).map(lambda tens: tens * 600))
some_spans = st.builds(
    lambda start, end, length: Span(start, end, length, length and length // 2) if end else Span(start, end),
    st.one_of(st.none(), instants),
    st.one_of(st.none(), instants),
    lengths,
)
small_records = st.builds(
    Record,
    instants,
    st.one_of(st.none(), instants),
    st.one_of(st.none(), instants),
    spans=st.dictionaries(st.sampled_from(["REG_REL", "DOC_CHK", "REL_EXIT"]), some_spans, min_size=1),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(small_records, max_size=6), st.sampled_from([1_200_000, HOUR_MS, DAY_MS]), instants)
def test_values_of_few_records_are_those_of_the_oracle(of: list[Record], size_ms: int, end_ms: int) -> None:
    records = {f"d{number}": record for number, record in enumerate(of)}
    table = SpanTable(TwoCalendars())
    table.put(block({key: (1, record) for key, record in records.items()}))
    agree(values_at(table, Kind(size_ms), end_ms), records, size_ms, end_ms)


@pytest.mark.parametrize("seed", range(8))
def test_corrections_leave_no_trace(seed: int) -> None:
    chance = Random(f"{seed} corrections")
    records, puts = drawn_history(chance)
    corrected, fresh = SpanTable(TwoCalendars()), SpanTable(TwoCalendars())
    put_in_blocks(corrected, puts, chance)
    keys = list(records)
    chance.shuffle(keys)
    put_in_blocks(fresh, [(key, 1, records[key]) for key in keys], chance)
    for size_ms in SIZES_MS:
        for end_ms in drawn_ends(chance, records, 5):
            a, b = (values_at(table, Kind(size_ms), end_ms) for table in (corrected, fresh))
            for name in WindowRows.__slots__:
                assert getattr(a, name).tobytes() == getattr(b, name).tobytes() or (
                    getattr(a, name).tolist() == getattr(b, name).tolist()
                ), name


def test_work_in_small_portions_gives_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = Random("portions")
    records = {f"d{number}": drawn_record(chance) for number in range(200)}
    table = SpanTable(TwoCalendars())
    table.put(block({key: (1, record) for key, record in records.items()}))
    kind, end_ms = Kind(2 * DAY_MS), MONDAY_MS + 2 * DAY_MS
    whole = told(values_at(table, kind, end_ms))
    whole_curves = Cut(table, kind, range(end_ms, end_ms + 1)).curves_at(end_ms)
    monkeypatch.setattr(segments, "MOST_KEYS", 100)
    monkeypatch.setattr(window_cut, "MOST_SPANS", 10)
    assert told(values_at(table, kind, end_ms)) == whole
    curves = Cut(table, kind, range(end_ms, end_ms + 1)).curves_at(end_ms)
    assert curves.keys.tolist() == whole_curves.keys.tolist()
    assert curves.open_after.tolist() == pytest.approx(whole_curves.open_after.tolist())


def test_nothing_gives_no_rows() -> None:
    table = SpanTable(TwoCalendars())
    assert len(values_at(table, Kind(HOUR_MS), MONDAY_MS)) == 0
    table.put(block({"d": (1, Record(None))}))
    assert len(values_at(table, Kind(HOUR_MS), MONDAY_MS)) == 0


def test_a_cut_does_not_outlive_a_change() -> None:
    table = SpanTable(TwoCalendars())
    table.put(block({"d": (1, Record(MONDAY_MS, spans={"REG_REL": Span(MONDAY_MS)}))}))
    cut = Cut(table, Kind(HOUR_MS), range(MONDAY_MS, MONDAY_MS + DAY_MS, HOUR_MS))
    assert len(cut.values_at(MONDAY_MS + HOUR_MS)) == 16
    with pytest.raises(ValueError, match="not of the run"):
        cut.values_at(MONDAY_MS + DAY_MS)
    table.put(block({"e": (1, Record(MONDAY_MS))}))
    with pytest.raises(RuntimeError, match="changed"):
        cut.values_at(MONDAY_MS + HOUR_MS)


def test_rows_are_in_order_and_have_all_roll_ups() -> None:
    table = SpanTable(TwoCalendars())
    spans = {"REG_REL": Span(MONDAY_MS, MONDAY_MS + 5_000, 5, 0)}
    table.put(
        block(
            {
                "d": (1, Record(MONDAY_MS, MONDAY_MS + 5_000, None, "27F2", None, 3, spans=spans)),
                "e": (1, Record(MONDAY_MS, MONDAY_MS + 5_000, None, "27F1", "export", None, spans=spans)),
            }
        )
    )
    rows = list(told(values_at(table, Kind(HOUR_MS), MONDAY_MS + HOUR_MS)))
    assert rows == sorted(rows)
    assert {row[:3] for row in rows} == {
        (office, direction, channel)
        for one in (("27F2", "none", "3"), ("27F1", "export", "none"))
        for office in (one[0], "all")
        for direction in (one[1], "all")
        for channel in (one[2], "all")
    }
    assert {row[3:] for row in rows} == {("REG_REL", "elapsed"), ("REG_REL", "working")}


# Timelines, one character an hour from Monday 00:00: R registered, L released, C cancelled; the span from [ to ]. The
# ends that are asked for are marked with |, and what is found at each is n/open/live and the live median in hours.


def drawn(events: str, span: str, code: str = "REG_REL", office: str = "27F1") -> Record:
    at = {mark: MONDAY_MS + hour * HOUR_MS for hour, mark in enumerate(events) if mark != " "}
    bounds = {mark: MONDAY_MS + hour * HOUR_MS for hour, mark in enumerate(span) if mark != " "}
    start, end = bounds.get("["), bounds.get("]")
    length = (end - start) // 1000 if start is not None and end is not None else None
    spans = {code: Span(start, end, length, length)}
    return Record(at.get("R"), at.get("L"), at.get("C"), office, spans=spans)


def seen(*records: Record, ends: str, size_h: int, code: str = "REG_REL", office: str = "all") -> list[str]:
    """Return n/open/live and the live median in hours at each end that is marked."""
    table = SpanTable(TwoCalendars())
    table.put(block({f"d{number}": (1, record) for number, record in enumerate(records)}))
    return [
        found(table, MONDAY_MS + hour * HOUR_MS, size_h, code, office)
        for hour, mark in enumerate(ends)
        if mark == "|"
    ]


def found(table: SpanTable, end_ms: int, size_h: int, code: str = "REG_REL", office: str = "all") -> str:
    rows = told(values_at(table, Kind(size_h * HOUR_MS), end_ms))
    of = rows.get((office, "all", "all", code, "elapsed"), {"n": 0, "open_n": 0, "live_n": 0})
    median = f"{of['live_p50_s'] / 3600:g}h" if "live_p50_s" in of else "-"
    return f"{of['n']}/{of['open_n']}/{of['live_n']} {median}"


def test_completed_at_the_edge_of_the_window() -> None:
    record = drawn("R  L   ", "[  ]   ")
    ends = "   ||||"
    # What happens at the end has not happened. A window of two hours sees it at two ends, its first instant included.
    assert seen(record, ends=ends, size_h=2) == ["0/1/0 -", "1/0/0 -", "1/0/0 -", "0/0/0 -"]
    # The live window is one of registrations.
    assert seen(record, ends=ends, size_h=4) == ["0/1/1 -", "1/0/1 3h", "1/0/0 -", "1/0/0 -"]


def test_cancelled_later() -> None:
    record = drawn("R    C   ", "[        ")
    ends = " |   ||  "
    assert seen(record, ends=ends, size_h=9) == ["0/1/1 -", "0/1/1 -", "0/0/1 -"]


def test_cancelled_before_its_release_takes_back_what_was_counted() -> None:
    record = drawn("R    C   ", "[  ]     ", "DOC_CHK")
    ends = "    | |  "
    assert seen(record, ends=ends, size_h=9, code="DOC_CHK") == ["1/0/1 3h", "0/0/0 -"]


def test_cancelled_after_its_release_stays() -> None:
    record = drawn("R  L  C  ", "[  ]     ")
    ends = "    |  | "
    assert seen(record, ends=ends, size_h=9) == ["1/0/1 3h", "1/0/1 3h"]
    at_the_gate = drawn("R  L  C  ", "   [     ", "REL_EXIT")
    assert seen(at_the_gate, ends=ends, size_h=9, code="REL_EXIT") == ["0/1/1 -", "0/0/1 -"]


def test_released_without_the_end_of_a_part() -> None:
    record = drawn("R  L     ", "[        ", "DOC_CHK")
    other = drawn("R        ", "[    ]   ", "DOC_CHK")
    ends = "   ||  | "
    # Followed until the release, and open no more; the other one's share of release is then all there is.
    assert seen(record, other, ends=ends, size_h=9, code="DOC_CHK") == ["0/2/2 -", "0/1/2 -", "1/0/2 5h"]


def test_reopened() -> None:
    table = SpanTable(TwoCalendars())
    table.put(block({"d": (1, drawn("R  L     ", "[  ]     "))}))
    end_ms = MONDAY_MS + 6 * HOUR_MS
    assert found(table, end_ms, 9) == "1/0/1 3h"
    touched = table.put(block({"d": (2, drawn("R        ", "[        "))}))
    assert touched.since_ms == MONDAY_MS + 3 * HOUR_MS
    assert found(table, end_ms, 9) == "0/1/1 -"
    table.put(block({"d": (3, drawn("R      L ", "[      ] "))}))
    assert found(table, end_ms, 9) == "0/1/1 -"
    assert found(table, end_ms + 2 * HOUR_MS, 9) == "1/0/1 7h"


def test_office_changed() -> None:
    table = SpanTable(TwoCalendars())
    end_ms = MONDAY_MS + 6 * HOUR_MS
    table.put(block({"d": (1, drawn("R  L     ", "[  ]     ", office="27F1"))}))
    touched = table.put(block({"d": (2, drawn("R  L     ", "[  ]     ", office="27B1"))}))
    assert touched.since_ms == MONDAY_MS
    assert found(table, end_ms, 9, office="27F1") == "0/0/0 -"
    assert found(table, end_ms, 9, office="27B1") == "1/0/1 3h"
    assert found(table, end_ms, 9) == "1/0/1 3h"


def test_started_before_the_window() -> None:
    record = drawn("R     L  ", "[     ]  ")
    ends = "   |   | "
    # Throughput has the whole length, not what of it lies in the window; live does not look at it.
    assert seen(record, ends=ends, size_h=2) == ["0/1/0 -", "1/0/0 -"]
    arrived = drawn("  R   L  ", "[     ]  ", "ARR_REL")
    assert seen(arrived, ends=" | |   | ", size_h=5, code="ARR_REL") == ["0/0/0 -", "0/1/1 -", "1/0/1 6h"]


def test_not_reached() -> None:
    fast, slow = drawn("R L      ", "[ ]      "), drawn("R       L", "[       ]")
    ends = "    |    "
    assert seen(fast, slow, slow, ends=ends, size_h=9) == ["1/2/3 -"]
    # Half of them is reached where it is met exactly.
    assert seen(fast, slow, ends=ends, size_h=9) == ["1/1/2 2h"]
