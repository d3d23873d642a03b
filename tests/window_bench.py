"""A small plan of windows, and steps of the windows with a store and a topic that only take note of what is written."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from builders import WeekdayHours
from oracle.windows import Record, Span
from spans import DAY_MS, HOUR_MS, MONDAY_MS, TwoCalendars, block, message_of
from streams.core.span_message import Straggler
from streams.core.span_table import SpanTable
from streams.core.targets import Target
from streams.core.verdicts import Verdicts
from streams.core.window import WindowKind
from streams.core.window_changes import Changes, all_new
from streams.kafka.topics import LATE
from streams.metrics.news import News
from streams.pipeline.window_keeper import LateEvent, Plan, WindowKeeper
from streams.store.window_progress import NOTHING, Progress
from streams.store.windows import Computed, Written
from streams.worker import window_steps as module
from streams.worker.window_steps import WindowSteps

MINUTE_MS = 60_000
SHORT = WindowKind("short", HOUR_MS, 10 * MINUTE_MS)
LONG = WindowKind("long", DAY_MS, HOUR_MS)
PLAN = Plan(
    (SHORT, LONG),
    60_000,
    300_000,
    {"short": 6 * HOUR_MS, "long": 2 * DAY_MS},
    30.0,
    {"short": (0.1, 60.0), "long": (0.1, 60.0)},
)
STEPS_PLAN = PLAN._replace(kept_ms={"short": 2 * HOUR_MS, "long": 6 * HOUR_MS}, idle_after_s=1e9)
SIX_MS = MONDAY_MS + 6 * HOUR_MS


class FakeOwnership:
    """Versions, and an owner that is lost after so many looks. Another one that begins is noted."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench

    def holds(self) -> bool:
        self.bench.looks += 1
        return self.bench.looks <= self.bench.lost_after

    def next_version(self) -> int:
        self.bench.version += 1
        return self.bench.version


class FakeStore:
    """Every row is new to it, and is told before it is written."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench

    def write(
        self,
        size: str,
        windows: Sequence[Computed],
        running_from_ms: int,
        first: Callable[[Sequence[Written]], None],
    ) -> None:
        assert all(window.end_ms % MINUTE_MS == 0 for window in windows)
        new = [Written(window, self.bench.changes_of(window)) for window in windows if len(window.rows)]
        if new:
            first(new)
        self.bench.fail("windows")
        self.bench.done.append("windows")
        self.bench.windows += [(size, window.end_ms) for window in windows]

    def write_late(self, late: Sequence[LateEvent], noticed_ms: int) -> int:
        self.bench.fail("late")
        self.bench.done.append("late")
        new = [one for one in late if one not in self.bench.late]
        self.bench.late += new
        return len(new)

    def write_outlook(self, rows: Any, as_of_ms: int) -> None:
        self.bench.done.append("outlook")


class Bench:
    """Steps with fakes around them; `done` tells what was done, in order."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 100.0
        self.done: list[str] = []
        self.windows: list[tuple[str, int]] = []
        self.late: list[LateEvent] = []
        self.published: list[tuple[str, str | None, bytes | None]] = []
        self.progress: list[Progress] = []
        self.news: list[News] = []
        self.faults: dict[str, list[Exception]] = {}
        self.changes_of: Callable[[Computed], Changes] = lambda window: all_new(len(window.rows))
        self.reference = WeekdayHours(targets=[Target(interval="REG_REL", clock="elapsed", seconds=3600)])
        self.begun = 0
        self.looks, self.lost_after, self.version = 0, 10**9, 0
        monkeypatch.setattr(module, "WindowStore", lambda *_: FakeStore(self))
        monkeypatch.setattr(module, "Ownership", lambda *_: self.begin())
        monkeypatch.setattr(module, "write_progress", self.write_progress)
        monkeypatch.setattr(module, "outlook_at", lambda *_: [])
        monkeypatch.setattr(
            module, "time", SimpleNamespace(monotonic=self.clock, time_ns=lambda: 1_772_500_000_000_000_000)
        )

    def clock(self) -> float:
        self.now += 0.000_1
        return self.now

    def fail(self, what: str) -> None:
        if self.faults.get(what):
            raise self.faults[what].pop(0)

    def begin(self) -> None:
        self.begun += 1

    def write_progress(self, client: Any, progress: Progress, version: int, grace: int, kept: Any) -> None:
        self.fail("progress")
        assert (grace, kept) == (STEPS_PLAN.grace_ms, STEPS_PLAN.kept_ms)
        self.done.append("progress")
        self.progress.append(progress)

    def publish(self, topic: str, messages: Iterable[tuple[str | None, bytes | None]]) -> None:
        sent = [(topic, key, value) for key, value in messages]
        marker = all(key is not None and key.endswith("|final") for _, key, _ in sent)
        what = "late topic" if topic == LATE else "markers" if marker else "topic"
        self.fail(what)
        self.done.append(what)
        self.published += sent

    def steps(self, progress: Progress = NOTHING, publish: bool = True) -> WindowSteps:
        keeper = WindowKeeper(
            SpanTable(TwoCalendars()), STEPS_PLAN, dict(progress.marks), progress.watermark_ms, self.now
        )
        verdicts = Verdicts(keeper.table, self.reference, 30 * DAY_MS)
        verdicts.begin(max(progress.marks.values(), default=None), progress.watermark_ms)
        return WindowSteps(
            None,  # type: ignore[arg-type]
            FakeOwnership(self),  # type: ignore[arg-type]
            keeper,
            verdicts,
            self.publish if publish else None,
            self.news.append,
            progress,
            self.reference,
        )

    def markers(self) -> list[tuple[str, str]]:
        values = [
            json.loads(value or b"null") for _, key, value in self.published if (key or "").endswith("|final")
        ]
        return [(value["window_size"], value["window_end"]) for value in values]


def told(
    version: int = 1, at_ms: int = SIX_MS, stragglers: Sequence[Straggler] = (), behind: bool = False
) -> bytes:
    record = Record(at_ms - HOUR_MS, at_ms, spans={"REG_REL": Span(at_ms - HOUR_MS, at_ms, 3600, 0)})
    message = message_of(block({"d": (version, record)}), {"0": at_ms}, stragglers, behind=behind)
    return msgspec.msgpack.encode(message)


def drained(steps: WindowSteps, bench: Bench) -> None:
    for _ in range(1_000):
        bench.now += 1.0
        steps.round()
        if steps.settled:
            return
    raise AssertionError("it does not settle")


def kept(watermark_ms: int, newest_ms: int) -> set[tuple[str, int]]:
    return {
        (kind.name, end)
        for kind in STEPS_PLAN.kinds
        for end in kind.ends_between(watermark_ms - STEPS_PLAN.kept_ms[kind.name], kind.first_end(newest_ms))
    }
