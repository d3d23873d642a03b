"""The monitor: what store and Kafka tell is looked at apart, and what is too old is told no more."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from confluent_kafka import KafkaException

from streams.metrics.exposition import exposition
from streams.metrics.registry import Metrics
from streams.reference import load_reference
from streams.settings import Settings
from streams.worker import monitor as module
from streams.worker.heard import Heard
from streams.worker.monitor import OLD_AFTER_S, Monitor
from streams.worker.status import Status
from streams.worker.stragglers import Stragglers


class Bench:
    """A monitor whose looking at store and Kafka works, or fails, as a test says."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        reference = load_reference(None)
        self.metrics = Metrics(reference)
        self.status = Status(self.metrics, 60)
        self.status.assigned(True)
        self.status.beat("intake")
        self.now = 1_000.0
        monkeypatch.setattr(module.time, "monotonic", lambda: self.now)
        heard = Heard(tuple(reference.offices))
        self.monitor = Monitor(
            Settings(),
            None,  # type: ignore[arg-type]  # nobody asks it here
            None,  # type: ignore[arg-type]
            [],
            self.metrics,
            Stragglers(60),
            heard,
            reference,
            self.status,
        )
        self.fails = {"store": False, "kafka": False}
        monkeypatch.setattr(self.monitor, "_look_at_store", self._looking("store", self._store))
        monkeypatch.setattr(self.monitor, "_look_at_kafka", self._looking("kafka", self._kafka))

    def _looking(self, part: str, finds: Callable[[], None]) -> Callable[[], None]:
        def look() -> None:
            if self.fails[part]:
                raise KafkaException("away") if part == "kafka" else OSError("refused")
            finds()

        return look

    def _store(self) -> None:
        self.metrics.office_working.replace({("27F1",): 1.0})
        self.metrics.stuck.replace({("27F1", "import", "3", "inspection", "customs"): 4.0})

    def _kafka(self) -> None:
        self.metrics.gap.set(7)
        self.metrics.lag.labels("declaration-events", "0").set(5)

    def value(self, name: str, **labels: str) -> float | None:
        return self.metrics.registry.get_sample_value(name, labels)


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Bench:
    return Bench(monkeypatch)


def test_what_the_store_tells_does_not_wait_for_kafka(bench: Bench) -> None:
    bench.fails["kafka"] = True
    bench.monitor.look()
    assert bench.value("release_office_working", office="27F1") == 1


def test_lag_and_gap_of_a_kafka_that_is_away_for_long_are_told_no_more(bench: Bench) -> None:
    bench.monitor.look()
    bench.fails["kafka"] = True
    bench.now += OLD_AFTER_S
    bench.monitor.look()
    assert bench.value("release_lag_events", topic="declaration-events", partition="0") == 5
    assert bench.status.ready().ok
    bench.now += 1
    bench.monitor.look()
    assert bench.value("release_lag_events", topic="declaration-events", partition="0") is None
    assert bench.value("release_reconciliation_gap_events") != 7
    assert bench.status.ready().reasons == ("monitor: kafka does not answer: away",)
    bench.fails["kafka"] = False
    bench.monitor.look()
    assert bench.value("release_reconciliation_gap_events") == 7
    assert bench.status.ready().ok


def test_what_is_open_and_who_works_is_told_no_more_where_the_store_is_away_for_long(bench: Bench) -> None:
    bench.monitor.look()
    bench.fails["store"] = True
    for _ in range(2):
        bench.now += OLD_AFTER_S
        bench.monitor.look()
    assert bench.value("release_office_working", office="27F1") is None
    assert bench.value("release_lag_events", topic="declaration-events", partition="0") == 5
    assert b"release_stuck_declarations{" not in _told(bench)
    assert bench.status.ready().reasons == ("monitor: store does not answer: refused",)


def _told(bench: Bench) -> bytes:

    return exposition(bench.metrics.registry).text
