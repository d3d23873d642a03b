"""Who has the windows: through faults and lost ownership, and what may be acknowledged when."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

import msgspec
import pytest

from streams.store.sink import SinkError
from streams.worker import windows_owner as module
from streams.worker.steps import Delivery
from streams.worker.window_steps import LostOwnershipError
from streams.worker.windows_owner import WindowsOwner


class FakeSteps:
    """Takes anything; says what it is told to say. `faults` are raised one a round."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.taken: list[int] = []
        self.said_offset = -1
        self.more = False

    def take(self, offset: int, value: bytes) -> None:
        if value == b"alien":
            raise msgspec.DecodeError("no message")
        self.taken.append(offset)

    def round(self) -> bool:
        self.bench.rounds += 1
        if self.bench.faults:
            raise self.bench.faults.pop(0)
        if self.bench.says:
            self.said_offset = max(self.taken, default=-1) + 1
        return self.more


class Bench:
    """An owner with fakes around it; sleeping takes no time, and what is slept is noted."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.opened: list[FakeSteps] = []
        self.given_up = 0
        self.rounds = 0
        self.faults: list[Exception] = []
        self.opening_faults: list[Exception] = []
        self.says = True
        self.acked: list[int] = []
        self.slept: list[float] = []
        self.owner = WindowsOwner(self.open_anew, self.give_up)  # type: ignore[arg-type]
        real = asyncio.sleep

        async def sleep(seconds: float) -> None:
            self.slept.append(seconds)
            await real(0)

        monkeypatch.setattr(module.asyncio, "sleep", sleep)

    def open_anew(self) -> FakeSteps:
        if self.opening_faults:
            raise self.opening_faults.pop(0)
        self.opened.append(FakeSteps(self))
        return self.opened[-1]

    def give_up(self) -> None:
        self.given_up += 1

    def delivery(self, offset: int, value: bytes = b"") -> Delivery:
        return Delivery(value, 0, offset, lambda: self.acked.append(offset))

    def run(self, story: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Tell a story to the owner while it works; what ends the owner ends the story."""

        async def both() -> None:
            work = asyncio.create_task(self.owner.run())
            tell = asyncio.create_task(story())
            await asyncio.wait({work, tell}, return_when=asyncio.FIRST_COMPLETED, timeout=20)
            assert work.done() or tell.done()
            work.cancel()
            tell.cancel()
            for task in (work, tell):
                with suppress(asyncio.CancelledError):
                    await task

        asyncio.run(both())

    async def rounds_pass(self, count: int = 3) -> None:
        until = self.rounds + count
        await self.until(lambda: self.rounds >= until)

    async def until(self, true: Callable[[], bool]) -> None:
        while not true():
            await asyncio.get_running_loop().run_in_executor(None, lambda: None)


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Bench:
    return Bench(monkeypatch)


def test_nothing_is_opened_before_it_is_wanted_and_given_up_once_when_it_is_no_more(bench: Bench) -> None:
    async def story() -> None:
        await bench.until(lambda: len(bench.slept) > 3)
        assert not bench.opened
        bench.owner.wanted(True)
        await bench.rounds_pass()
        bench.owner.wanted(False)
        await bench.until(lambda: bench.given_up > 0)
        rounds = bench.rounds
        for _ in range(20):
            await asyncio.sleep(0)
        assert bench.rounds == rounds
        bench.owner.wanted(True)
        await bench.rounds_pass()

    bench.run(story)
    assert len(bench.opened) == 2
    assert bench.given_up == 1


def test_acknowledged_is_only_what_the_store_says_is_taken_in(bench: Bench) -> None:
    bench.says = False

    async def story() -> None:
        bench.owner.wanted(True)
        await bench.owner.deliver([bench.delivery(offset) for offset in (5, 6, 7)])
        await bench.rounds_pass()
        assert bench.opened[0].taken == [5, 6, 7]
        assert bench.acked == []
        bench.opened[0].said_offset = 7
        await bench.rounds_pass()
        assert bench.acked == [5, 6]
        bench.says = True
        await bench.rounds_pass()

    bench.run(story)
    assert bench.acked == [5, 6, 7]


def test_passing_faults_are_waited_out_with_longer_and_longer_pauses(bench: Bench) -> None:
    bench.opening_faults = [OSError("refused")]
    bench.faults = [SinkError("0 of 1 rows"), OSError(), *[SinkError("again")] * 4]

    async def story() -> None:
        bench.owner.wanted(True)
        await bench.owner.deliver([bench.delivery(0)])
        await bench.rounds_pass(9)

    bench.run(story)
    assert len(bench.opened) == 1
    assert bench.opened[0].taken == [0]
    assert bench.acked == [0]
    pauses = [seconds for seconds in bench.slept if seconds >= 0.2]
    assert pauses == [0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0]


def test_lost_ownership_begins_anew_with_all_that_is_not_acknowledged(bench: Bench) -> None:
    bench.says = False

    async def story() -> None:
        bench.owner.wanted(True)
        await bench.owner.deliver([bench.delivery(offset) for offset in (0, 1, 2)])
        await bench.rounds_pass()
        bench.opened[0].said_offset = 1
        await bench.rounds_pass()
        bench.faults = [LostOwnershipError("another")]
        await bench.rounds_pass()
        bench.says = True
        await bench.rounds_pass()

    bench.run(story)
    assert [steps.taken for steps in bench.opened] == [[0, 1, 2], [1, 2]]
    assert bench.acked == [0, 1, 2]
    assert bench.given_up == 0


def test_what_was_delivered_before_it_was_taken_away_is_dropped(bench: Bench) -> None:
    bench.says = False

    async def story() -> None:
        bench.owner.wanted(True)
        await bench.owner.deliver([bench.delivery(0)])
        await bench.rounds_pass()
        bench.owner.wanted(False)
        await bench.owner.deliver([bench.delivery(1)])
        bench.owner.wanted(False)
        await bench.until(lambda: bench.given_up > 0)
        bench.owner.wanted(True)
        bench.says = True
        await bench.owner.deliver([bench.delivery(2)])
        await bench.rounds_pass()

    bench.run(story)
    assert [steps.taken for steps in bench.opened] == [[0], [2]]
    assert bench.acked == [2]


def test_a_message_that_is_none_is_passed_over(bench: Bench) -> None:
    async def story() -> None:
        bench.owner.wanted(True)
        await bench.owner.deliver([bench.delivery(0, b"alien"), bench.delivery(1)])
        await bench.rounds_pass()

    bench.run(story)
    assert bench.opened[0].taken == [1]
    assert bench.acked == [0, 1]


def test_there_is_room_for_so_many_and_delivering_waits_for_more(bench: Bench) -> None:
    async def story() -> None:
        many = [bench.delivery(offset) for offset in range(40)]
        waiting = asyncio.create_task(bench.owner.deliver(many))  # not wanted yet
        for _ in range(20):
            await asyncio.sleep(0)
        assert not waiting.done()
        bench.owner.wanted(True)  # and what was delivered before is dropped
        await waiting
        await bench.owner.deliver(many[:32])
        await bench.rounds_pass()

    bench.run(story)
    assert bench.opened[0].taken == list(range(32))


def test_a_bug_ends_it(bench: Bench) -> None:
    bench.faults = [ZeroDivisionError("a bug")]

    async def story() -> None:
        bench.owner.wanted(True)
        await bench.rounds_pass(100)

    with pytest.raises(ZeroDivisionError):
        bench.run(story)
