"""Cases of other engines' own test suites: the same events give the same windows here.

Each case keeps its source's convention, and is translated to ours in this file:

- Kafka Streams and Quix Streams have stream time, the newest instant seen: a watermark with a bound of 0 is 1 ms behind
  it. Kafka Streams has no windows that start before 0.
- Kafka Streams, Quix Streams and Flink drop what is too late. Here nothing is: it is reported late and raises a
  revision, so "dropped" is read as "reported late", and counts are compared without it.
- Flink fires at the end of a window, and again for each event within its allowed lateness; the grace is that lateness,
  and only after it the window is closed.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from streams.core.closing import closed, last_closed_end, lateness
from streams.core.offset_ranges import RangeState, state_of, unseen
from streams.core.watermark import BoundedClock, Valve
from streams.core.window import WindowKind

PLACE = Path(
    os.environ.get("WINDOW_FACTS") or Path(__file__).resolve().parents[4] / "shared/facts/windows.json"
)
THERE = PLACE.parent.is_dir()
FACTS = json.loads(PLACE.read_text(encoding="utf-8")) if THERE else []

pytestmark = pytest.mark.skipif(not THERE, reason="the folder of shared facts is not on this machine")

Final = tuple[str, int, int, int]
"""Key, start, end, count or sum."""


def cases(*kinds: str) -> pytest.MarkDecorator:
    found = [pytest.param(fact, id=fact["id"]) for fact in FACTS if fact["kind"] in kinds]
    return pytest.mark.parametrize("fact", found)


def kind_of(fact: dict[str, Any]) -> WindowKind:
    return WindowKind(fact["id"], fact["size"], fact["step"], fact.get("offset", 0))


class Windows:
    """Sums by key and window: the smallest thing that can be built over the core."""

    def __init__(self, kind: WindowKind, grace: int, first_start: int = -(2**62)) -> None:
        self.kind = kind
        self.grace = grace
        self.first_start = first_start
        self.watermark: int | None = None
        self.newest = -(2**62)
        self.sums: Counter[tuple[str, int]] = Counter()
        self.closed: set[tuple[str, int]] = set()

    def put(self, key: str, instant: int, value: int = 1) -> tuple[list[int], int]:
        """Add an event where it is in time; return the starts of windows it is too late for, and how late it is."""
        self.newest = max(self.newest, instant)
        late = lateness(self.kind, instant, self.watermark, self.grace, self.newest)
        too_late = [end - self.kind.size_ms for end in late.ends_ms] if late else []
        for start in self.kind.starts_of(instant):
            if start not in too_late and start >= self.first_start:
                self.sums[key, start] += value
        return [start for start in too_late if start >= self.first_start], late.by_ms if late else 0

    def advance(self, watermark: int) -> list[Final]:
        """Return the windows that close by it."""
        self.watermark = watermark
        last = last_closed_end(self.kind, watermark, self.grace)
        newly = [(key, start) for key, start in self.sums if start + self.kind.size_ms <= last]
        newly = sorted(place for place in newly if place not in self.closed)
        self.closed.update(newly)
        return [(key, start, start + self.kind.size_ms, self.sums[key, start]) for key, start in newly]


def told(finals: list[list[Any]]) -> list[Final]:
    return [(key, start, end, value) for key, start, end, value in finals]


def test_every_case_is_here() -> None:
    assert len({fact["id"] for fact in FACTS}) == len(FACTS) == 24
    assert Counter(fact["kind"] for fact in FACTS) == {
        "assign": 10,
        "valve": 4,
        "finals_stream_time": 3,
        "finals_stream_time_sum": 1,
        "finals_by_watermark": 2,
        "script": 2,
        "watermark_after": 1,
        "range": 1,
    }


@cases("assign")
def test_the_windows_that_hold_an_instant(fact: dict[str, Any]) -> None:
    assert kind_of(fact).starts_of(fact["ts"]) == fact["starts"]


@cases("finals_stream_time", "finals_stream_time_sum")
def test_final_windows_by_stream_time(fact: dict[str, Any]) -> None:
    """Stream time is a clock with a bound of 0, one for all keys; a window is told when it closes."""
    clock, windows = BoundedClock(0), Windows(kind_of(fact), fact["grace"], first_start=0)
    finals: list[Final] = []
    by_last: list[Final] = []
    dropped: list[tuple[str, int]] = []
    dropped_windows, lateness_max = 0, 0
    for key, instant, *value in fact["events"]:
        clock.see(instant)
        too_late, by = windows.put(key, instant, *value)
        dropped_windows += len(too_late)
        if too_late:
            lateness_max = max(lateness_max, by)
        if len(too_late) == len([start for start in windows.kind.starts_of(instant) if start >= 0]):
            dropped.append((key, instant))
        assert clock.watermark_ms is not None
        by_last = windows.advance(clock.watermark_ms)
        finals += by_last
    if "finals" in fact:
        assert finals == told(fact["finals"])
    if "finals_after_last" in fact:
        assert by_last == told(fact["finals_after_last"])
    if "dropped" in fact:
        assert dropped == [tuple(event) for event in fact["dropped"]]
    if "dropped_windows" in fact:
        assert (dropped_windows, lateness_max) == (fact["dropped_windows"], fact["lateness_max"])


@cases("finals_by_watermark")
def test_final_windows_by_watermark(fact: dict[str, Any]) -> None:
    """At `snapshot_restore` nothing but the valve and the sums is carried over, as they would be in a store."""
    valve, windows = Valve[int](), Windows(kind_of(fact), grace=0)
    for key, instant in fact["events"]:
        assert windows.put(key, instant) == ([], 0)
    for step in fact["watermarks"]:
        if step == ["snapshot_restore"]:
            before, windows = windows, Windows(windows.kind, windows.grace)
            windows.sums.update(before.sums)
            windows.closed |= before.closed
            valve = Valve.restored(valve.state)
            continue
        watermark, finals = step
        valve.advance(0, watermark)
        assert valve.merged_ms == watermark
        assert windows.advance(watermark) == told(finals)


@cases("script")
def test_firing_lateness_and_purge(fact: dict[str, Any]) -> None:
    """Flink's trigger purges: what it emits again is the difference. A design that keeps what it has emits the whole.

    So where the source has [0, 2000) with 2 and then, for one late event, with 1, here it is 2 and then 3: a revision
    of the same window. The source's 1 is 3 less the 2 that were told before.
    """
    kind, grace = kind_of(fact), fact["lateness"]
    windows = Windows(kind, grace)
    shown: dict[int, int] = {}
    revisions: list[tuple[int, int]] = []
    for what, at, *rest in fact["script"]:
        if what == "ev":
            too_late, _ = windows.put("", at)
            assert (rest == ["dropped"]) == (too_late == kind.starts_of(at))
            if rest == ["late firing"]:
                assert too_late == [], "within the grace an event is not late"
                end = kind.first_end(at)
                assert closed(end, windows.watermark, 0)
                assert not closed(end, windows.watermark, grace)
            continue
        windows.advance(at)
        ended = [start for _, start in windows.sums if closed(start + kind.size_ms, at, 0)]
        fired = {
            start: windows.sums["", start] for start in ended if windows.sums["", start] != shown.get(start)
        }
        purged = [
            [start, start + kind.size_ms, count - shown.get(start, 0)] for start, count in fired.items()
        ]
        assert purged == rest[0]
        revisions += [(start, count) for start, count in fired.items() if start in shown]
        shown |= fired
    assert revisions == ([(0, 3)] if fact["id"] == "flink-allowed-lateness-500" else [])


@cases("watermark_after")
def test_the_watermark_of_one_input(fact: dict[str, Any]) -> None:
    clock = BoundedClock(fact["bound_ms"])
    assert clock.watermark_ms is None
    for instants, watermark in fact["cases"]:
        for instant in instants:
            clock.see(instant)
        assert clock.watermark_ms == watermark


@cases("valve")
def test_the_merged_watermark(fact: dict[str, Any]) -> None:
    """`out` is what was emitted since the last look: null where the merged watermark has not moved."""
    valve = Valve(range(fact["inputs"]))
    seen = valve.merged_ms
    for what, *rest in fact["steps"]:
        if what == "wm":
            valve.advance(*rest)
        elif what == "idle":
            valve.idle(*rest)
        elif what == "active":
            valve.active(*rest)
        else:
            moved = None if valve.merged_ms == seen else valve.merged_ms
            assert [moved] == rest
            seen = valve.merged_ms


@cases("range")
def test_ranges_of_offsets(fact: dict[str, Any]) -> None:
    """Ranges of the source have their last offset inside, and may have been stored in part only (BEFORE).

    It then sends the old part again. Here a stored range was applied as a whole, so only what is beyond it is left.
    """
    first, last = fact["stored"]
    stored = range(first, last + 1)
    for (low, high), name in fact["cases"]:
        incoming = range(low, high + 1)
        state = state_of(stored, incoming)
        assert state.name == name.split()[0].replace("OVER_LAPPING", "OVERLAPPING")
        left = {
            RangeState.NEW: incoming,
            RangeState.ZERO: incoming,
            RangeState.OVERLAPPING: range(last + 1, high + 1),
        }.get(state, range(0))
        assert list(unseen(stored, incoming)) == list(left)
