"""Every metric that this program exports, in one table: its name, labels and meaning, and how workers add up.

The metrics themselves are made from these declarations, and so is the table in docs/reference/metrics.md; boards, rules
and tests find out here which names and labels there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What Prometheus takes a metric for."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


class Together(StrEnum):
    """How the series of several workers are put together, as PromQL has it: `sum without (instance) (...)`, say.

    MAX also where every worker tells the same: one that starts may know nothing yet.
    """

    SUM = "sum"
    MAX = "max"
    MIN = "min"


@dataclass(frozen=True, slots=True)
class Declared:
    """One metric. `help` is a sentence without its full stop; Prometheus and the reference show it."""

    name: str
    kind: Kind
    labels: tuple[str, ...]
    help: str
    together: Together

    @property
    def exposed(self) -> tuple[str, ...]:
        """The names of its series: those of a histogram are three."""
        if self.kind is Kind.HISTOGRAM:
            return tuple(f"{self.name}_{part}" for part in ("bucket", "sum", "count"))
        return (self.name,)


_PLACE: Final = ("office", "direction", "channel")
_TARGET: Final = ("interval", "clock", "statistic", "office", "direction", "channel")


def _counter(name: str, labels: tuple[str, ...], help_: str) -> Declared:
    return Declared(name, Kind.COUNTER, labels, help_, Together.SUM)


def _gauge(name: str, labels: tuple[str, ...], help_: str, together: Together = Together.MAX) -> Declared:
    return Declared(name, Kind.GAUGE, labels, help_, together)


RELEASE_TIME: Final = Declared(
    "release_time_seconds",
    Kind.HISTOGRAM,
    (*_PLACE, "interval"),
    "Elapsed length of completed intervals; counted when a declaration completes one, and again only after it was"
    " reopened",
    Together.SUM,
)
DECISIONS: Final = _counter(
    "release_decisions_total",
    (*_PLACE, "interval", "verdict"),
    "Verdicts on intervals that have a target, each interval once; `late` is counted when the target expires; no"
    " back-fill",
)
CHANNEL_ASSIGNED: Final = _counter(
    "release_channel_assigned_total",
    _PLACE,
    "Declarations whose first channel became known, by that channel; no back-fill",
)
EVENTS: Final = _counter(
    "release_events_total",
    ("source", "event_type"),
    "Events stored, each once however often it was delivered",
)
REJECTED: Final = _counter(
    "release_rejected_total",
    ("reason",),
    "Input messages refused, by the fixed reason; read again after a rebalance, counted again",
)
DUPLICATES: Final = _counter(
    "release_duplicate_events_total",
    (),
    "Events recognised as already stored; a raw customs message that repeats a fact counts too",
)
REPLAYED: Final = _counter(
    "release_replayed_events_total",
    (),
    "Events read again after a restart or a rebalance, recognised by their position; nothing came of them",
)
LATE_EVENTS: Final = _counter(
    "release_late_events_total",
    (),
    "Events that came when a window that holds them was final already; each once",
)
WINDOW_SECONDS: Final = _gauge(
    "release_window_seconds",
    (*_PLACE, "interval", "window", "stat"),
    "Elapsed length of intervals in the running window; `stat` is `mean`, `p50`, `p90` of what ended in it, `live_p50`,"
    " `live_p90` of what was registered in it",
)
WINDOW_DECLARATIONS: Final = _gauge(
    "release_window_declarations",
    (*_PLACE, "interval", "window"),
    "Declarations that completed an interval in the running window (n)",
)
WINDOW_END: Final = _gauge(
    "release_window_end_timestamp_seconds",
    ("window",),
    "End of the running window: event time, up to a step ahead of the latest event",
)
OPEN: Final = _gauge(
    "release_open_declarations",
    (*_PLACE, "stage", "waiting_on"),
    "Declarations without a release decision, now",
)
OLDEST_OPEN: Final = _gauge(
    "release_oldest_open_timestamp_seconds",
    _PLACE,
    "Registration time of the oldest declaration without a release decision",
    Together.MIN,
)
OPEN_OLDER: Final = _gauge(
    "release_open_older_declarations",
    (*_PLACE, "age"),
    "Open declarations in scope that are older than a mark: `2h_working`, `8h_working`, `15d`, `30d`, `target` (that of"
    " REG_REL)",
)
STUCK: Final = _gauge(
    "release_stuck_declarations",
    (*_PLACE, "stage", "waiting_on"),
    "Open declarations in scope that are in their stage for longer than its limit; 0 for a while where there were some",
)
STAGE_LIMIT: Final = _gauge(
    "release_stage_limit_seconds",
    ("stage", "waiting_on", "office", "clock"),
    "Limits of stages that are valid at the clock; `all` where a limit is not narrowed",
)
PAST_TARGET: Final = _gauge(
    "release_past_target_declarations",
    ("office", "direction", "interval"),
    "Open intervals that are past their target, as of the watermark; no roll-ups: add them up",
)
EXPECTED_BREACHES: Final = _gauge(
    "release_expected_breaches",
    ("office", "direction", "interval", "horizon"),
    "Open intervals that are expected to miss a target which expires within `1h`, `4h`, `8h`, `24h` or `ever`; no"
    " roll-ups: add them up",
)
TARGET_SECONDS: Final = _gauge(
    "release_target_seconds",
    _TARGET,
    "Targets that are valid at the clock, on their `clock`; `all` where one is not narrowed",
)
TARGET_RATIO: Final = _gauge(
    "release_target_ratio",
    _TARGET,
    "Share of the declarations that shall keep the target: 0.95 for `p95`",
)
OFFICE_INFO: Final = _gauge(
    "release_office_info",
    ("office", "name_vi", "name_en", "department"),
    "1 for each value of the label `office`, with its names at the clock",
)
OFFICE_WORKING: Final = _gauge(
    "release_office_working",
    ("office",),
    "1 while the clock is within the working hours of the office, else 0",
)
FEED_SILENCE: Final = _gauge(
    "release_feed_silence_seconds",
    ("office",),
    "Working time of the office between its latest event and the clock; absent where nothing was heard of it yet",
    Together.MIN,
)
FEED_SILENCE_LIMIT: Final = _gauge(
    "release_feed_silence_limit_seconds",
    ("office",),
    "Silence after which the reference data takes the feed of an office for silent",
)
CLOCK: Final = _gauge(
    "release_clock_timestamp_seconds",
    (),
    "The clock that ages are told against: the one on the wall, or the latest event time",
)
LAST_EVENT: Final = _gauge(
    "release_last_event_timestamp_seconds",
    ("source", "office"),
    "Event time of the latest event stored",
)
WATERMARK: Final = _gauge(
    "release_watermark_timestamp_seconds",
    (),
    "Event time up to which the stream is taken to be complete: the least of this worker's partitions, silent ones too",
    Together.MIN,
)
LAG: Final = _gauge(
    "release_lag_events",
    ("topic", "partition"),
    "Messages of a partition that its consumer group has not committed; of `release-monitor-packed` these are packs, up"
    " to 1,000 events each",
)
GAP: Final = _gauge(
    "release_reconciliation_gap_events",
    (),
    "Positions of the input topics without an outcome in the store: not stored, rejected or recognised as duplicates",
)
SINK_ROWS: Final = _counter("release_sink_rows_total", ("table",), "Rows that ClickHouse acknowledged")
SINK_FAILURES: Final = _counter(
    "release_sink_failures_total",
    (),
    "Attempts to write (or to read histories) that failed and are repeated",
)
SINK_STALLED: Final = _gauge(
    "release_sink_stalled", (), "1 while writing to ClickHouse fails and the worker waits, else 0"
)
READY: Final = _gauge(
    "release_worker_ready",
    (),
    "1 if `/readyz` says yes, else 0",
    Together.MIN,
)
SERIES: Final = _gauge("release_metric_series", (), "Series that this worker gave at the scrape before")
SERIES_BUDGET: Final = _gauge(
    "release_metric_series_budget", (), "Series that a worker is meant to stay below, a setting", Together.MIN
)
DETAIL_DROPPED: Final = _gauge(
    "release_metric_detail_dropped",
    ("metric",),
    "1 where a metric gives its channels together as `all`, to stay below the budget, else 0",
)

CATALOGUE: Final[tuple[Declared, ...]] = (
    RELEASE_TIME,
    DECISIONS,
    CHANNEL_ASSIGNED,
    WINDOW_SECONDS,
    WINDOW_DECLARATIONS,
    WINDOW_END,
    OPEN,
    OLDEST_OPEN,
    OPEN_OLDER,
    STUCK,
    STAGE_LIMIT,
    PAST_TARGET,
    EXPECTED_BREACHES,
    TARGET_SECONDS,
    TARGET_RATIO,
    OFFICE_INFO,
    OFFICE_WORKING,
    FEED_SILENCE,
    FEED_SILENCE_LIMIT,
    CLOCK,
    LAST_EVENT,
    EVENTS,
    REJECTED,
    DUPLICATES,
    REPLAYED,
    LATE_EVENTS,
    WATERMARK,
    LAG,
    GAP,
    SINK_ROWS,
    SINK_FAILURES,
    SINK_STALLED,
    READY,
    SERIES,
    SERIES_BUDGET,
    DETAIL_DROPPED,
)
"""All of them, in the order of the reference: what is measured of the work, then of the feed, then of ourselves."""
