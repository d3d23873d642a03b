"""News is one line that comes out as it went in, and reaches the metrics that it is for."""

from __future__ import annotations

import msgspec
import pytest

from streams.metrics.news import DecisionNews, News, OutlookNews, WindowNews, decode_news, encode_news
from streams.metrics.registry import Metrics
from streams.reference import load_reference

NEWS: list[News] = [
    WindowNews("1h", 1.5, ["27F1"], ["all"], ["all"], ["PAY"], [7], [[1.0], [None], [2.0], [3.0], [4.0]]),
    WindowNews(late=3),
    WindowNews(given_up=True),
    DecisionNews([("27F1", "import", 2, "DOC_LIMIT", "late", 4), (None, None, None, "INSP", "late", 1)]),
    OutlookNews([("27F1", "import", "INSP", 2, [0.0, 0.5, 0.5, 1.0, 2.5])]),
]


@pytest.mark.parametrize("news", NEWS)
def test_a_line_comes_out_as_it_went_in(news: News) -> None:
    line = encode_news(news)
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    assert not line.strip().isdigit()  # a number alone is a sign of life
    assert decode_news(line) == news


def test_what_is_no_news_is_refused() -> None:
    with pytest.raises(msgspec.MsgspecError):
        decode_news(b"{}\n")


def test_news_reaches_the_metrics_that_it_is_for() -> None:
    metrics = Metrics(load_reference(None))
    of = metrics.registry.get_sample_value
    for news in (*NEWS[:2], *NEWS[3:], NEWS[1], NEWS[3]):
        metrics.hearing.take(encode_news(news))
    assert of("release_window_end_timestamp_seconds", {"window": "1h"}) == 1.5
    assert of("release_late_events_total") == 6
    place = {"office": "27F1", "direction": "import"}
    decided = {**place, "channel": "2", "interval": "DOC_LIMIT"}
    assert of("release_decisions_total", {**decided, "verdict": "late"}) == 8
    assert of("release_decisions_total", {**decided, "verdict": "within_target"}) == 0
    assert of("release_past_target_declarations", {**place, "interval": "INSP"}) == 2
    metrics.hearing.take(encode_news(NEWS[2]))
    assert of("release_window_end_timestamp_seconds", {"window": "1h"}) is None
    assert of("release_past_target_declarations", {**place, "interval": "INSP"}) is None
    assert of("release_decisions_total", {**decided, "verdict": "late"}) == 8
