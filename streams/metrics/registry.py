"""Every metric that this program exports, by the contract's names, each with its help text."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics

from streams.core.reference import Reference
from streams.core.vocabulary import RejectReason
from streams.metrics.window_gauges import WindowGauges

RELEASE_BUCKETS: Final = (
    60.0,
    600.0,
    1_800.0,
    3_600.0,
    7_200.0,
    14_400.0,
    28_800.0,
    57_600.0,
    86_400.0,
    172_800.0,
    259_200.0,
    432_000.0,
    1_296_000.0,
    2_592_000.0,
)
"""Edges in seconds: minutes, the legal 2 h and 8 h, then 1, 2, 3, 5, 15 and 30 days (domain, sections 7 and 10).

The elapsed targets of the reference data are edges beside these."""

disable_created_metrics()  # type: ignore[no-untyped-call]

NONE: Final = "none"
"""Label of what an event or a declaration does not say."""


class Metrics:
    """The metrics of one process, in a registry of their own. Offices and targets are those of the reference data."""

    def __init__(self, reference: Reference) -> None:
        registry = self.registry = CollectorRegistry()
        self.offices = OfficeLabels(reference.offices)
        place = ("office", "direction", "channel")
        self.release_time = Histogram(
            "release_time_seconds",
            "Elapsed length of intervals, counted when a declaration completes one; again only after it was reopened.",
            (*place, "interval"),
            buckets=bucket_edges(reference),
            registry=registry,
        )
        self.events = Counter(
            "release_events",
            "Events stored, each counted once however often it was delivered.",
            ("source", "event_type"),
            registry=registry,
        )
        self.rejected = Counter(
            "release_rejected",
            "Input messages refused, by the fixed reason; read again after a rebalance, counted again.",
            ("reason",),
            registry=registry,
        )
        for reason in RejectReason:
            self.rejected.labels(reason.value)
        self.duplicates = Counter(
            "release_duplicate_events", "Input messages recognised as already stored.", registry=registry
        )
        self.replayed = Counter(
            "release_replayed_events",
            "Events read again after a restart or a rebalance and recognised by their position.",
            registry=registry,
        )
        self.sink_rows = Counter(
            "release_sink_rows", "Rows acknowledged by ClickHouse, by table.", ("table",), registry=registry
        )
        self.sink_failures = Counter(
            "release_sink_failures",
            "Attempts to write to ClickHouse that failed and are repeated.",
            registry=registry,
        )
        self.sink_stalled = Gauge(
            "release_sink_stalled",
            "1 while writing to ClickHouse fails and the pipeline waits, else 0.",
            registry=registry,
        )
        self.watermark = Gauge(
            "release_watermark_timestamp_seconds",
            "Event time up to which the stream is taken to be complete: the least of this worker's partitions.",
            registry=registry,
        )
        self.last_event = Gauge(
            "release_last_event_timestamp_seconds",
            "Event time of the latest event stored.",
            ("source", "office"),
            registry=registry,
        )
        self.lag = Gauge(
            "release_lag_events",
            "Messages in a partition that its consumer group has not committed.",
            ("topic", "partition"),
            registry=registry,
        )
        self.gap = Gauge(
            "release_reconciliation_gap_events",
            "Positions of the input topics not yet stored, rejected or recognised as duplicates.",
            registry=registry,
        )
        self.open = Gauge(
            "release_open_declarations",
            "Declarations without a release decision.",
            (*place, "stage", "waiting_on"),
            registry=registry,
        )
        self.oldest_open = Gauge(
            "release_oldest_open_timestamp_seconds",
            "Registration time of the oldest declaration without a release decision.",
            place,
            registry=registry,
        )
        self.windows = WindowGauges(frozenset(reference.offices), registry)
        self.ready = Gauge("release_worker_ready", "1 while /readyz says yes, else 0.", registry=registry)


OTHER: Final = "other"


class OfficeLabels:
    """Bounds the label `office`: offices of the configured table keep their codes, all others are `other`."""

    def __init__(self, known: Collection[str]) -> None:
        self._known = frozenset(known)

    def of(self, office: str | None) -> str:
        """Return the label of an office."""
        if office is None:
            return NONE
        return office if office in self._known else OTHER


def bucket_edges(reference: Reference) -> list[float]:
    """Return the edges of elapsed lengths: the fixed ones and every elapsed target, so that `le` can ask for it."""
    targets = {float(target.seconds) for target in reference.targets if target.clock == "elapsed"}
    return sorted(targets.union(RELEASE_BUCKETS))


def label(value: str | int | None) -> str:
    """Write an attribute as a label."""
    return NONE if value is None else str(value)
