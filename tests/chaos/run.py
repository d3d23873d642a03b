"""One whole run: feed, chaos, drain, backfill, comparison."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from streams.store.client import connect

from .agreement import compare
from .feed import Feeding, write_events
from .machine import Machine
from .recovery import Sampler
from .report import Report
from .schedule import Plan, schedule
from .store import ChaosError, Store
from .storm import Storm

_TICK_S: Final = 0.2
_TELL_S: Final = 5.0


def run(plan: Plan, folder: Path, most_s: float, say: Callable[[str], None]) -> Report:
    """Do one run in an empty folder and report. Raises ChaosError on any difference, and after `most_s` seconds."""
    deadline = time.monotonic() + most_s
    path = folder / "events.jsonl"
    say(f"writing {plan.events:,} events of seed {plan.seed}")
    write_events(path, plan.seed, plan.events)
    say("starting Kafka and the store")
    with Machine(folder / "streamed", plan.session_timeout_s, plan.environment) as machine:
        report = _attack(machine, plan, path, deadline, say)
    say("backfilling the same events")
    _backfill(path, folder / "backfilled", plan.environment, deadline)
    say("comparing every view")
    return report._replace(views=_compare(folder, plan.events))


def _attack(machine: Machine, plan: Plan, path: Path, deadline: float, say: Callable[[str], None]) -> Report:
    machine.crew.scale(plan.crew[0])
    say(f"waiting for {plan.crew[0]} workers")
    while not machine.crew.ready():
        machine.crew.watch()
        if time.monotonic() > deadline:
            raise ChaosError("out of time while the first workers start")
        time.sleep(_TICK_S)
    begin = time.monotonic()

    def clock() -> float:
        return time.monotonic() - begin

    sampler = Sampler(machine.store.reader, machine.crew, clock)
    feeding = Feeding(machine.settings, path, plan.speed, plan.most_behind, lambda: sampler.accounted)
    storm = Storm(machine, schedule(plan), feeding, sampler, clock, say)
    feeding.start()
    sampler.start()
    told = 0.0

    def until(condition: Callable[[], bool], what: str, every_s: float = _TICK_S) -> None:
        nonlocal told
        while not condition():
            if time.monotonic() > deadline:
                raise ChaosError(f"out of time while {what}: {_standing(feeding, sampler)}")
            storm.tick()
            machine.crew.watch()
            if clock() - told >= _TELL_S:
                told = clock()
                say(_standing(feeding, sampler))
            time.sleep(every_s)

    try:
        until(lambda: feeding.done() and storm.over, "events are fed")
        say("all is fed and done, now it drains")
        until(lambda: sampler.accounted >= plan.events, "what was fed is drained")
        machine.feed_ended()
        until(machine.settled, "windows are computed", every_s=1.0)
        seconds = clock()
        for what, number in (("arrived in Kafka", machine.arrived()), ("accounted for", machine.accounted())):
            if number != plan.events:
                raise ChaosError(f"{number:,} messages {what}, not {plan.events:,}")
        return Report(
            plan=plan,
            incidents=sampler.incidents,
            ends=machine.crew.ends,
            rebalances=machine.rebalances(),
            packed_again=machine.packed_again(),
            replays=sampler.replays.total,
            views={},
            seconds=seconds,
        )
    finally:
        feeding.stop()
        storm.join()
        sampler.stop()


def _standing(feeding: Feeding, sampler: Sampler) -> str:
    return (
        f"{feeding.sent:,} events sent, {sampler.accounted:,} done, {sampler.replays.total:,} replays skipped"
    )


def _backfill(path: Path, folder: Path, environment: Mapping[str, str], deadline: float) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "streams.cli.main", "backfill", str(path), "--data", str(folder)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
        timeout=max(1.0, deadline - time.monotonic()),
    )
    if done.returncode != 0:
        raise ChaosError(f"the backfill failed: {done.stderr.strip()}")


def _compare(folder: Path, events: int) -> dict[str, int]:
    stores = [Store(folder / name) for name in ("streamed", "backfilled")]
    try:
        for store in stores:
            store.start()
        streamed, backfilled = (connect(store.writer, timeout_s=600) for store in stores)
        return compare(streamed, backfilled, events)
    finally:
        for store in stores:
            store.stop()
