"""The metrics of one process, made from the catalogue, in a registry of their own."""

from __future__ import annotations

from typing import Final

from prometheus_client import CollectorRegistry

from streams.core.reference import Reference
from streams.core.vocabulary import RejectReason
from streams.metrics import catalogue as c
from streams.metrics.buckets import bucket_edges
from streams.metrics.decisions import Decisions
from streams.metrics.hearing import Hearing
from streams.metrics.labels import CHANNELS, DIRECTIONS, Known
from streams.metrics.making import counter, gauge, histogram
from streams.metrics.outlook_gauges import OutlookGauges
from streams.metrics.series import DETAILS, Detail
from streams.metrics.snapshot import Snapshot
from streams.metrics.window_gauges import WindowGauges

LINGERS_S: Final = 1_800.0
"""For how long a place is told to be 0 after there was something: longer than an alert looks back (30 min)."""


class Metrics:
    """All metrics. Offices and targets are those of the reference data; `detail` says which tell channels apart."""

    def __init__(self, reference: Reference, detail: Detail = DETAILS[0], budget: int = 0) -> None:
        registry = self.registry = CollectorRegistry()
        self.offices = Known(reference.offices)
        self.detail = detail
        self.release_time = histogram(c.RELEASE_TIME, registry, bucket_edges(reference))
        self.channel_assigned = counter(c.CHANNEL_ASSIGNED, registry)
        for office in reference.offices:
            for direction in DIRECTIONS.words:
                for channel in CHANNELS.words:
                    self.channel_assigned.labels(office, direction, channel)
        self.events = counter(c.EVENTS, registry)
        self.rejected = counter(c.REJECTED, registry)
        for reason in RejectReason:
            self.rejected.labels(reason.value)
        self.duplicates = counter(c.DUPLICATES, registry)
        self.replayed = counter(c.REPLAYED, registry)
        self.sink_rows = counter(c.SINK_ROWS, registry)
        self.sink_failures = counter(c.SINK_FAILURES, registry)
        self.sink_stalled = gauge(c.SINK_STALLED, registry)
        self.watermark = Snapshot(c.WATERMARK, registry)
        self.last_event = gauge(c.LAST_EVENT, registry)
        self.lag = gauge(c.LAG, registry)
        self.gap = gauge(c.GAP, registry)
        self.ready = gauge(c.READY, registry)
        self.clock = gauge(c.CLOCK, registry)
        self.open = Snapshot(c.OPEN, registry, LINGERS_S)
        self.oldest_open = Snapshot(c.OLDEST_OPEN, registry)
        self.open_older = Snapshot(c.OPEN_OLDER, registry, LINGERS_S)
        self.stuck = Snapshot(c.STUCK, registry, LINGERS_S)
        self.stage_limits = Snapshot(c.STAGE_LIMIT, registry)
        self.target_seconds = Snapshot(c.TARGET_SECONDS, registry)
        self.target_ratio = Snapshot(c.TARGET_RATIO, registry)
        self.office_info = Snapshot(c.OFFICE_INFO, registry)
        self.office_working = Snapshot(c.OFFICE_WORKING, registry)
        self.feed_silence = Snapshot(c.FEED_SILENCE, registry)
        self.feed_silence_limit = Snapshot(c.FEED_SILENCE_LIMIT, registry)
        self._series = gauge(c.SERIES, registry)
        gauge(c.SERIES_BUDGET, registry).set(budget)
        dropped = gauge(c.DETAIL_DROPPED, registry)
        for name, is_dropped in detail.dropped.items():
            dropped.labels(name).set(is_dropped)
        self._decisions = Decisions(reference, registry)
        self.hearing = Hearing(
            WindowGauges(frozenset(reference.offices), registry, detail.window_channels),
            counter(c.LATE_EVENTS, registry),
            self._decisions,
            OutlookGauges(reference.offices, registry, LINGERS_S),
        )

    def served(self, series: int) -> None:
        """Take note that all metrics were asked for, and how many series the answer had."""
        self._series.set(series)
        self._decisions.seen()
