"""When a worker is ended, for each way in which it can be stuck; with a clock and an end that do nothing."""

from __future__ import annotations

import pytest

from streams.metrics.registry import Metrics
from streams.reference import load_reference
from streams.worker import status as module
from streams.worker import watchdog
from streams.worker.status import Status
from streams.worker.watchdog import EXIT_CODE, Watchdog


class Bench:
    """A status and its watchdog, on a clock that is turned by hand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        self.ended = 0
        monkeypatch.setattr(module.time, "monotonic", lambda: self.now)
        self.status = Status(Metrics(load_reference(None)), stall_timeout_s=60)
        self.watchdog = Watchdog(self.status.stalls, self.end)

    def end(self) -> None:
        self.ended += 1

    def looks(self, seconds: int) -> None:
        """Let so many seconds pass, with a look at each."""
        for _ in range(seconds):
            self.now += 1
            self.watchdog.look()


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Bench:
    return Bench(monkeypatch)


def test_a_worker_that_has_nothing_to_do_lives(bench: Bench) -> None:
    bench.looks(1_000)
    assert not bench.ended


@pytest.mark.parametrize("part", ["loop", "intake"])
def test_a_silent_part_ends_it_soon_after_the_time_out(bench: Bench, part: str) -> None:
    bench.status.beat(part)
    bench.looks(60)
    assert not bench.ended
    bench.looks(3)
    assert bench.ended == 1


def test_a_stalled_step_ends_it(bench: Bench) -> None:
    bench.status.working(pending=True)
    bench.looks(63)
    assert bench.ended == 1


def test_work_that_is_done_in_time_does_not(bench: Bench) -> None:
    for _ in range(10):
        bench.status.working(pending=True)
        bench.looks(59)
        bench.status.working(pending=False)
        bench.looks(59)
    assert not bench.ended


def test_waiting_for_the_store_is_no_stall_however_long_and_nor_is_what_follows(bench: Bench) -> None:
    bench.status.working(pending=True)
    bench.looks(30)
    bench.status.sink_failed("write", "connection refused")
    bench.looks(10_000)
    bench.status.sink_works("write")
    bench.looks(59)
    assert not bench.ended
    bench.looks(4)
    assert bench.ended == 1


def test_packs_that_nobody_takes_end_it(bench: Bench) -> None:
    bench.status.reads([2])
    for _ in range(64):
        bench.status.stands({2: (10, 11)})
        bench.looks(1)
    assert bench.ended == 1


def test_one_that_was_held_up_with_all_its_parts_gets_a_moment_to_show_that_it_lives(bench: Bench) -> None:
    bench.status.beat("loop")
    bench.now += 10_000
    bench.looks(2)
    bench.status.beat("loop")
    bench.looks(10)
    assert not bench.ended


def test_an_end_in_order_is_not_cut_short(bench: Bench) -> None:
    bench.status.died("agent: ValueError: x")
    bench.looks(30)
    assert not bench.ended


def test_the_end_is_at_once_with_a_code_of_its_own_and_one_line(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    codes: list[int] = []
    monkeypatch.setattr(watchdog.os, "_exit", codes.append)
    real = Watchdog(lambda: ["loop: no sign of life for 61 s"])
    for _ in range(3):
        real.look()
    assert codes == [EXIT_CODE]
    out, err = capfd.readouterr()
    assert (out + err).count("\n") == 1
    assert "loop: no sign of life for 61 s" in out + err
