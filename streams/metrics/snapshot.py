"""Gauges whose values are found all at once: a scrape sees either the values before or those after, never a part.

What is no longer found is gone from the next scrape on. Where an alert looks at a place, it is better told that there
is nothing any more than left without an answer: such gauges say 0 of it for a while (`lingers_s`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from streams.metrics.catalogue import Declared

Values = Mapping[tuple[str, ...], float]
"""Values by the words of their labels, in the order of the declaration."""


class Snapshot(Collector):
    """One gauge. `replace` may be called in one thread while others scrape. `now` is a clock that never goes back."""

    def __init__(
        self,
        declared: Declared,
        registry: CollectorRegistry,
        lingers_s: float = 0.0,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._declared = declared
        self._lingers_s = lingers_s
        self._now = now
        self._values: Values = {}
        self._seen_at: dict[tuple[str, ...], float] = {}
        registry.register(self)

    def replace(self, values: Values) -> None:
        """Take new values for all that there is to say."""
        if not self._lingers_s:
            self._values = dict(values)
            return
        now = self._now()
        self._seen_at |= dict.fromkeys(values, now)
        self._seen_at = {
            place: at for place, at in self._seen_at.items() if place in values or now - at <= self._lingers_s
        }
        self._values = {**dict.fromkeys(self._seen_at, 0.0), **values}

    def clear(self) -> None:
        """Say nothing from now on, not even that there is nothing."""
        self._seen_at = {}
        self._values = {}

    def describe(self) -> Iterator[Metric]:
        """Say which metric this is, before there is any value."""
        yield self._family()

    def collect(self) -> Iterator[Metric]:
        """Give the metric as it is."""
        family = self._family()
        for place, value in self._values.items():
            family.add_metric(place, value)
        yield family

    def _family(self) -> GaugeMetricFamily:
        of = self._declared
        return GaugeMetricFamily(of.name, f"{of.help}.", labels=of.labels)
