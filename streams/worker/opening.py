"""Begins an ownership of the windows: the right to write them, the records from the store, and where time stands."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Final

from clickhouse_connect.driver.client import Client

from streams.core.open_targets import Targeting
from streams.core.span_table import SpanTable
from streams.core.verdicts import ALL_IS_NEWS, Verdicts
from streams.core.window import KINDS
from streams.metrics.news import News
from streams.pipeline.window_keeper import Plan, WindowKeeper
from streams.settings import Settings
from streams.store.stored_spans import latest_event_ms, stored_spans
from streams.store.window_progress import Ownership, read_progress
from streams.worker.window_steps import Publish, WindowSteps

STORE: Final = "store"
"""The input of the watermark that stands for all events that no worker told of: those of a backfill."""

_DAY_MS: Final = 86_400_000

_NEWS_MS: Final = _DAY_MS
"""By the wall clock, a verdict that could be told longer ago is history: it came with days that were loaded anew."""

_RESTS: Final = {"1h": (0.15, 1.0), "24h": (0.05, 5.0), "7d": (0.01, 60.0), "30d": (0.01, 60.0)}
"""Share of the time and longest rest in seconds: the smallest windows follow the stream most closely."""


def plan_of(settings: Settings) -> Plan:
    """Return the rules of the windows' time by the settings."""
    days = {
        "1h": settings.window_days_1h,
        "24h": settings.window_days_24h,
        "7d": settings.window_days_7d,
        "30d": settings.window_days_30d,
    }
    return Plan(
        KINDS,
        settings.watermark_bound_s * 1000,
        settings.window_grace_s * 1000,
        {name: int(count * _DAY_MS) for name, count in days.items()},
        settings.idle_partition_s,
        _RESTS,
    )


def open_windows(
    client: Client,
    reference: Targeting,
    settings: Settings,
    publish: Publish | None,
    tell: Callable[[News], None],
    say: Callable[[str], None] = lambda _: None,
    inputs: Iterable[str] = (),
) -> WindowSteps:
    """Take the windows over; `inputs` are those that workers will tell of, and that time waits for.

    How long it takes depends on what windows are kept, not on the history before.
    """
    plan = plan_of(settings)
    ownership = Ownership(client)
    progress = read_progress(client)
    marks = dict(progress.marks)
    latest = latest_event_ms(client)
    if latest is not None and latest > max(marks.values(), default=latest - 1):
        marks[STORE] = latest
    table = SpanTable(reference)
    longest = max(kind.size_ms + plan.kept_ms[kind.name] for kind in plan.kinds)
    newest = max(marks.values(), default=None)
    if newest is not None:
        since = newest - plan.bound_ms - 1
        if progress.watermark_ms is not None:
            since = min(since, progress.watermark_ms)  # an input that lags holds back what windows are kept
        for block in stored_spans(client, since - longest):
            table.put(block)
            say(f"{len(table):,} declarations read back")
    ended = (STORE,) if STORE in marks else ()
    keeper = WindowKeeper(
        table, plan, marks, progress.watermark_ms, time.monotonic(), expected=inputs, ended=ended
    )
    verdicts = Verdicts(table, reference, longest, _news_from(settings))
    # What the owner before had not heard of is judged when workers tell it again, which they do. That something is in
    # the store says nothing of whether it was heard.
    heard = [mark for name, mark in progress.marks.items() if name != STORE]
    verdicts.begin(max(heard, default=None), progress.watermark_ms)
    return WindowSteps(client, ownership, keeper, verdicts, publish, tell, progress, reference)


def _news_from(settings: Settings) -> Callable[[], int]:
    """Return what tells since when verdicts are counted: by the clock of a feed, all are."""
    if settings.clock == "feed":
        return lambda: ALL_IS_NEWS
    return lambda: int(time.time() * 1000) - _NEWS_MS
