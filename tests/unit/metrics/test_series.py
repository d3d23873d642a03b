"""The bound of the series holds for the worst feed there is, and the budget decides what is given up."""

from __future__ import annotations

from itertools import product

import pytest
from prometheus_client import generate_latest

from streams.core.vocabulary import INTERVAL_CODES
from streams.core.window import KINDS
from streams.metrics.news import STATS, DecisionNews, OutlookNews, WindowNews, encode_news
from streams.metrics.registry import Metrics
from streams.metrics.series import DETAILS, Detail, bounds, detail_within, shape_of, telling
from streams.reference import load_reference

REFERENCE = load_reference(None)
SHAPE = shape_of(REFERENCE, 4)
OFFICES = ("27ZZ", "27B1", "27F1", "27F2")


def worst(detail: Detail) -> Metrics:
    """Metrics that were told everything that can be told, from more offices and words than there are."""
    metrics = Metrics(REFERENCE, detail)
    metrics.served(0)
    offices = (*OFFICES, "99AA", "99BB", None)
    channels = (1, 2, 3, None)
    for office, direction, channel in product(offices, ("import", "export", None), channels):
        metrics.hearing.take(
            encode_news(
                DecisionNews(
                    [
                        (office, direction, channel, code, verdict, 1)
                        for code in ("DOC_LIMIT", "INSP")
                        for verdict in ("within_target", "late")
                    ]
                )
            )
        )
        for code in INTERVAL_CODES:
            if code in ("INSP", "INSP_WAIT") and channel != 3:
                continue
            label = "all" if not detail.time_channels else "none" if channel is None else str(channel)
            metrics.release_time.labels(metrics.offices.of(office), direction or "none", label, code).observe(
                1
            )
    cells = [
        (office, direction, channel, code)
        for office, direction, channel, code in product(
            (*OFFICES, "99AA", "none", "all"),
            ("import", "export", "none", "all"),
            ("1", "2", "3", "none", "all"),
            INTERVAL_CODES,
        )
        if code not in ("INSP", "INSP_WAIT") or channel in ("3", "all")
    ]
    columns = [list(column) for column in zip(*cells, strict=True)]
    n = len(cells)
    for kind in KINDS:
        metrics.hearing.take(
            encode_news(WindowNews(kind.name, 1.0, *columns, [1] * n, [[1.0] * n] * len(STATS)))
        )
    metrics.hearing.take(
        encode_news(
            OutlookNews(
                [
                    (office or "none", direction, code, 1, [1.0] * 5)
                    for office in offices
                    for direction in ("import", "export", "none")
                    for code in ("DOC_LIMIT", "INSP")
                ]
            )
        )
    )
    return metrics


def counted(metrics: Metrics) -> dict[str, int]:
    found: dict[str, int] = {}
    for line in generate_latest(metrics.registry).decode().splitlines():
        if not line.startswith("#"):
            name = line.partition("{")[0].partition(" ")[0]
            for end in ("_bucket", "_sum", "_count"):
                name = name.removesuffix(end)
            found[name] = found.get(name, 0) + 1
    return found


@pytest.mark.parametrize("detail", DETAILS)
def test_the_worst_feed_reaches_the_bound_and_does_not_exceed_it(detail: Detail) -> None:
    found, most = counted(worst(detail)), bounds(SHAPE, detail)
    assert {name: count for name, count in found.items() if count > most[name]} == {}
    for name in (
        "release_time_seconds",
        "release_window_seconds",
        "release_window_declarations",
        "release_decisions_total",
        "release_past_target_declarations",
        "release_expected_breaches",
    ):
        assert found[name] == most[name], name


def test_the_shipped_reference_data_is_within_the_default_budget_in_full() -> None:
    assert detail_within(SHAPE, 50_000) == Detail(True, True)


def test_channels_of_windows_go_first_then_those_of_release_times() -> None:
    full, less, least = (sum(bounds(SHAPE, detail).values()) for detail in DETAILS)
    assert full > less > least
    assert [detail_within(SHAPE, budget) for budget in (full, full - 1, less, less - 1, least, 1)] == [
        *(DETAILS[0], DETAILS[1], DETAILS[1]),
        *(DETAILS[2], DETAILS[2], DETAILS[2]),
    ]


def test_it_is_said_what_is_given_up() -> None:
    full, less, least = (sum(bounds(SHAPE, detail).values()) for detail in DETAILS)
    assert telling(SHAPE, full) == f"at most {full:,} series of a budget of {full:,}"
    said = telling(SHAPE, less)
    assert "given together in release_window_seconds, release_window_declarations" in said
    assert "release_time_seconds" not in said
    assert telling(SHAPE, least - 1).endswith("raise RELEASE_MONITOR_METRIC_SERIES_BUDGET")
