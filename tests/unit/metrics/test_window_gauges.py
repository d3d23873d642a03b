"""The running windows as a scrape sees them."""

from __future__ import annotations

import msgspec
import pytest
from prometheus_client import CollectorRegistry, generate_latest

from streams.metrics.window_gauges import STATS, WindowGauges, WindowNews, encode_news

HOUR = WindowNews(
    "1h",
    1_772_413_200.0,
    ["27F1", "all", "99ZZ", "none"],
    ["import", "all", "import", "all"],
    ["1", "all", "2", "all"],
    ["REG_REL", "REG_REL", "REG_REL", "PAY"],
    [3, 4, 1, 0],
    [
        [60.5, 70.0, 1.0, None],
        [60.0, 65.0, 1.0, None],
        [90.0, 95.0, 1.0, None],
        [None, 80.0, None, 12.0],
        [None, None, None, None],
    ],
)


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
def gauges(registry: CollectorRegistry) -> WindowGauges:
    return WindowGauges(frozenset({"27F1", "27F2"}), registry)


def scraped(registry: CollectorRegistry) -> list[str]:
    """The lines with values, but for the time at which a counter was made."""
    text = generate_latest(registry).decode()
    return [line for line in text.splitlines() if not line.startswith("#") and "_created" not in line]


def test_before_any_news_there_is_but_the_counter(registry: CollectorRegistry, gauges: WindowGauges) -> None:
    assert scraped(registry) == ["release_late_events_total 0.0"]
    text = generate_latest(registry).decode()
    assert "# TYPE release_window_seconds gauge" in text
    assert "# TYPE release_window_declarations gauge" in text


def test_a_window_with_its_places_and_statistics(registry: CollectorRegistry, gauges: WindowGauges) -> None:
    gauges.take(encode_news(HOUR))
    seven = 'office="27F1",direction="import",channel="1",interval="REG_REL",window="1h"'
    every = 'office="all",direction="all",channel="all",interval="REG_REL",window="1h"'
    none = 'office="none",direction="all",channel="all",interval="PAY",window="1h"'
    plain = {sort_labels(line) for line in scraped(registry)}
    assert plain == {
        sort_labels(line)
        for line in (
            "release_late_events_total 0.0",
            'release_window_end_timestamp_seconds{window="1h"} 1.7724132e+09',
            f"release_window_declarations{{{seven}}} 3.0",
            f"release_window_declarations{{{every}}} 4.0",
            f"release_window_declarations{{{none}}} 0.0",
            f'release_window_seconds{{{seven},stat="mean"}} 60.5',
            f'release_window_seconds{{{seven},stat="p50"}} 60.0',
            f'release_window_seconds{{{seven},stat="p90"}} 90.0',
            f'release_window_seconds{{{every},stat="mean"}} 70.0',
            f'release_window_seconds{{{every},stat="p50"}} 65.0',
            f'release_window_seconds{{{every},stat="p90"}} 95.0',
            f'release_window_seconds{{{every},stat="live_p50"}} 80.0',
            f'release_window_seconds{{{none},stat="live_p50"}} 12.0',
        )
    }


def sort_labels(line: str) -> str:
    name, _, rest = line.partition("{")
    labels, _, value = rest.partition("} ")
    return f"{name} {sorted(labels.split(','))} {value}"


def test_news_of_a_window_replaces_what_was_there(registry: CollectorRegistry, gauges: WindowGauges) -> None:
    gauges.take(encode_news(HOUR))
    gauges.take(encode_news(WindowNews("24h", 1.0, ["all"], ["all"], ["all"], ["PAY"], [7], [[1.0]] * 5)))
    gauges.take(encode_news(WindowNews("1h", 2.0, [], [], [], [], [], [[] for _ in STATS])))
    ends = {
        window: value_of(registry, "release_window_end_timestamp_seconds", window) for window in ("1h", "24h")
    }
    assert ends == {"1h": 2.0, "24h": 1.0}
    assert [line for line in scraped(registry) if "declarations" in line and '"1h"' in line] == []
    assert sum("release_window_seconds" in line for line in scraped(registry)) == len(STATS)


def value_of(registry: CollectorRegistry, name: str, window: str) -> float | None:
    return registry.get_sample_value(name, {"window": window})


def test_late_events_are_counted_and_outlive_the_windows(
    registry: CollectorRegistry, gauges: WindowGauges
) -> None:
    gauges.take(encode_news(HOUR))
    gauges.take(encode_news(WindowNews(late=3)))
    gauges.take(encode_news(WindowNews(late=2)))
    assert registry.get_sample_value("release_late_events_total") == 5
    assert registry.get_sample_value("release_window_end_timestamp_seconds", {"window": "1h"}) is not None
    gauges.take(encode_news(WindowNews(given_up=True)))
    assert scraped(registry) == ["release_late_events_total 5.0"]


def test_news_is_one_line_that_comes_out_as_it_went_in() -> None:
    line = encode_news(HOUR)
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    assert not line.strip().isdigit()  # a number alone is a sign of life
    assert msgspec.json.decode(line, type=WindowNews) == HOUR
