"""Whatever comes in whatever order, the last computation of every window that is kept is that of the final records."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from oracle.windows import Record, Span
from spans import DAY_MS, HOUR_MS, MONDAY_MS, TwoCalendars, block, drawn_record, message_of, told
from streams.core.span_message import SpanMessage, Straggler
from streams.core.span_table import SpanTable
from streams.core.window import WindowKind
from streams.core.window_values import Cut, WindowRows, values_at
from streams.pipeline.window_keeper import Plan, WindowKeeper, Work
from window_bench import LONG, MINUTE_MS, PLAN, SHORT


def keeper_of(
    marks: dict[str, int] | None = None, watermark_ms: int | None = None, plan: Plan = PLAN
) -> WindowKeeper:
    return WindowKeeper(SpanTable(TwoCalendars()), plan, marks or {}, watermark_ms, 0.0)


def marks(**at_ms: int) -> SpanMessage:
    return message_of(block([]), {name[1:]: at for name, at in at_ms.items()})


def worked_off(keeper: WindowKeeper, now_s: float, **how: Any) -> list[Work]:
    """Do what is due at one time."""
    done = []
    while (work := keeper.next_work(now_s, **how)) is not None:
        done.append(work)
        keeper.computed(work, 0.0, now_s, **how)
    return done


def ends_of(works: list[Work], kind: WindowKind) -> list[int]:
    return [end for work in works if work.kind == kind for end in work.ends]


def kept(keeper: WindowKeeper, kind: WindowKind) -> set[int]:
    """The ends that are kept, as the view has them, up to the window that runs."""
    watermark, newest = keeper.watermark_ms, keeper.newest_ms
    assert watermark is not None
    assert newest is not None
    running = newest // kind.step_ms * kind.step_ms + kind.step_ms
    first = (watermark - keeper.plan.kept_ms[kind.name]) // kind.step_ms * kind.step_ms + kind.step_ms
    return set(range(first, running + 1, kind.step_ms))


class Computing:
    """A keeper that is fed and worked off by chance; `values` has the last computation of each window."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(f"{seed} keeper")
        self.keeper = keeper_of()
        self.now = 0.0
        self.values: dict[tuple[WindowKind, int], WindowRows] = {}
        self.versions: dict[str, int] = {}
        self.told: list[SpanMessage] = []

    def feed(self) -> None:
        chance = self.chance
        if self.told and chance.random() < 0.15:
            message = chance.choice(self.told)  # once more: all of it, its marks too
        else:
            records = {}
            for _ in range(chance.randrange(4)):
                key = f"d{chance.randrange(20)}"
                self.versions[key] = self.versions.get(key, 0) + 1
                records[key] = self.versions[key], drawn_record(chance, DAY_MS)
            at = {
                name: MONDAY_MS + int(chance.triangular(0, DAY_MS, self.now * 300_000))
                for name in chance.sample("012", chance.randrange(3))
            }
            message = message_of(block(records), at, behind=chance.random() < 0.2)
            self.told.append(message)
        self.keeper.take(message, self.now)

    def work(self, **how: Any) -> bool:
        work = self.keeper.next_work(self.now, **how)
        if work is None:
            return False
        if self.chance.random() < 0.1:
            self.keeper.again(work)  # writing it failed
            return True
        cut = Cut(self.keeper.table, work.kind, work.ends)
        for end in work.ends:
            self.values[work.kind, end] = cut.values_at(end)
        self.keeper.computed(work, self.chance.choice((0.0, 0.01, 0.3)), self.now, **how)
        return True

    def step(self) -> None:
        chance = self.chance
        self.now += chance.choice((0.0, 0.1, 1.0, 5.0))
        dice = chance.random()
        if dice < 0.5:
            self.feed()
        elif dice < 0.9:
            for _ in range(chance.randrange(1, 20)):
                self.work(hurried=chance.random() < 0.3)
        elif dice < 0.95:
            self.keeper.look(self.now)
        else:
            self.keeper.forget()


@pytest.mark.parametrize("seed", range(8))
def test_the_last_computation_of_every_window_is_that_of_the_final_records(seed: int) -> None:
    of = Computing(seed)
    for _ in range(of.chance.choice((5, 30, 60))):
        of.step()
    of.keeper.take(marks(_0=MONDAY_MS + DAY_MS), of.now)
    of.keeper.ended()
    while of.keeper.waiting:
        of.now += 1.0
        while of.work():
            pass
    assert of.keeper.settled
    final = SpanTable(TwoCalendars())
    for message in of.told:
        WindowKeeper(final, PLAN, {}, None, 0.0).take(message, 0.0)
    for kind in PLAN.kinds:
        ends = kept(of.keeper, kind)
        assert ends <= {end for one, end in of.values if one == kind}
        for end in ends:
            assert told(of.values[kind, end]) == told(values_at(final, kind, end)), (kind.name, end)


def settled_keeper() -> WindowKeeper:
    keeper = keeper_of()
    record = Record(
        MONDAY_MS, MONDAY_MS + HOUR_MS, spans={"REG_REL": Span(MONDAY_MS, MONDAY_MS + HOUR_MS, 3600, 0)}
    )
    keeper.take(message_of(block({"d": (1, record)}), {"0": MONDAY_MS + 6 * HOUR_MS}), 0.0)
    keeper.ended()
    worked_off(keeper, 0.0)
    assert keeper.settled
    return keeper


@pytest.mark.parametrize("hour", [1, 4])
def test_only_windows_that_end_after_the_change_are_computed_again(hour: int) -> None:
    keeper = settled_keeper()
    at = MONDAY_MS + hour * HOUR_MS
    record = Record(MONDAY_MS, at, spans={"REG_REL": Span(MONDAY_MS, at, hour * 3600, 0)})
    if hour == 1:
        record.spans["PAY"] = Span(at + 30 * MINUTE_MS, None)  # type: ignore[index]
        since = at + 30 * MINUTE_MS
    else:
        since = MONDAY_MS + HOUR_MS  # where the old record was released
    keeper.take(message_of(block({"d": (2, record)})), 1.0)
    works = worked_off(keeper, 1.0)
    for kind in PLAN.kinds:
        wanted = {end for end in kept(keeper, kind) if end > since}
        found = ends_of(works, kind)
        assert len(found) == len(wanted)
        assert set(found) == wanted
    keeper.take(message_of(block({"d": (2, record)})), 2.0)
    assert not keeper.waiting


def test_the_newest_come_first_and_a_piece_is_in_order() -> None:
    keeper = keeper_of()
    keeper.take(marks(_0=MONDAY_MS + 6 * HOUR_MS), 0.0)
    works = worked_off(keeper, 0.0)
    for kind in PLAN.kinds:
        pieces = [list(work.ends) for work in works if work.kind == kind]
        assert all(piece == sorted(piece) for piece in pieces)
        assert [piece[-1] for piece in pieces] == sorted((piece[-1] for piece in pieces), reverse=True)
        assert {end for piece in pieces for end in piece} == kept(keeper, kind)
    # Those that the watermark has not passed are a piece of their own.
    assert len(works[0].ends) == 2
    assert works[0].ends[-1] == MONDAY_MS + 6 * HOUR_MS + 10 * MINUTE_MS


def test_pieces_are_as_long_as_a_moment_of_work() -> None:
    keeper = keeper_of()
    keeper.take(marks(_0=MONDAY_MS + 6 * HOUR_MS), 0.0)
    lengths = []
    while (work := keeper.next_work(0.0)) is not None:
        lengths.append(len(work.ends))
        keeper.computed(work, 0.05 * len(work.ends), 0.0)
    assert max(lengths) == 5


def test_a_window_that_runs_rests_nine_times_as_long_as_it_took_and_others_do_not() -> None:
    keeper = keeper_of()
    keeper.take(marks(_0=MONDAY_MS + 6 * HOUR_MS), 0.0)
    work = keeper.next_work(0.0)
    assert work is not None
    assert work.ends[-1] > MONDAY_MS + 6 * HOUR_MS
    keeper.computed(work, 2.0, 2.0)
    change = Record(MONDAY_MS + 6 * HOUR_MS, spans={"REG_REL": Span(MONDAY_MS + 6 * HOUR_MS)})
    keeper.take(message_of(block({"d": (1, change)})), 3.0)
    assert work.ends[-1] not in ends_of(worked_off(keeper, 19.9), SHORT)
    assert keeper.waiting == 1
    assert ends_of(worked_off(keeper, 20.0), SHORT) == [work.ends[-1]]


def test_hurried_only_what_runs_is_computed_and_rests_at_least_a_second() -> None:
    keeper = keeper_of()
    six = MONDAY_MS + 6 * HOUR_MS
    keeper.take(marks(_0=six), 0.0)
    works = worked_off(keeper, 0.0, hurried=True)
    running = [(SHORT, six + 10 * MINUTE_MS), (LONG, six + HOUR_MS)]
    assert [(work.kind, *work.ends) for work in works] == running
    keeper.take(message_of(block({"d": (1, Record(six, spans={"REG_REL": Span(six)}))})), 0.1)
    assert keeper.next_work(0.9, hurried=True) is None
    assert [(work.kind, *work.ends) for work in worked_off(keeper, 1.0, hurried=True)] == running
    rest = worked_off(keeper, 1.0)
    assert set(ends_of(rest, LONG)) == kept(keeper, LONG) - {six, six + HOUR_MS}
    assert set(ends_of(worked_off(keeper, 2.0), LONG)) == {six}


def test_what_failed_is_computed_again() -> None:
    keeper = keeper_of()
    keeper.take(marks(_0=MONDAY_MS + 6 * HOUR_MS), 0.0)
    before = keeper.waiting
    work = keeper.next_work(0.0)
    assert work is not None
    assert keeper.waiting == before - len(work.ends)
    keeper.again(work)
    assert keeper.waiting == before
    assert keeper.next_work(0.0) == work


def late_at(instant_ms: int) -> Straggler:
    return Straggler("d", "e", "CLEARED", instant_ms, "t", 1, 0, 0)


def test_late_is_judged_for_each_window_by_the_watermark_before_the_message() -> None:
    keeper = keeper_of()
    newest = MONDAY_MS + 6 * HOUR_MS
    event = late_at(newest - 90 * MINUTE_MS)
    far = message_of(block([]), {"0": newest}, [event])
    assert keeper.take(far, 0.0) == []  # nothing was closed when it came
    (late,) = keeper.take(message_of(block([]), {}, [event]), 1.0)
    assert late.sizes == ("short", "long")
    assert late.late_ms == 90 * MINUTE_MS
    assert late.event == event
    keeper.take(marks(_0=newest + 40 * MINUTE_MS), 2.0)
    (late,) = keeper.take(message_of(block([]), {}, [late_at(newest + 1)]), 3.0)
    assert late.sizes == ("short",)
    # 06:40 is the first end that holds 06:30, and open for its grace.
    assert keeper.take(message_of(block([]), {}, [late_at(newest + 30 * MINUTE_MS)]), 3.0) == []


def test_windows_are_kept_for_their_time_before_the_watermark_and_no_longer() -> None:
    keeper = keeper_of()
    keeper.take(marks(_0=MONDAY_MS), 0.0)
    first = kept(keeper, SHORT)
    assert len(first) == 37 + 1
    keeper.take(marks(_0=MONDAY_MS + 2 * HOUR_MS), 0.0)
    works = worked_off(keeper, 0.0)
    assert set(ends_of(works, SHORT)) == kept(keeper, SHORT)
    assert min(ends_of(works, SHORT)) == min(first) + 2 * HOUR_MS
    # A correction of what is older changes only what is kept.
    old = Record(MONDAY_MS - 9 * DAY_MS, spans={"REG_REL": Span(MONDAY_MS - 9 * DAY_MS)})
    keeper.take(message_of(block({"d": (1, old)})), 1.0)
    works = worked_off(keeper, 1.0)
    assert set(ends_of(works, SHORT)) == kept(keeper, SHORT)
    assert set(ends_of(works, LONG)) == kept(keeper, LONG)
    # After a leap nothing is computed that is kept no longer.
    keeper.take(marks(_0=MONDAY_MS + 90 * DAY_MS), 2.0)
    assert set(ends_of(worked_off(keeper, 2.0), SHORT)) == kept(keeper, SHORT)


def test_records_are_forgotten_when_no_window_can_need_them() -> None:
    keeper = keeper_of()
    over = MONDAY_MS + HOUR_MS
    record = Record(MONDAY_MS, over, spans={"REG_REL": Span(MONDAY_MS, over, 3600, 0)})
    open_ = Record(MONDAY_MS, spans={"REG_REL": Span(MONDAY_MS)})
    keeper.take(message_of(block({"d": (1, record), "e": (1, open_)})), 0.0)
    assert keeper.forget() == 0  # no watermark yet
    keeper.take(marks(_0=over + 3 * DAY_MS + 60_001), 0.0)
    assert keeper.forget() == 0
    keeper.take(marks(_0=over + 3 * DAY_MS + 60_002), 0.0)
    assert keeper.forget() == 1
    assert len(keeper.table) == 1


def test_it_goes_on_where_another_stopped() -> None:
    newest = MONDAY_MS + 6 * HOUR_MS
    keeper = keeper_of({"0": newest, "1": newest - HOUR_MS}, newest - HOUR_MS - 60_001)
    assert keeper.newest_ms == newest
    assert keeper.watermark_ms == newest - HOUR_MS - 60_001
    for kind in PLAN.kinds:
        assert set(ends_of(worked_off(keeper, 0.0), kind)) | kept(keeper, kind) == kept(keeper, kind)
    keeper.take(marks(_0=newest + HOUR_MS), 1.0)
    assert keeper.watermark_ms == newest - HOUR_MS - 60_001
    keeper.look(30.0)  # partition 1 has said nothing for so long, 0 has
    assert keeper.watermark_ms == newest + HOUR_MS - 60_001


# Timelines: a line for each partition, with what it tells minute by minute. `.` is nothing, 3 is an event of 00:30, `E`
# the end of the feed. Below is the watermark minute by minute, told by the event that it is a minute and 1 ms behind;
# `-` before there is one.


def timeline(*lines: str, idle_s: float = 1e9) -> str:
    keeper = keeper_of(plan=PLAN._replace(idle_after_s=idle_s))
    shown = ""
    for minute in range(len(lines[0])):
        now = minute * 60.0
        told_now = {
            str(number): MONDAY_MS + int(line[minute]) * 10 * MINUTE_MS
            for number, line in enumerate(lines)
            if line[minute].isdigit()
        }
        if told_now:
            keeper.take(message_of(block([]), told_now), now)
        if any(line[minute] == "E" for line in lines):
            keeper.ended()
        keeper.look(now)
        watermark = keeper.watermark_ms
        shown += "-" if watermark is None else str(-((MONDAY_MS - watermark) // (10 * MINUTE_MS)))
    return shown


def test_the_slowest_partition_leads() -> None:
    assert (
        timeline(
            ".1234567..",
            ".1.2.3.7..",
        )
        == "-112233777"
    )


def test_a_silent_partition_is_waited_for_no_longer() -> None:
    assert (
        timeline(
            "11234567..",
            "1.........",
            idle_s=180,
        )
        == "1113456777"
    )


def test_the_end_of_the_feed_waits_for_nobody() -> None:
    assert (
        timeline(
            "1234...",
            "1....E.",
        )
        == "1111144"
    )


def test_what_comes_back_behind_holds_nothing_back() -> None:
    assert (
        timeline(
            "1.2345678",
            "1.....2.8",
            idle_s=120,
        )
        == "112345678"
    )
