"""What reads the topic on its own, beside the pipeline: the limit, the baseline, and the job in Quix Streams."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from benchmarks.events import Message
from benchmarks.message import Job
from benchmarks.parts import Say, fill
from benchmarks.quix.environment import prepare
from benchmarks.quix.measure import CHEAPEST, OTHERS, QuixRun
from benchmarks.quix.measure import measure as measure_quix
from benchmarks.script import run_script
from benchmarks.span import Measured
from streams.local.broker import LocalBroker
from streams.settings import Settings


class Readers(msgspec.Struct, frozen=True):
    """What reads the topic on its own: the limit, the baseline, and the job in Quix Streams in several forms."""

    limit: Measured
    baseline: Measured
    quix: QuixRun
    quix_others: tuple[QuixRun, ...]


def readers(folder: Path, settings: Settings, messages: Sequence[Message], say: Say) -> Readers:
    """Measure the limit, the baseline and Quix Streams, each its own process, on one broker."""
    folder.mkdir()
    python = prepare(say)
    with LocalBroker(folder / "kafka") as broker:
        say(f"limit, baseline, Quix Streams: loading {len(messages):,} messages")
        reached = fill(broker, settings, messages)
        job = Job(broker.bootstrap, len(messages))

        def script(name: str, *command: str) -> Measured:
            whole = [sys.executable, "-m", *command]
            return run_script(name, whole, job.environment(), job.events, folder).measured

        say("limit: confluent-kafka, consume and decode")
        limit = script("limit", "benchmarks.raw_limit")
        say("baseline: a Faust agent, one event at a time, decode only")
        baseline = script("baseline", "benchmarks.faust_baseline", "worker", "--loglevel", "warn")
        quix = [measure_quix(form, python, reached, messages, folder, say) for form in (CHEAPEST, *OTHERS)]
        return Readers(limit, baseline, quix[0], tuple(quix[1:]))
