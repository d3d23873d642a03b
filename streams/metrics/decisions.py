"""The counter of verdicts on intervals with a target, with every series that an alert may ask for there from the start.

A counter that appears with its first verdict has no rate until the second, so all of them begin at 0.
"""

from __future__ import annotations

from itertools import product

from prometheus_client import CollectorRegistry

from streams.core.reference import Reference
from streams.core.verdicts import VERDICTS
from streams.metrics.catalogue import DECISIONS
from streams.metrics.labels import CHANNELS, DIRECTIONS, Known
from streams.metrics.making import counter
from streams.metrics.news import DecisionNews


class Decisions:
    """Counts the verdicts that the process of the windows tells."""

    def __init__(self, reference: Reference, registry: CollectorRegistry) -> None:
        self._offices = Known(reference.offices)
        self._counter = counter(DECISIONS, registry)
        intervals = sorted({target.interval for target in reference.targets})
        for labels in product(reference.offices, DIRECTIONS.words, CHANNELS.words, intervals, VERDICTS):
            self._counter.labels(*labels)

    def take(self, news: DecisionNews) -> None:
        """Count what was told."""
        for office, direction, channel, interval, verdict, count in news.counts:
            place = (self._offices.of(office), DIRECTIONS.of(direction), CHANNELS.of(channel))
            self._counter.labels(*place, interval, verdict).inc(count)
