"""The running windows as a scrape sees them."""

from __future__ import annotations

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from streams.metrics.news import STATS, WindowNews
from streams.metrics.window_gauges import WindowGauges

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


def test_before_any_news_there_is_nothing_but_what_they_are(
    registry: CollectorRegistry, gauges: WindowGauges
) -> None:
    assert scraped(registry) == []
    text = generate_latest(registry).decode()
    assert "# TYPE release_window_seconds gauge" in text
    assert "# TYPE release_window_declarations gauge" in text


def test_a_window_with_its_places_and_statistics(registry: CollectorRegistry, gauges: WindowGauges) -> None:
    gauges.take(HOUR)
    seven = 'office="27F1",direction="import",channel="1",interval="REG_REL",window="1h"'
    every = 'office="all",direction="all",channel="all",interval="REG_REL",window="1h"'
    plain = {sort_labels(line) for line in scraped(registry)}
    assert plain == {
        sort_labels(line)
        for line in (
            'release_window_end_timestamp_seconds{window="1h"} 1.7724132e+09',
            f"release_window_declarations{{{seven}}} 3.0",
            f"release_window_declarations{{{every}}} 4.0",
            f'release_window_seconds{{{seven},stat="mean"}} 60.5',
            f'release_window_seconds{{{seven},stat="p50"}} 60.0',
            f'release_window_seconds{{{seven},stat="p90"}} 90.0',
            f'release_window_seconds{{{every},stat="mean"}} 70.0',
            f'release_window_seconds{{{every},stat="p50"}} 65.0',
            f'release_window_seconds{{{every},stat="p90"}} 95.0',
            f'release_window_seconds{{{every},stat="live_p50"}} 80.0',
        )
    }


def sort_labels(line: str) -> str:
    name, _, rest = line.partition("{")
    labels, _, value = rest.partition("} ")
    return f"{name} {sorted(labels.split(','))} {value}"


def test_news_of_a_window_replaces_what_was_there(registry: CollectorRegistry, gauges: WindowGauges) -> None:
    gauges.take(HOUR)
    gauges.take(WindowNews("24h", 1.0, ["all"], ["all"], ["all"], ["PAY"], [7], [[1.0]] * 5))
    gauges.take(WindowNews("1h", 2.0, [], [], [], [], [], [[] for _ in STATS]))
    ends = {
        window: value_of(registry, "release_window_end_timestamp_seconds", window) for window in ("1h", "24h")
    }
    assert ends == {"1h": 2.0, "24h": 1.0}
    assert [line for line in scraped(registry) if "declarations" in line and '"1h"' in line] == []
    assert sum("release_window_seconds" in line for line in scraped(registry)) == len(STATS)


def value_of(registry: CollectorRegistry, name: str, window: str) -> float | None:
    return registry.get_sample_value(name, {"window": window})


def test_who_gives_the_windows_up_serves_none(registry: CollectorRegistry, gauges: WindowGauges) -> None:
    gauges.take(HOUR)
    gauges.take(WindowNews(late=3))
    assert registry.get_sample_value("release_window_end_timestamp_seconds", {"window": "1h"}) is not None
    gauges.take(WindowNews(given_up=True))
    assert scraped(registry) == []


@pytest.mark.parametrize(("channels", "served"), [(True, {"1", "all"}), (False, {"all"})])
def test_what_is_not_told_is_in_the_roll_ups_and_channels_may_be(channels: bool, served: set[str]) -> None:
    registry = CollectorRegistry()
    gauges = WindowGauges(frozenset({"27F1"}), registry, channels)
    places = [
        (office, direction, channel)
        for office in ("27F1", "all", "none", "99ZZ")
        for direction in ("import", "all", "none")
        for channel in ("1", "all", "none")
    ]
    offices, directions, names = (list(column) for column in zip(*places, strict=True))
    n = len(places)
    gauges.take(WindowNews("1h", 1.0, offices, directions, names, ["PAY"] * n, [1] * n, [[None] * n] * 5))
    found = [sample.labels for family in registry.collect() for sample in family.samples]
    told = {(one["office"], one["direction"], one["channel"]) for one in found if "office" in one}
    assert told == {
        (office, direction, channel)
        for office in ("27F1", "all")
        for direction in ("import", "all")
        for channel in served
    }
