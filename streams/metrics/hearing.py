"""Takes in what the process of the windows tells, and passes each piece of news to the metrics that it is for."""

from __future__ import annotations

from prometheus_client import Counter

from streams.metrics.decisions import Decisions
from streams.metrics.news import DecisionNews, OutlookNews, decode_news
from streams.metrics.outlook_gauges import OutlookGauges
from streams.metrics.window_gauges import WindowGauges


class Hearing:
    """The metrics that another process has the values of."""

    def __init__(
        self, windows: WindowGauges, late_events: Counter, decisions: Decisions, outlook: OutlookGauges
    ) -> None:
        self._windows = windows
        self._late_events = late_events
        self._decisions = decisions
        self._outlook = outlook

    def take(self, line: bytes) -> None:
        """Take in one line of news. Raises msgspec.MsgspecError where it is none."""
        news = decode_news(line)
        if isinstance(news, DecisionNews):
            self._decisions.take(news)
        elif isinstance(news, OutlookNews):
            self._outlook.take(news)
        else:
            self._windows.take(news)
            self._late_events.inc(news.late)
            if news.given_up:
                self._outlook.clear()
