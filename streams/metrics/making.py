"""Makes metrics of the client library from their declarations."""

from __future__ import annotations

from collections.abc import Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics

from streams.metrics.catalogue import Declared

disable_created_metrics()  # type: ignore[no-untyped-call]  # a series more for each counter, which nobody asks for


def counter(of: Declared, registry: CollectorRegistry) -> Counter:
    """Make a counter."""
    return Counter(of.name, f"{of.help}.", of.labels, registry=registry)


def gauge(of: Declared, registry: CollectorRegistry) -> Gauge:
    """Make a gauge."""
    return Gauge(of.name, f"{of.help}.", of.labels, registry=registry)


def histogram(of: Declared, registry: CollectorRegistry, edges: Sequence[float]) -> Histogram:
    """Make a histogram with these bucket edges."""
    return Histogram(of.name, f"{of.help}.", of.labels, buckets=edges, registry=registry)
