"""The macros of a time range."""

from __future__ import annotations

import pytest

from grafana.reading.span import Span, length_s


def test_macros_of_prometheus_are_lengths() -> None:
    span = Span(0, 86_400, scrape_s=15, points=200)
    assert span.promql("rate(x[$__rate_interval]) + y[$__range] + z[$__interval]") == (
        "rate(x[447s]) + y[86400s] + z[432s]"
    )


def test_a_rate_reaches_over_four_scrapes_at_least() -> None:
    assert Span(0, 60, scrape_s=15).promql("[$__rate_interval]") == "[60s]"


def test_macros_of_the_store_are_moments() -> None:
    sql = Span(1_000, 2_000.9).sql("WHERE $__timeFilter(found_at) AND m >= $__fromTime AND m <= $__toTime")
    assert sql == (
        "WHERE found_at >= toDateTime(1000) AND found_at <= toDateTime(2000)"
        " AND m >= toDateTime(1000) AND m <= toDateTime(2000)"
    )


@pytest.mark.parametrize(
    ("since", "seconds"), [("now-24h", 86_400), ("now-13M", 13 * 30 * 86_400), ("now-6h", 21_600)]
)
def test_how_far_back_a_board_reaches(since: str, seconds: int) -> None:
    assert length_s(since) == seconds


def test_another_form_is_an_error() -> None:
    with pytest.raises(ValueError, match="is no time such as"):
        length_s("2026-01-01")
