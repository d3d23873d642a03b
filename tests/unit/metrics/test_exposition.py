"""The text of a scrape is that of the client library, to the byte."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from streams.metrics.exposition import exposition
from streams.metrics.registry import Metrics
from streams.reference import load_reference


def test_our_own_metrics() -> None:
    registry = Metrics(load_reference(None)).registry
    told = exposition(registry)
    assert told.text == generate_latest(registry)
    lines = told.text.decode().splitlines()
    assert told.series == sum(not line.startswith("#") for line in lines) > 100


def test_some_of_them() -> None:
    registry = Metrics(load_reference(None)).registry
    chosen = registry.restricted_registry(["release_worker_ready", "release_rejected_total"])
    assert exposition(chosen).text == generate_latest(chosen)  # type: ignore[arg-type]


def test_words_and_values_of_every_kind() -> None:
    registry = CollectorRegistry()
    gauge = Gauge("a_gauge", 'A "gauge" \\ with\ntwo lines.', ["zone", "area"], registry=registry)
    for number, word in enumerate(("Hải quan", 'say "so"', "back\\slash", "two\nlines", "", "{}=,")):
        gauge.labels(word, str(number)).set(number)
    for number, value in enumerate(
        (1e20, 1_772_413_200.5, float("inf"), float("-inf"), float("nan"), -3, 1e-9)
    ):
        gauge.labels("value", str(number)).set(value)
    Counter("a_counter", "Counts.", registry=registry).inc(12_345_678)
    Histogram("a_histogram", "Times.", ["x"], buckets=(0.5, 86_400.0), registry=registry).labels("y").observe(
        1
    )
    Gauge("no_value", "Never set.", ["x"], registry=registry)
    assert exposition(registry).text == generate_latest(registry)
