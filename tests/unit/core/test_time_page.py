"""The timeline drawn in docs/time.md is what the core does with these events, sign by sign."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from streams.core.closing import Late, closed, last_closed_end, lateness
from streams.core.watermark import BoundedClock, IdleWatch, Valve
from streams.core.window import KIND_OF

PAGE = Path(__file__).resolve().parents[3] / "docs" / "time.md"

SECOND, MINUTE = 1_000, 60_000
BOUND, GRACE, IDLE_AFTER_S = MINUTE, 5 * MINUTE, 120.0
HOURLY = KIND_OF["1h"]


def at(text: str) -> int:
    """A time of day in milliseconds."""
    hour, minute, second = text.split(":")
    return int(hour) * 60 * MINUTE + int(minute) * MINUTE + int(second) * SECOND


def written(instant: int | None) -> str:
    if instant is None:
        return "none"
    seconds, rest = divmod(instant, SECOND)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{rest:03}"


STORY: list[tuple[str, int | None, str]] = [
    ("10:00:10", 0, "09:59:20"),
    ("10:00:20", 1, "09:58:40"),
    ("10:01:50", 0, "10:01:45"),
    ("10:02:20", None, ""),
    ("10:02:40", 1, "09:59:30"),
    ("10:03:00", 1, "10:02:10"),
    ("10:03:50", 0, "10:03:45"),
    ("10:04:30", 1, "10:02:50"),
    ("10:05:50", None, ""),
    ("10:06:30", None, ""),
    ("10:30:00", None, ""),
    ("10:30:10", 0, "10:30:05"),
    ("10:30:20", 1, "09:59:50"),
]
"""The clock on the wall, the partition that speaks (None: somebody looks who is silent), and what time it says."""


class Moment(NamedTuple):
    clock: str
    what: str
    partition: int | None
    instant: int
    marks: list[str]
    merged: int | None
    late: Late | None
    window: str

    @property
    def closed_to(self) -> int | None:
        return None if self.merged is None else last_closed_end(HOURLY, self.merged, GRACE)


def moments() -> list[Moment]:
    valve, watch = Valve((0, 1)), IdleWatch[int](IDLE_AFTER_S)
    clocks = [BoundedClock(BOUND), BoundedClock(BOUND)]
    end, count, shown, revision = at("10:00:00"), 0, 0, 0
    told = []
    for clock, partition, said in STORY:
        late, instant, now_s = None, 0, at(clock) / SECOND
        if partition is None:
            idle = watch.fallen_idle(now_s)
            for source in idle:
                valve.idle(source)
            what = f"{idle[0]} is idle" if idle else "silence"
        else:
            instant, what = at(said), f"{partition} says {said}"
            watch.heard(partition, now_s)
            newest = max([instant, *(each.newest_ms for each in clocks if each.newest_ms is not None)])
            late = lateness(HOURLY, instant, valve.merged_ms, GRACE, newest)
            clocks[partition].see(instant)
            mark = clocks[partition].watermark_ms
            assert mark is not None
            valve.advance(partition, mark)
            count += instant < end <= HOURLY.last_end(instant)
        newest = max((each.newest_ms for each in clocks if each.newest_ms is not None), default=0)
        computed = valve.merged_ms is not None and end <= HOURLY.first_end(newest)
        if computed and count != shown:
            shown, revision = count, revision + 1
        state = "open" if closed(end, valve.merged_ms, 0) else "running"
        state = "final" if closed(end, valve.merged_ms, GRACE) else state
        window = f"n {shown}, revision {revision}, {state}" if revision else ""
        marks = [
            f"({written(each.watermark_ms)})"
            if source in valve.state.idle
            else f" {written(each.watermark_ms)} "
            for source, each in enumerate(clocks)
        ]
        told.append(Moment(clock, what, partition, instant, marks, valve.merged_ms, late, window))
    return told


AXIS, SIGN = at("09:50:00"), 30 * SECOND
SIGNS = (at("10:31:00") - AXIS) // SIGN


def drawing() -> str:
    labels = "".join(f"{written(AXIS + sign * SIGN)[:5]:10}" for sign in range(0, SIGNS, 10))
    lines = [" " * 10 + labels, " " * 10 + ("|" + " " * 9) * (SIGNS // 10 + 1)]
    for moment in moments():
        signs = [" "] * SIGNS
        for sign in range(SIGNS):
            start = AXIS + sign * SIGN
            if moment.merged is not None and moment.closed_to is not None and start <= moment.merged:
                signs[sign] = "=" if start < moment.closed_to else "-"
        if moment.partition is not None:
            signs[(moment.instant - AXIS) // SIGN] = str(moment.partition)
        lines.append(f"{moment.clock}  {''.join(signs)}")
    return "\n".join(line.rstrip() for line in lines)


def numbers() -> str:
    form = "{:9} {:15} {:15} {:15} {:14} {:10} {}"
    heads = ("clock", "what happens", " partition 0", " partition 1", "merged", "closed to", "09:00 to 10:00")
    lines = [form.format(*heads)]
    for moment in moments():
        closed_to = "" if moment.closed_to is None else written(moment.closed_to)[:5]
        cells = (moment.clock, moment.what, *moment.marks, written(moment.merged), closed_to, moment.window)
        lines.append(form.format(*cells))
    return "\n".join(line.rstrip() for line in lines)


def blocks() -> list[str]:
    return re.findall(r"^```text\n(.*?)\n?```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def test_the_drawing_is_what_happens() -> None:
    assert blocks()[0] == drawing()


def test_the_numbers_are_what_happens() -> None:
    assert blocks()[1] == numbers()


def test_what_the_text_says_of_the_late_event() -> None:
    *before, last = moments()
    assert [moment.late for moment in before] == [None] * len(before)
    assert last.late is not None
    assert (len(last.late.ends_ms), last.late.ends_ms[0], last.late.ends_ms[-1]) == (
        25,
        at("10:00:00"),
        at("10:24:00"),
    )
    assert last.late.by_ms == 30 * MINUTE + 15 * SECOND
    in_time = [start + HOURLY.size_ms for start in HOURLY.starts_of(last.instant)][25:]
    assert (len(in_time), in_time[0], in_time[-1]) == (35, at("10:25:00"), at("10:59:00"))


@pytest.mark.parametrize("moment", re.findall(r"\*\*(\d\d:\d\d:\d\d)\*\*", PAGE.read_text(encoding="utf-8")))
def test_moments_that_the_text_names_are_drawn(moment: str) -> None:
    assert moment in [clock for clock, _, _ in STORY]
