"""What /healthz and /readyz say, for each way a worker can be unwell."""

from __future__ import annotations

import pytest

from streams.metrics.registry import Metrics
from streams.reference import load_reference
from streams.worker import status as module
from streams.worker.status import Status


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    return now


@pytest.fixture
def status() -> Status:
    made = Status(Metrics(load_reference(None)), stall_timeout_s=60)
    made.assigned(True)
    made.beat("loop")
    made.beat("intake")
    return made


def test_all_well(clock: list[float], status: Status) -> None:
    status = Status(Metrics(load_reference(None)), 60)
    assert not status.ready().ok
    assert status.healthy().ok
    status.assigned(True)
    status.beat("intake")
    assert status.ready() == (True, ())


def test_a_dead_agent_is_neither_healthy_nor_ready(status: Status) -> None:
    status.died("agent: ValueError: x")
    assert status.healthy() == (False, ("agent: ValueError: x",))
    assert not status.ready().ok


@pytest.mark.parametrize("part", ["loop", "intake"])
def test_a_silent_part_is_ill_after_the_time_out(clock: list[float], part: str) -> None:
    status = Status(Metrics(load_reference(None)), 60)
    status.beat(part)
    clock[0] += 59
    assert status.healthy().ok
    clock[0] += 2
    assert status.healthy().reasons == (f"{part}: no sign of life for 61 s",)
    status.beat(part)
    assert status.healthy().ok


def test_a_stalled_step_is_ill_but_waiting_for_the_sink_is_not(clock: list[float]) -> None:
    status = Status(Metrics(load_reference(None)), 60)
    status.working(pending=True)
    clock[0] += 61
    assert not status.healthy().ok
    status.sink_failed("write", "refused")
    assert status.healthy().ok
    assert "sink: waiting, then trying again (write): refused" in status.ready().reasons


def test_one_part_getting_through_does_not_hide_that_another_waits() -> None:
    metrics = Metrics(load_reference(None))
    status = Status(metrics, 60)
    status.sink_failed("write", "refused")
    status.sink_works("fold")
    assert metrics.registry.get_sample_value("release_sink_stalled") == 1
    status.sink_works("write")
    assert metrics.registry.get_sample_value("release_sink_stalled") == 0
    assert metrics.registry.get_sample_value("release_sink_failures_total") == 1


def test_who_is_not_reached_for_long_makes_it_unready_but_not_ill(status: Status) -> None:
    status.unseen("kafka", "broker transport failure")
    assert status.ready().reasons == ("monitor: kafka does not answer: broker transport failure",)
    assert status.healthy().ok
    status.unseen("kafka", None)
    assert status.ready().ok
