"""The running windows as metrics. Their values come from the process that computes windows, some of them a second."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec
from prometheus_client import CollectorRegistry, Counter
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

STATS: Final = ("mean", "p50", "p90", "live_p50", "live_p90")
"""The label `stat`: of what was completed in the window, and of what was registered in it (domain, section 3)."""

_PLACE: Final = ("office", "direction", "channel", "interval", "window")


class WindowNews(msgspec.Struct, gc=False):
    """What the process of the windows tells its worker: one running window, in columns, or events that came late.

    Only the elapsed clock. `stats` has, for each of STATS, the seconds of each row; None is no value.
    """

    window: str = ""
    end_s: float = 0.0
    offices: list[str] = []
    directions: list[str] = []
    channels: list[str] = []
    intervals: list[str] = []
    n: list[int] = []
    stats: list[list[float | None]] = []
    late: int = 0
    given_up: bool = False


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(WindowNews)


def encode_news(news: WindowNews) -> bytes:
    """Write news as one line."""
    return _encoder.encode(news) + b"\n"


class WindowGauges(Collector):
    """Serves the last news of each window. Offices outside the reference data are left out: they are in `all`."""

    def __init__(self, offices: frozenset[str], registry: CollectorRegistry) -> None:
        self._offices = offices | {"all", "none"}
        self._news: dict[str, WindowNews] = {}
        self._late = Counter(
            "release_late_events",
            "Events that came when a window that holds them was final already; each is counted once.",
            registry=registry,
        )
        registry.register(self)

    def take(self, line: bytes) -> None:
        """Take in one line of news. `given_up`: another worker computes the windows now."""
        news = _decoder.decode(line)
        self._late.inc(news.late)
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
                if row[0] not in self._offices:
                    continue
                declarations.add_metric((*row, window), news.n[place])
                for stat, values in zip(STATS, news.stats, strict=True):
                    value = values[place]
                    if value is not None:
                        seconds.add_metric((*row, window, stat), value)
        yield from families

    def _families(self) -> tuple[GaugeMetricFamily, GaugeMetricFamily, GaugeMetricFamily]:
        return (
            GaugeMetricFamily(
                "release_window_seconds",
                "Elapsed length of intervals in the running window, by statistic.",
                labels=(*_PLACE, "stat"),
            ),
            GaugeMetricFamily(
                "release_window_declarations",
                "Declarations that completed an interval in the running window.",
                labels=_PLACE,
            ),
            GaugeMetricFamily(
                "release_window_end_timestamp_seconds",
                "End of the running window: event time, not the clock on the wall.",
                labels=("window",),
            ),
        )
