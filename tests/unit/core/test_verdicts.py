"""Verdicts on intervals with a target: drawn cases, and that each interval is judged once whatever happens."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from builders import VIETNAM
from oracle.verdicts import Limit, verdicts
from oracle.windows import Record, Span
from oracle.working import DEFAULT, working_us
from spans import DAY_MS, HOUR_MS, MONDAY_MS, OFFICES, TwoCalendars, block
from streams.core.span_table import SpanTable
from streams.core.targets import Target, Targets
from streams.core.verdicts import ALL_IS_NEWS, Judged, Verdicts

MINUTE_MS = 60_000
BOUND_MS = MINUTE_MS
KEPT_MS = 5 * DAY_MS
CHANGE = dt.date(2026, 3, 6)
CHANGE_MS = int(dt.datetime.fromisoformat("2026-03-06T00:00:00+07:00").timestamp() * 1000)

TARGETS = (
    Target(interval="REG_REL", clock="elapsed", seconds=8 * 3600),
    Target(interval="REG_REL", clock="elapsed", seconds=2 * 3600, direction="export"),
    Target(interval="DOC_LIMIT", clock="working", seconds=2 * 3600, valid_to=CHANGE - dt.timedelta(1)),
    Target(interval="DOC_LIMIT", clock="working", seconds=4 * 3600, valid_from=CHANGE),
    Target(interval="REL_EXIT", clock="elapsed", seconds=3600),
    Target(interval="AMEND", clock="working", seconds=3600),
)
LIMITS = (
    Limit("REG_REL", "elapsed", 8 * 3600),
    Limit("REG_REL", "elapsed", 2 * 3600, "export"),
    Limit("DOC_LIMIT", "working", 2 * 3600, until=CHANGE_MS),
    Limit("DOC_LIMIT", "working", 4 * 3600, since=CHANGE_MS),
    Limit("REL_EXIT", "elapsed", 3600),
    Limit("AMEND", "working", 3600),
)


class Held(TwoCalendars):
    """The two calendars of the tests of windows, and targets."""

    targets = TARGETS

    def target_of(
        self, interval: str, direction: Any, channel: Any, office: Any, at_us: int
    ) -> Target | None:
        day = dt.datetime.fromtimestamp(at_us // 1_000_000, VIETNAM).date()
        return Targets(TARGETS).of(interval, direction, channel, office, day)


HELD = Held()


class Counting:
    """Verdicts on a table that is fed; `counts` has what was counted so far, whoever counted it."""

    def __init__(self, news_from: int = ALL_IS_NEWS) -> None:
        self.news_from = news_from
        self.counts: Counter[Judged] = Counter()
        self.stored: dict[str, tuple[int, Record]] = {}
        self.watermark: int | None = None
        self.heard: int | None = None
        self.begin()

    def begin(self) -> None:
        """Begin anew from what is stored, as the next owner of the windows does."""
        self.table = SpanTable(HELD)
        self.table.put(block(self.stored))
        self.verdicts = Verdicts(self.table, HELD, KEPT_MS, lambda: self.news_from)
        self.verdicts.begin(self.heard, self.watermark)

    def put(self, records: Mapping[str, tuple[int, Record]], newest: int | None = None) -> None:
        """Store records, tell them, and move the watermark."""
        self.stored |= records
        self.tell(records, newest)

    def tell(self, records: Mapping[str, tuple[int, Record]], newest: int | None = None) -> None:
        self.table.put(block(records))
        self.counts += self.verdicts.taken_in(records, self.watermark)
        if newest is not None:
            self.heard = newest if self.heard is None else max(self.heard, newest)
            self.watermark = self.heard - BOUND_MS - 1
        self.counts += self.verdicts.passed(self.watermark)

    def told(self) -> dict[tuple[str, str], int]:
        """The counts by interval and verdict."""
        found: Counter[tuple[str, str]] = Counter()
        for of, count in self.counts.items():
            found[of.interval_code, of.verdict] += count
        return dict(found)


def at(text: str) -> int:
    """An instant of March 2026 in Viet Nam: Mon 2 to Sun 8, Mon 9."""
    return int(dt.datetime.fromisoformat(f"2026-03-{text}+07:00").timestamp() * 1000)


def span(start: int, end: int | None = None, office: str | None = "27F1") -> Span:
    if end is None:
        return Span(start)
    working = working_us(start * 1000, end * 1000, OFFICES.get(office, DEFAULT)) // 1_000_000
    return Span(start, end, (end - start) // 1000, working)


T = at("02T08:00")


@pytest.mark.parametrize(
    ("end", "verdict"),
    [
        ("02T09:59:59", "within_target"),
        ("02T10:00:00", "within_target"),
        ("02T10:00:00.999", "within_target"),
        ("02T10:00:01", "late"),
    ],
)
def test_what_has_ended_is_judged_by_its_whole_seconds(end: str, verdict: str) -> None:
    one = Counting()
    one.put({"d": (1, Record(T, direction="export", spans={"REG_REL": span(T, at(end))}))}, T)
    assert one.told() == {("REG_REL", verdict): 1}


def test_what_is_open_is_late_when_its_target_expires_and_once() -> None:
    #     08:00 registered ───────────── 10:00:01 too late
    # watermark:                    10:00:00 │ 10:00:02
    one = Counting()
    opened = Record(T, direction="export", spans={"REG_REL": span(T)})
    one.put({"d": (1, opened)}, T)
    one.put({}, at("02T10:00:01") + BOUND_MS)
    assert one.told() == {}
    one.put({}, at("02T10:00:02") + BOUND_MS)
    assert one.told() == {("REG_REL", "late"): 1}
    end = at("02T15:00")
    ended = Record(T, end, direction="export", spans={"REG_REL": span(T, end)})
    one.put({"d": (2, ended)}, end)
    one.put({"d": (2, ended)}, end + DAY_MS)
    assert one.told() == {("REG_REL", "late"): 1}


def test_on_the_working_clock_it_is_not_late_before_the_office_has_worked_a_second_more() -> None:
    # Fri 15:00 checks ▇▇ 17:00 ······ the check may end in the evening: 2 h ······ Mon 07:30 ▇ late
    start = at("05T15:00")
    one = Counting()
    one.put({"d": (1, Record(start, channel=2, spans={"DOC_LIMIT": span(start)}))}, start)
    one.put({}, at("06T07:30") + BOUND_MS)
    assert one.told() == {}
    one.put({}, at("06T07:30:02") + BOUND_MS)
    assert one.told() == {("DOC_LIMIT", "late"): 1}


def test_what_ended_in_the_evening_kept_its_target() -> None:
    start, end = at("05T15:00"), at("05T22:00")
    one = Counting()
    one.put({"d": (1, Record(start, channel=2, spans={"DOC_LIMIT": span(start, end)}))}, end)
    assert one.told() == {("DOC_LIMIT", "within_target"): 1}


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (Record(T, spans={"REG_REL": span(T)}, cancelled=T + HOUR_MS), {}),
        (Record(T, spans={"REG_REL": span(T)}, cancelled=T + 9 * HOUR_MS), {("REG_REL", "late"): 1}),
        (Record(T, spans={"DOC_LIMIT": span(T)}, released=T + HOUR_MS), {}),
        (Record(T, spans={"DOC_LIMIT": span(T)}, released=T + 9 * HOUR_MS), {("DOC_LIMIT", "late"): 1}),
        (Record(T, T, spans={"REL_EXIT": span(T)}), {("REL_EXIT", "late"): 1}),
        (Record(T, spans={"AMEND": span(T)}), {}),
        (Record(T, spans={"AMEND": replace(span(T, T + HOUR_MS), working=3_601)}), {("AMEND", "late"): 1}),
        (Record(T, spans={"REG_DOC": span(T)}), {}),
        (Record(T, spans={"REG_REL": Span(T, T - HOUR_MS)}), {}),
        (Record(T, spans={"REG_REL": Span(None, T)}), {}),
        (Record(T, spans={"REG_REL": replace(span(T, T + HOUR_MS), backfilled=True)}), {}),
        (Record(T, spans={"REG_REL": replace(span(T), backfilled=True)}), {}),
        (Record(T, spans={"REG_REL": span(T)}, in_scope=False), {}),
        (Record(None, spans={"REG_REL": span(T)}), {}),
    ],
)
def test_what_has_no_verdict_and_what_has(record: Record, expected: dict[tuple[str, str], int]) -> None:
    one = Counting()
    one.put({"d": (1, record)}, T)
    one.put({}, T + 3 * DAY_MS)
    assert one.told() == expected


def test_labels_are_those_of_the_declaration() -> None:
    one = Counting()
    record = Record(T, None, None, "27B1", None, 3, spans={"REG_REL": span(T, T + HOUR_MS)})
    one.put({"d": (1, record)}, T)
    assert one.counts == {Judged("27B1", None, 3, "REG_REL", "within_target"): 1}


def test_a_release_that_was_reverted_is_judged_no_second_time() -> None:
    one = Counting()
    released = Record(T, T + HOUR_MS, spans={"REG_REL": span(T, T + HOUR_MS)})
    one.put({"d": (1, released)}, T + HOUR_MS)
    one.put({"d": (2, Record(T, spans={"REG_REL": span(T)}))}, T + 2 * HOUR_MS)
    one.put({}, T + 12 * HOUR_MS)
    assert one.told() == {("REG_REL", "within_target"): 1}


def test_what_was_over_for_longer_than_records_are_kept_is_not_judged() -> None:
    one = Counting()
    one.put({}, T)
    old = T - KEPT_MS - DAY_MS
    one.put({"d": (1, Record(old, old + HOUR_MS, spans={"REG_REL": span(old, old + HOUR_MS)}))}, T)
    assert one.told() == {}


def test_history_is_no_news() -> None:
    #          08:00        09:00          10:00:01 too late
    # kept    ▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇│              │
    # open    ▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇
    # news:                                │ from 10:00 on
    one = Counting(news_from=at("02T10:00"))
    kept = Record(T, at("02T09:00"), direction="export", spans={"REG_REL": span(T, at("02T09:00"))})
    opened = Record(T, direction="export", spans={"REG_REL": span(T)})
    one.put({"kept": (1, kept), "open": (1, opened)}, T + DAY_MS)
    assert one.told() == {("REG_REL", "late"): 1}
    one.news_from = T + DAY_MS
    one.put({"kept": (1, kept), "open": (1, opened), "more": (1, opened)}, T + DAY_MS)
    assert one.told() == {("REG_REL", "late"): 1}


def test_what_the_owner_before_had_not_heard_of_is_judged_when_it_is_told() -> None:
    """Its record is in the store already when the next owner begins: it must be neither lost nor counted twice."""
    one = Counting()
    opened = Record(T, spans={"REG_REL": span(T)})
    one.put({"d": (1, opened)}, T)
    end = T + HOUR_MS
    one.stored["d"] = (2, Record(T, end, spans={"REG_REL": span(T, end)}))
    one.begin()
    one.put({}, T + MINUTE_MS)
    assert one.told() == {}
    one.tell({"d": one.stored["d"]}, end)
    assert one.told() == {("REG_REL", "within_target"): 1}
    one.begin()
    one.tell({"d": one.stored["d"]}, end + DAY_MS)
    assert one.told() == {("REG_REL", "within_target"): 1}


def drawn_life(chance: Random) -> Record:
    """Draw what becomes of a declaration, on whole minutes: no length is at the edge of a target."""

    def later(than: int, mean_h: float) -> int:
        return than + max(1, int(chance.expovariate(1 / (mean_h * 60)))) * MINUTE_MS

    def perhaps(instant: int, probability: float) -> int | None:
        return instant if chance.random() < probability else None

    office = chance.choice(("27F1", "27B1", None))
    registered = MONDAY_MS + chance.randrange(20 * 24 * 60) * MINUTE_MS
    released = perhaps(later(registered, 6), 0.8)
    cancelled = perhaps(later(registered, 20), 0.2)
    checked_from = later(registered, 1)
    checked_to = perhaps(later(checked_from, 2), 0.7)
    if released is not None and checked_to is not None and checked_to > released:
        checked_to = None
    spans = {"REG_REL": span(registered, released, office)}
    if released is None or checked_from <= released:
        spans["DOC_LIMIT"] = span(checked_from, checked_to, office)
    if released is not None:
        spans["REL_EXIT"] = span(released, perhaps(later(released, 1), 0.7), office)
    if chance.random() < 0.3:
        spans["AMEND"] = span(later(registered, 1), None, office)
    if chance.random() < 0.1:
        spans = {code: replace(one, backfilled=True) for code, one in spans.items()}
    withdrawn = cancelled is not None and released is not None and cancelled < released
    return Record(
        registered,
        None if withdrawn else released,
        cancelled,
        office,
        chance.choice(("import", "export", None)),
        chance.choice((1, 2, 3, None)),
        chance.random() < 0.9,
        spans,
    )


def instants_of(life: Record) -> list[int]:
    bounds = [instant for one in life.spans.values() for instant in (one.start, one.end)]
    return sorted({i for i in (life.registered, life.released, life.cancelled, *bounds) if i is not None})


def known(life: Record, until: int) -> tuple[int, Record]:
    """What is known of a life when all events up to an instant have arrived, and its version."""

    def seen(instant: int | None) -> int | None:
        return instant if instant is not None and instant <= until else None

    spans = {
        code: one if seen(one.end) is not None else replace(Span(one.start), backfilled=one.backfilled)
        for code, one in life.spans.items()
        if seen(one.start) is not None
    }
    version = sum(instant <= until for instant in instants_of(life))
    record = replace(
        life,
        registered=seen(life.registered),
        released=seen(life.released),
        cancelled=seen(life.cancelled),
        spans=spans,
    )
    return version, record


@pytest.mark.parametrize("seed", range(10))
def test_in_any_pieces_with_repeats_and_restarts_each_interval_is_judged_once(seed: int) -> None:
    """Nothing comes late here, so the counts are those of the final records."""
    chance = Random(f"{seed} verdicts")
    lives = {f"d{number}": drawn_life(chance) for number in range(60)}
    events = sorted((instant, key) for key, life in lives.items() for instant in instants_of(life))
    one, place = Counting(), 0
    while place < len(events):
        until = events[min(place + chance.choice((1, 3, 30)), len(events)) - 1][0]
        batch = []
        while place < len(events) and events[place][0] <= until:
            batch.append(events[place][1])
            place += 1
        batch += chance.sample(sorted(one.stored), min(len(one.stored), 3))
        records = {key: known(lives[key], until) for key in batch}
        one.stored |= records
        if chance.random() < 0.1:
            one.begin()  # the store has more than was told
        if chance.random() < 0.2:
            older = {key: known(lives[key], until - HOUR_MS) for key in batch}
            one.tell({key: record for key, record in older.items() if record[0]})
        one.tell(records, until)
        if chance.random() < 0.1:
            one.begin()
        if chance.random() < 0.2 and one.watermark is not None:
            one.table.forget(one.watermark - KEPT_MS)
    one.put({}, events[-1][0] + 3 * DAY_MS)
    assert one.watermark is not None
    expected = verdicts(lives.values(), LIMITS, one.watermark, OFFICES)
    assert {tuple(of): count for of, count in one.counts.items()} == dict(expected)
    assert min(Counter(of[4] for of in expected).values()) > 5
    for key in lives:  # a replay of everything, before and after a restart
        one.tell({key: one.stored[key]})
    one.begin()
    one.tell(one.stored, events[-1][0])
    assert one.counts.total() == sum(expected.values())
