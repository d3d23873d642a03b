"""The outlook as metrics: how much is past its target, and how much is expected to miss it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Final

from prometheus_client import CollectorRegistry

from streams.core.outlook import HORIZONS_H
from streams.metrics.catalogue import EXPECTED_BREACHES, PAST_TARGET
from streams.metrics.labels import DIRECTIONS, NONE, Known
from streams.metrics.news import OutlookNews
from streams.metrics.snapshot import Snapshot

HORIZONS: Final = tuple("ever" if hours is None else f"{hours}h" for hours in HORIZONS_H)
"""The label `horizon`."""


class OutlookGauges:
    """Serves the last outlook that was told. A place where nothing is open any more is 0 for `lingers_s` seconds."""

    def __init__(self, offices: Collection[str], registry: CollectorRegistry, lingers_s: float) -> None:
        self._offices = Known((*offices, NONE))
        self._directions = Known((*DIRECTIONS.words, NONE))
        self._past = Snapshot(PAST_TARGET, registry, lingers_s)
        self._expected = Snapshot(EXPECTED_BREACHES, registry, lingers_s)

    def take(self, news: OutlookNews) -> None:
        """Take in an outlook, which replaces the one before."""
        past: defaultdict[tuple[str, ...], float] = defaultdict(float)
        expected: defaultdict[tuple[str, ...], float] = defaultdict(float)
        for office, direction, interval, past_n, breaches in news.rows:
            place = (self._offices.of(office), self._directions.of(direction), interval)
            past[place] += past_n
            for horizon, breaches_n in zip(HORIZONS, breaches, strict=True):
                expected[*place, horizon] += breaches_n
        self._past.replace(past)
        self._expected.replace(expected)

    def clear(self) -> None:
        """Serve nothing: another worker makes the outlook now."""
        self._past.clear()
        self._expected.clear()
