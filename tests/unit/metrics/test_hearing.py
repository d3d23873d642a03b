"""Each piece of news reaches the metrics that it is for."""

from __future__ import annotations

import msgspec
import pytest

from streams.metrics.news import DecisionNews, News, OutlookNews, WindowNews, encode_news
from streams.metrics.registry import Metrics
from streams.reference import load_reference

PLACE = {"office": "27F1", "direction": "import"}
DECIDED = {**PLACE, "channel": "2", "interval": "DOC_LIMIT"}


def heard(*news: News) -> Metrics:
    metrics = Metrics(load_reference(None))
    metrics.served(0)
    for one in news:
        metrics.hearing.take(encode_news(one))
    return metrics


HOUR = WindowNews("1h", 1.5, ["27F1"], ["all"], ["all"], ["PAY"], [7], [[1.0], [None], [2.0], [3.0], [4.0]])
DECISIONS = DecisionNews([("27F1", "import", 2, "DOC_LIMIT", "late", 4)])
OUTLOOK = OutlookNews([("27F1", "import", "INSP", 2, [0.0, 0.5, 0.5, 1.0, 2.5])])


def test_windows_outlook_and_verdicts_are_told_apart() -> None:
    of = heard(HOUR, DECISIONS, OUTLOOK, DECISIONS).registry.get_sample_value
    assert of("release_window_end_timestamp_seconds", {"window": "1h"}) == 1.5
    assert of("release_decisions_total", {**DECIDED, "verdict": "late"}) == 8
    assert of("release_decisions_total", {**DECIDED, "verdict": "within_target"}) == 0
    assert of("release_past_target_declarations", {**PLACE, "interval": "INSP"}) == 2
    assert of("release_late_events_total") == 0


def test_late_events_are_counted_beside_what_is_served() -> None:
    of = heard(HOUR, WindowNews(late=3), WindowNews(late=2)).registry.get_sample_value
    assert of("release_late_events_total") == 5
    assert of("release_window_end_timestamp_seconds", {"window": "1h"}) == 1.5


def test_who_gives_the_windows_up_keeps_its_counters_alone() -> None:
    given_up = WindowNews(given_up=True)
    of = heard(HOUR, DECISIONS, OUTLOOK, WindowNews(late=3), given_up).registry.get_sample_value
    assert of("release_window_end_timestamp_seconds", {"window": "1h"}) is None
    assert of("release_past_target_declarations", {**PLACE, "interval": "INSP"}) is None
    assert of("release_decisions_total", {**DECIDED, "verdict": "late"}) == 4
    assert of("release_late_events_total") == 3


def test_what_is_no_news_is_refused() -> None:
    with pytest.raises(msgspec.MsgspecError):
        heard().hearing.take(b"alien\n")
