"""What the workers' metrics say of the pipeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from board_answers import HOUR
from streams.board.answers import Silence
from streams.board.samples import NAMES, Sample, health_of, read_exposition
from streams.metrics.registry import Metrics
from streams.reference import load_reference

PAGE = """\
# HELP release_worker_ready 1 while /readyz says yes, else 0.
# TYPE release_worker_ready gauge
release_worker_ready 1.0
# TYPE release_reconciliation_gap_events gauge
release_reconciliation_gap_events 12.0
# TYPE release_lag_events gauge
release_lag_events{topic="declaration-events",partition="0"} 3.0
release_lag_events{topic="declaration-events",partition="1"} 4.0
# TYPE release_sink_failures counter
release_sink_failures_total 2.0
# TYPE release_last_event_timestamp_seconds gauge
release_last_event_timestamp_seconds{source="VNACCS",office="27F1"} 1.7e9
# TYPE release_feed_silence_seconds gauge
release_feed_silence_seconds{office="27F1"} 10800.0
release_feed_silence_seconds{office="27F2"} 10800.0
# TYPE release_feed_silence_limit_seconds gauge
release_feed_silence_limit_seconds{office="27F1"} 7200.0
release_feed_silence_limit_seconds{office="27F2"} 7200.0
# TYPE release_office_working gauge
release_office_working{office="27F1"} 1.0
release_office_working{office="27F2"} 0.0
"""


def pages(*texts: str | None) -> Mapping[str, Sequence[Sample] | None]:
    return {f"worker-{n}": None if text is None else read_exposition(text) for n, text in enumerate(texts)}


def test_one_worker_is_read() -> None:
    health = health_of(pages(PAGE), 3)
    assert (health.workers, health.ready, health.silent) == (1, 1, ())
    assert (health.gap, health.failures, health.stalled, health.restarts) == (12, 2, False, 3)
    assert health.lag == (("declaration-events", 7),)
    assert health.last_event is not None
    assert health.last_event.timestamp() == 1.7e9


def test_an_office_that_is_closed_is_not_silent() -> None:
    assert health_of(pages(PAGE)).silences == (Silence("27F1", 3 * HOUR, 2 * HOUR),)


def test_what_every_worker_says_of_the_store_is_counted_once_and_the_shortest_silence_counts() -> None:
    other = (
        PAGE.replace("events 12.0", "events 15.0")
        .replace("10800.0", "60.0")
        .replace("worker_ready 1.0", "worker_ready 0.0")
    )
    health = health_of(pages(PAGE, other))
    assert (health.workers, health.ready, health.gap, health.failures) == (2, 1, 15, 4)
    assert health.lag == (("declaration-events", 7),)
    assert health.silences == (Silence("27F1", 60, 2 * HOUR),)


def test_a_worker_that_does_not_answer_is_named() -> None:
    health = health_of(pages(PAGE, None))
    assert (health.workers, health.ready, health.silent) == (2, 1, ("worker-1",))


def test_what_nobody_says_is_not_known() -> None:
    health = health_of(pages(""))
    assert (health.ready, health.gap, health.last_event, health.silences) == (0, None, None, None)


def test_a_page_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="invalid metric name"):
        read_exposition("<html>not metrics</html>")


def test_the_metrics_that_are_asked_for_exist() -> None:
    families = Metrics(load_reference(None)).registry.collect()
    there = {f"{family.name}_total" if family.type == "counter" else family.name for family in families}
    assert set(NAMES) <= there
