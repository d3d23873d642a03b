"""Reads what the board shows of the workers' metrics: from their own endpoints, or as Prometheus has them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from prometheus_client.parser import text_string_to_metric_families

from streams.board.answers import Health, Silence

NAMES: Final = (
    "release_worker_ready",
    "release_reconciliation_gap_events",
    "release_lag_events",
    "release_sink_stalled",
    "release_sink_failures_total",
    "release_last_event_timestamp_seconds",
    "release_feed_silence_seconds",
    "release_feed_silence_limit_seconds",
    "release_office_working",
)
"""The metrics that are asked for."""


class Sample(NamedTuple):
    """One value of a metric."""

    name: str
    labels: Mapping[str, str]
    value: float


def read_exposition(text: str) -> list[Sample]:
    """Return the samples of a worker's page. Raises ValueError where it is none."""
    return [
        Sample(sample.name, sample.labels, sample.value)
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    ]


def health_of(pages: Mapping[str, Sequence[Sample] | None], restarts: int | None = None) -> Health:
    """Put the workers' pages together; None is the page of one that did not answer.

    What every worker says of the store as a whole is the same but for the moment: the greatest counts, of silences the
    least. Outside an office's working hours its silence is none.
    """
    every = [sample for page in pages.values() if page is not None for sample in page]
    gaps = _values(every, "release_reconciliation_gap_events")
    latest = _values(every, "release_last_event_timestamp_seconds")
    return Health(
        workers=len(pages),
        ready=sum(
            max(_values(page or (), "release_worker_ready"), default=0) == 1 for page in pages.values()
        ),
        silent=tuple(name for name, page in pages.items() if page is None),
        gap=int(max(gaps)) if gaps else None,
        lag=_lag(every),
        stalled=any(_values(every, "release_sink_stalled")),
        failures=int(sum(_values(every, "release_sink_failures_total"))),
        last_event=dt.datetime.fromtimestamp(max(latest), dt.UTC) if latest else None,
        silences=_silences(every),
        restarts=restarts,
    )


def _values(samples: Iterable[Sample], name: str) -> list[float]:
    return [sample.value for sample in samples if sample.name == name]


def _lag(samples: Iterable[Sample]) -> tuple[tuple[str, int], ...]:
    """Return the lag of each topic: the partitions' together, each as the worker says that is furthest behind."""
    partitions: dict[tuple[str, str], float] = {}
    for sample in samples:
        if sample.name == "release_lag_events":
            place = sample.labels.get("topic", ""), sample.labels.get("partition", "")
            partitions[place] = max(sample.value, partitions.get(place, 0.0))
    topics: dict[str, int] = {}
    for (topic, _), lag in partitions.items():
        topics[topic] = topics.get(topic, 0) + int(lag)
    return tuple(sorted(topics.items()))


def _silences(samples: Iterable[Sample]) -> tuple[Silence, ...] | None:
    """Return the silences of the offices that work now and have a limit, the longest first; None where none is told."""
    by_office: dict[str, dict[str, float]] = {}
    for sample in samples:
        if "office" in sample.labels:
            of = by_office.setdefault(sample.labels["office"], {})
            of[sample.name] = min(sample.value, of.get(sample.name, sample.value))
    if not any("release_feed_silence_limit_seconds" in of for of in by_office.values()):
        return None
    found = [
        Silence(office, of["release_feed_silence_seconds"], of["release_feed_silence_limit_seconds"])
        for office, of in by_office.items()
        if of.get("release_office_working") == 1
        and {"release_feed_silence_seconds", "release_feed_silence_limit_seconds"} <= of.keys()
    ]
    return tuple(sorted(found, key=lambda one: (-one.seconds, one.office)))
