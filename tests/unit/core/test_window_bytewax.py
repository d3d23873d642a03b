"""Bytewax as a second engine: the same random streams give the same windows, counts, closings and late events.

Its conventions, and how they are met here:

- The watermark is the newest instant less the wait, plus the system time that has gone by since. Its system clock
  stands still here, and never asks to be woken, so nothing but the stream moves time.
- It keeps a watermark for each key: here a `BoundedClock` for each key.
- It judges lateness by the event alone: one older than the watermark is late for every window that holds it, also for
  those that are still open. Here it is judged for each window. `by_event` takes its view, to compare everything; where
  an event lies in one window only and at the end of it, both views are the same and are compared as they are.
- It has no grace apart from the wait: a wait is a bound and a grace together.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import partial
from typing import NamedTuple

import bytewax.operators as op
import bytewax.operators.windowing as win
from bytewax.dataflow import Dataflow
from bytewax.testing import TestingSink, TestingSource, run_main
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.core.closing import last_closed_end, lateness
from streams.core.watermark import BoundedClock
from streams.core.window import WindowKind

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MILLISECOND = dt.timedelta(milliseconds=1)
KEYS = ("a", "b", "c")

Stream = list[tuple[str, int]]
"""Key and instant in milliseconds, in order of arrival."""


class Outcome(NamedTuple):
    """Windows are (key, start); events are numbered in order of arrival."""

    counts: dict[tuple[str, int], int]
    closed_by: dict[tuple[str, int], int]
    """The event by which a window closed; the last one for those that were open at the end of the stream."""
    late: set[tuple[str, int, int]]
    """Key, start and event."""


class Counting(win.WindowLogic[int, tuple[int, int], int]):
    """Counts; tells when the window closes the last event that was read by then, and the count."""

    def __init__(self, read: list[int], count: int | None) -> None:
        self.read = read
        self.count = count or 0

    def on_value(self, value: int) -> Iterable[tuple[int, int]]:
        self.count += 1
        return ()

    def on_merge(self, original: Counting) -> Iterable[tuple[int, int]]:
        raise AssertionError("windows of a fixed size do not merge")

    def on_close(self) -> Iterable[tuple[int, int]]:
        return [(self.read[-1], self.count)]

    def snapshot(self) -> int:
        return self.count


def by_bytewax(kind: WindowKind, wait: int, stream: Stream) -> Outcome:
    align_to = EPOCH + kind.offset_ms * MILLISECOND
    size, step = kind.size_ms * MILLISECOND, kind.step_ms * MILLISECOND
    windower = (
        win.TumblingWindower(length=size, align_to=align_to)
        if size == step
        else win.SlidingWindower(length=size, offset=step, align_to=align_to)
    )
    closings: list[tuple[str, tuple[int, tuple[int, int]]]] = []
    late: list[tuple[str, tuple[int, int]]] = []
    read: list[int] = []

    def instant_of(number: int) -> dt.datetime:
        read.append(number)
        return EPOCH + stream[number][1] * MILLISECOND

    clock = win.EventClock(
        instant_of, wait * MILLISECOND, now_getter=lambda: EPOCH, to_system_utc=lambda _: None
    )
    flow = Dataflow("windows")
    numbered = [(key, number) for number, (key, _) in enumerate(stream)]
    up = op.input("in", flow, TestingSource(numbered, batch_size=1))
    out = win.window("window", up, clock, windower, partial(Counting, read), ordered=False)
    op.output("closings", out.down, TestingSink(closings))
    op.output("late", out.late, TestingSink(late))
    run_main(flow)

    def start_of(window: int) -> int:
        return kind.offset_ms + window * kind.step_ms

    return Outcome(
        {(key, start_of(window)): count for key, (window, (_, count)) in closings},
        {(key, start_of(window)): number for key, (window, (number, _)) in closings},
        {(key, start_of(window), number) for key, (window, number) in late},
    )


def by_core(kind: WindowKind, bound: int, grace: int, stream: Stream, *, by_event: bool) -> Outcome:
    clocks: dict[str, BoundedClock] = defaultdict(lambda: BoundedClock(bound))
    newest = -(2**62)
    counts: dict[tuple[str, int], int] = defaultdict(int)
    late: set[tuple[str, int, int]] = set()
    closed_by: dict[tuple[str, int], int] = {}
    for number, (key, instant) in enumerate(stream):
        clock = clocks[key]
        newest = max(newest, instant)
        starts = kind.starts_of(instant)
        judged = lateness(kind, instant, clock.watermark_ms, grace, newest)
        too_late = {end - kind.size_ms for end in judged.ends_ms} if judged else set()
        if by_event and clock.watermark_ms is not None and instant <= clock.watermark_ms - grace:
            too_late = set(starts)
        late |= {(key, start, number) for start in too_late}
        for start in starts:
            if start not in too_late:
                counts[key, start] += 1
        clock.see(instant)
        assert clock.watermark_ms is not None
        last = last_closed_end(kind, clock.watermark_ms, grace)
        for whose, start in counts:
            if whose == key and start + kind.size_ms <= last:
                closed_by.setdefault((key, start), number)
    for place in counts:
        closed_by.setdefault(place, len(stream) - 1)
    return Outcome(dict(counts), closed_by, late)


@st.composite
def drawn_kinds(draw: st.DrawFn) -> WindowKind:
    size = draw(st.integers(1, 30))
    step = draw(st.one_of(st.just(size), st.integers(1, size)))
    return WindowKind("drawn", size, step, draw(st.integers(-40, 40)))


@st.composite
def drawn_streams(draw: st.DrawFn) -> Stream:
    """Time goes on unevenly, each event falls back from it by a little or a lot; before 1970 too."""
    now, stream = draw(st.integers(-200, 50)), []
    for _ in range(draw(st.integers(0, 40))):
        now += draw(st.integers(0, 12))
        stream.append(
            (draw(st.sampled_from(KEYS)), now - draw(st.one_of(st.integers(0, 8), st.integers(0, 80))))
        )
    return stream


BOUNDS = st.integers(0, 15)
GRACES = st.integers(0, 15)


@settings(max_examples=150, deadline=None)
@given(drawn_kinds(), BOUNDS, GRACES, drawn_streams())
def test_the_same_windows_counts_closings_and_late_events(
    kind: WindowKind, bound: int, grace: int, stream: Stream
) -> None:
    theirs = by_bytewax(kind, bound + grace, stream)
    assert by_core(kind, bound, grace, stream, by_event=True) == theirs


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 20), st.integers(-40, 40), BOUNDS, GRACES, drawn_streams())
def test_where_both_ways_to_judge_lateness_are_one_nothing_is_adapted(
    size: int, offset: int, bound: int, grace: int, stream: Stream
) -> None:
    """Tumbling windows, and every event at the last instant of its window."""
    kind = WindowKind("tumbling", size, size, offset)
    stream = [(key, kind.first_end(instant) - 1) for key, instant in stream]
    theirs = by_bytewax(kind, bound + grace, stream)
    assert by_core(kind, bound, grace, stream, by_event=False) == theirs


@settings(max_examples=50, deadline=None)
@given(drawn_kinds(), BOUNDS, GRACES, drawn_streams())
def test_lateness_by_window_only_ever_saves_events(
    kind: WindowKind, bound: int, grace: int, stream: Stream
) -> None:
    """What is late here is late there, and each that is late there only is counted here: none is lost between."""
    theirs = by_bytewax(kind, bound + grace, stream)
    ours = by_core(kind, bound, grace, stream, by_event=False)
    saved = Counter((key, start) for key, start, _ in theirs.late - ours.late)
    assert ours.late <= theirs.late
    assert ours.counts == Counter(theirs.counts) + saved
