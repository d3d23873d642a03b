"""The running windows as metrics. Their values come from the process that computes windows, some of them a second."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from streams.metrics.catalogue import WINDOW_DECLARATIONS, WINDOW_END, WINDOW_SECONDS
from streams.metrics.labels import ALL, NONE
from streams.metrics.news import STATS, WindowNews

_FAMILIES: Final = (WINDOW_SECONDS, WINDOW_DECLARATIONS, WINDOW_END)


class WindowGauges(Collector):
    """Serves the last news of each window.

    What is of an office outside the reference data, or does not say its office, direction or channel, is left out: it
    is in `all`. Without `channels` so is every single channel.
    """

    def __init__(self, offices: frozenset[str], registry: CollectorRegistry, channels: bool = True) -> None:
        self._offices = offices | {ALL}
        self._channels = channels
        self._news: dict[str, WindowNews] = {}
        registry.register(self)

    def take(self, news: WindowNews) -> None:
        """Take in news of a window. `given_up`: another worker computes the windows now."""
        if news.given_up:
            self._news = {}
        elif news.window:
            self._news = {**self._news, news.window: news}

    def describe(self) -> Iterator[Metric]:
        """Say which metrics these are, before there is any news."""
        yield from self._families()

    def collect(self) -> Iterator[Metric]:
        """Give the metrics as they are."""
        seconds, declarations, end = families = self._families()
        for window, news in self._news.items():
            end.add_metric((window,), news.end_s)
            places = zip(news.offices, news.directions, news.channels, news.intervals, strict=True)
            for place, row in enumerate(places):
                if not self._is_served(*row[:3]):
                    continue
                declarations.add_metric((*row, window), news.n[place])
                for stat, values in zip(STATS, news.stats, strict=True):
                    value = values[place]
                    if value is not None:
                        seconds.add_metric((*row, window, stat), value)
        yield from families

    def _is_served(self, office: str, direction: str, channel: str) -> bool:
        if office not in self._offices or direction == NONE:
            return False
        return channel == ALL or (self._channels and channel != NONE)

    def _families(self) -> list[GaugeMetricFamily]:
        return [GaugeMetricFamily(of.name, f"{of.help}.", labels=of.labels) for of in _FAMILIES]
