"""The parts that run against a real Kafka: the limit, the baseline, and the whole pipeline."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from benchmarks.events import Message
from benchmarks.message import Job
from benchmarks.span import BenchmarkError, Measured, Stopwatch
from streams.kafka.extents import Extents
from streams.kafka.load import Loader
from streams.kafka.topics import PACKED, create_topics
from streams.local.broker import LocalBroker
from streams.local.children import last_line
from streams.local.pipeline import LocalPipeline, Standing
from streams.settings import Settings

_ROOT: Final = Path(__file__).resolve().parents[1]
_SHORTEST_LOOK_S: Final = 0.1
_LONGEST_LOOK_S: Final = 1.0
_START_S: Final = 90.0
_SLOWEST_RATE: Final = 500.0
"""Events a second below which a part is given up."""

Say = Callable[[str], None]


def _patience_s(events: int) -> float:
    return _START_S + events / _SLOWEST_RATE


def fill(broker: LocalBroker, settings: Settings, messages: Sequence[Message]) -> None:
    """Make the topics and load all messages."""
    reached = settings.model_copy(update={"kafka_bootstrap_servers": broker.bootstrap})
    create_topics(reached)
    Loader(reached).load(messages)


def readers(
    folder: Path, settings: Settings, messages: Sequence[Message], say: Say
) -> tuple[Measured, Measured]:
    """Measure the limit and the baseline, each its own process, on one broker and one filled topic."""
    folder.mkdir()
    with LocalBroker(folder / "kafka") as broker:
        say(f"limit and baseline: loading {len(messages):,} messages")
        fill(broker, settings, messages)
        job = Job(broker.bootstrap, len(messages))
        say("limit: confluent-kafka, consume and decode")
        limit = _script("limit", ["benchmarks.raw_limit"], job, folder)
        say("baseline: a Faust agent, one event at a time, decode only")
        command = ["benchmarks.faust_baseline", "worker", "--loglevel", "warn"]
        return limit, _script("baseline", command, job, folder)


def _script(name: str, command: Sequence[str], job: Job, folder: Path) -> Measured:
    """Run a script that says `begun` and `done N`, and stop it when it is done."""
    environment = {**os.environ, **job.environment(), "PYTHONPATH": str(_ROOT)}
    log = folder / f"{name}.log"
    with log.open("wb") as errors:
        watch = Stopwatch(name)
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            start_new_session=True,  # Ctrl-C is for us, who stop it
        )
    deadline = threading.Timer(_patience_s(job.events), process.kill)
    deadline.start()
    try:
        for line in process.stdout or ():
            word, _, count = line.strip().partition(" ")
            if word == "begun":
                watch.begin()
            elif word == "done":
                return watch.end(int(count))
    finally:
        deadline.cancel()
        _stop(process)
    words = log.read_text(errors="replace").strip().splitlines()
    raise BenchmarkError(f"{name}: ended before it was done: {words[-1] if words else 'it logged nothing'}")


def _stop(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()


def pipeline(
    folder: Path, settings: Settings, messages: Sequence[Message], workers: int, say: Say
) -> Measured:
    """Measure the whole pipeline with this many workers, by what the ledger in the store vouches for."""
    name = f"pipeline, {workers} worker{'s' if workers > 1 else ''}"
    folder.mkdir()
    with LocalBroker(folder / "kafka") as broker:
        say(f"{name}: loading {len(messages):,} messages")
        fill(broker, settings, messages)
    # The pipeline starts this Kafka again on the same folder and finds the topic full.
    with LocalPipeline(folder, settings, workers, lambda text: say(f"{name}: {text}")) as running:
        return _watched(Stopwatch(name), name, running, _patience_s(len(messages)), say)


def _watched(watch: Stopwatch, name: str, running: LocalPipeline, patience_s: float, say: Say) -> Measured:
    """Measure a pipeline from the first pack that its intake wrote to the last message accounted for."""
    deadline = time.monotonic() + patience_s
    with closing(Extents(running.settings, PACKED)) as packed:
        while not any(high for _, high in packed.now().values()):
            _look_after(name, running, deadline)
            time.sleep(_SHORTEST_LOOK_S)
    watch.begin()
    told = 0
    while True:
        standing = running.standing()
        if standing.accounted:
            watch.first_done()
        if standing.drained:
            return watch.end(standing.accounted)
        if standing.accounted > told:
            told = standing.accounted
            say(f"{name}: {told:,} of {standing.arrived:,} accounted for")
        _look_after(name, running, deadline)
        time.sleep(_pause_s(standing, watch.elapsed_s or 0.0))


def _pause_s(standing: Standing, elapsed_s: float) -> float:
    """Return how long to leave the pipeline alone: a look costs the store some work, so few between begin and end."""
    if not standing.accounted:
        return _SHORTEST_LOOK_S
    remaining_s = elapsed_s * (standing.arrived - standing.accounted) / standing.accounted
    return min(_LONGEST_LOOK_S, max(_SHORTEST_LOOK_S, remaining_s / 4))


def _look_after(name: str, running: LocalPipeline, deadline: float) -> None:
    """Raise BenchmarkError when the pipeline takes too long, or is no longer what was started."""
    running.watch()
    if running.restarts:
        raise BenchmarkError(f"{name}: a worker ended by itself: {last_line(running.data_dir, 'worker-1')}")
    if time.monotonic() > deadline:
        raise BenchmarkError(f"{name}: not done in time: {last_line(running.data_dir, 'worker-1')}")
