"""The counter of verdicts on intervals with a target, with every series that an alert may ask for there from the start.

A counter that appears with its first verdict has no rate until the second, so all of them begin at 0, and are seen at
0: what is told before anybody has asked counts after the first who did. A worker that starts anew judges at once what
became late while none was there, and Prometheus would take a first answer with these for where the counter stood.
"""

from __future__ import annotations

import threading
from collections import Counter
from itertools import product

from prometheus_client import CollectorRegistry

from streams.core.reference import Reference
from streams.core.verdicts import VERDICTS
from streams.metrics.catalogue import DECISIONS
from streams.metrics.labels import CHANNELS, DIRECTIONS, Known
from streams.metrics.making import counter
from streams.metrics.news import DecisionNews


class Decisions:
    """Counts the verdicts that the process of the windows tells. Safe to use from several threads."""

    def __init__(self, reference: Reference, registry: CollectorRegistry) -> None:
        self._offices = Known(reference.offices)
        self._counter = counter(DECISIONS, registry)
        intervals = sorted({target.interval for target in reference.targets})
        for labels in product(reference.offices, DIRECTIONS.words, CHANNELS.words, intervals, VERDICTS):
            self._counter.labels(*labels)
        self._lock = threading.Lock()
        self._was_seen = False
        # By labels, of which there are few: where nobody ever asks, this grows no further.
        self._held: Counter[tuple[str, ...]] = Counter()

    def seen(self) -> None:
        """Take note that somebody was given all series as they stand."""
        with self._lock:
            self._was_seen = True
            self._count()

    def take(self, news: DecisionNews) -> None:
        """Count what was told, once the counters were seen."""
        with self._lock:
            for office, direction, channel, interval, verdict, count in news.counts:
                place = (self._offices.of(office), DIRECTIONS.of(direction), CHANNELS.of(channel))
                self._held[*place, interval, verdict] += count
            if self._was_seen:
                self._count()

    def _count(self) -> None:
        for labels, count in self._held.items():
            self._counter.labels(*labels).inc(count)
        self._held.clear()
