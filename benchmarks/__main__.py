"""Runs every part one after the other and prints one table. Everything it starts is stopped and removed at the end."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from confluent_kafka import KafkaException
from pydantic import ValidationError

from benchmarks import inprocess, parts, report
from benchmarks.events import generate
from benchmarks.processes import machine
from benchmarks.span import BenchmarkError
from streams.kafka.load import LoadError
from streams.kafka.topics import TopicError
from streams.local.broker import BrokerError
from streams.local.children import ChildError
from streams.settings import Settings

_RESULTS: Final = Path(__file__).resolve().parent / "results" / "latest.json"
_DEFAULT_EVENTS: Final = 200_000
_FEWEST_EVENTS: Final = 20_000
_FAULTS: Final = (
    BenchmarkError,
    BrokerError,
    ChildError,
    LoadError,
    TopicError,
    KafkaException,
    ValidationError,
)


def _measure(events: int, folder: Path) -> report.Report:
    begin = time.monotonic()

    def say(text: str) -> None:
        print(f"{time.monotonic() - begin:7.1f} s  {text}", file=sys.stderr, flush=True)

    at, where = dt.datetime.now(dt.UTC).isoformat(timespec="seconds"), machine()
    say(f"making {events:,} messages")
    messages = generate(events)
    settings = Settings(metrics_port=0)
    limit, baseline = parts.readers(folder / "readers", settings, messages, say)
    one = parts.pipeline(folder / "one", settings, messages, 1, say)
    two = parts.pipeline(folder / "two", settings, messages, 2, say)
    say("one core, in process: decode and fold, part by part")
    return report.Report(
        at=at,
        machine=where,
        messages=events,
        message_bytes=round(sum(len(message.value) for message in messages) / events),
        limit=limit,
        baseline=baseline,
        pipeline=one,
        two_workers=two,
        one_core=inprocess.measure(messages),
    )


def main() -> int:
    """Run the benchmark; the exit code says whether it ran, not how fast it was."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Events per second, side by side."
    )
    parser.add_argument(
        "--events", type=int, default=_DEFAULT_EVENTS, help="messages to load (default %(default)s)"
    )
    events = parser.parse_args().events
    if events < _FEWEST_EVENTS:
        parser.error(f"--events: at least {_FEWEST_EVENTS}, less is over before it can be measured")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends like Ctrl-C, in order
    home = Path.cwd()
    with tempfile.TemporaryDirectory(prefix="release-monitor-bench-") as scratch:
        os.chdir(scratch)  # what libraries leave in the current folder goes away with it
        try:
            result = _measure(events, Path(scratch))
        except _FAULTS as error:
            print(f"error: {error}", file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            print("stopped", file=sys.stderr)
            return 130
        finally:
            os.chdir(home)
    report.save(result, _RESULTS)
    report.show(result)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
