"""News is one line that comes out as it went in."""

from __future__ import annotations

import msgspec
import pytest

from streams.metrics.news import DecisionNews, News, OutlookNews, WindowNews, decode_news, encode_news

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
