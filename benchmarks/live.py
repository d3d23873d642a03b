"""The pipeline under a live load at half of what it can do: how fresh it is, and how it recovers from a kill."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import msgspec

from benchmarks.delays import Delays
from benchmarks.freshness import Marker, Watch, watches
from benchmarks.live_feed import LiveJob
from benchmarks.processes import Usage, between, usage
from benchmarks.recovery import Recovery, kill_and_watch
from benchmarks.script import ROOT, stop
from benchmarks.span import BenchmarkError
from streams.local.children import last_line
from streams.local.pipeline import LocalPipeline
from streams.settings import Settings

MARKERS_A_SECOND: Final = 5.0
_WARM_UP_S: Final = 10.0
_SAMPLED_S: Final = 40.0
_LAST_MARKERS_S: Final = 10.0
_BETWEEN_KILLS_S: Final = 5.0
_KILLS: Final = 3
_TELL_S: Final = 10.0

Say = Callable[[str], None]


class Live(msgspec.Struct, frozen=True):
    """What was seen under a live load. Rates are messages a second; `groups` is what was used in `seconds` of it."""

    rate: float
    sent_rate: float
    seconds: float
    freshness: list[Delays]
    recoveries: list[Recovery]
    groups: dict[str, Usage]


class _FeedProcess:
    """The feed as a process of its own, and what it says: how much it sent, and its markers."""

    def __init__(self, job: LiveJob, folder: Path, marked: Callable[[Marker], None]) -> None:
        self.begun = threading.Event()
        self.sent = 0
        self._marked = marked
        with (folder / "feed.log").open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "benchmarks.live_feed"],
                cwd=folder,
                env={**os.environ, **job.environment(), "PYTHONPATH": str(ROOT)},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,
            )
        threading.Thread(target=self._listen, name="feed", daemon=True).start()

    def _listen(self) -> None:
        for line in self.process.stdout or ():
            word, *said = line.split()
            if word == "begun":
                self.begun.set()
            elif word == "sent":
                self.sent = int(said[0])
            elif word == "marker":
                self._marked(Marker(int(said[0]), said[1], int(said[2]) / 1e9, int(said[3])))


def measure(folder: Path, settings: Settings, rate: float, say: Say) -> Live:
    """Run the pipeline with one worker under a live load of `rate` messages a second.

    Raises BenchmarkError when a worker ends by itself, and what looking raised.
    """
    folder.mkdir()
    with ExitStack() as stack:
        running = stack.enter_context(
            LocalPipeline(folder, settings, 1, lambda text: say(f"live load: {text}"))
        )
        looking: list[Watch] = watches(running, stack)
        sampled = threading.Event()

        def marked(marker: Marker) -> None:
            if sampled.is_set():
                for watch in looking:
                    watch.await_(marker)

        say(f"live load: {rate:,.0f} messages a second, what happens now")
        feed = _FeedProcess(
            LiveJob(running.settings.kafka_bootstrap_servers, rate, MARKERS_A_SECOND), folder, marked
        )
        stack.callback(stop, feed.process)
        if not feed.begun.wait(60):
            raise BenchmarkError("live load: the feed did not begin")
        for watch in looking:
            watch.start()
        _pass(running, _WARM_UP_S, feed, say)
        used, sent, begin = usage(), feed.sent, time.monotonic()
        sampled.set()
        _pass(running, _SAMPLED_S, feed, say)
        sampled.clear()
        seconds = time.monotonic() - begin
        groups, sent_rate = between(used, usage()), (feed.sent - sent) / seconds
        _last_markers(running, looking)
        freshness = [one for watch in looking for one in watch.finish()]
        recoveries = []
        for _ in range(_KILLS):
            _pass(running, _BETWEEN_KILLS_S, feed, say)
            recoveries.append(kill_and_watch(running, rate, say))
            if recoveries[-1].to_caught_up_s is None:
                break  # another kill would measure the backlog of this one
        return Live(rate, round(sent_rate, 1), round(seconds, 2), freshness, recoveries, groups)


def _last_markers(running: LocalPipeline, looking: list[Watch]) -> None:
    deadline = time.monotonic() + _LAST_MARKERS_S
    while any(watch.awaiting for watch in looking) and time.monotonic() < deadline:
        _look_after(running, 0)
        time.sleep(0.1)


def _pass(running: LocalPipeline, seconds: float, feed: _FeedProcess, say: Say) -> None:
    """Let the load run, and say now and then how it goes."""
    restarts = running.restarts
    begin = told = time.monotonic()
    while (now := time.monotonic()) - begin < seconds:
        _look_after(running, restarts)
        if feed.process.poll() is not None:
            raise BenchmarkError("live load: the feed ended")
        if now - told >= _TELL_S:
            told = now
            standing = running.standing()
            waiting = standing.arrived - standing.accounted
            say(f"live load: {standing.arrived:,} messages in, {waiting:,} of them wait")
        time.sleep(0.1)


def _look_after(running: LocalPipeline, restarts: int) -> None:
    running.watch()
    if running.restarts > restarts:
        raise BenchmarkError(
            f"live load: a worker ended by itself: {last_line(running.data_dir, 'worker-1')}"
        )
