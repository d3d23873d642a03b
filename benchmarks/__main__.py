"""Runs every part one after the other and prints one report. Everything it starts is stopped and removed at the end."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from benchmarks import inprocess, live, parts, readers, report
from benchmarks.command import FAULTS, end_like_ctrl_c, sayer
from benchmarks.events import generate
from benchmarks.processes import machine
from streams.settings import Settings

_RESULTS: Final = Path(__file__).resolve().parent / "results" / "latest.json"
_DEFAULT_EVENTS: Final = 200_000
_FEWEST_EVENTS: Final = 20_000


def _measure(events: int, folder: Path, say: Callable[[str], None]) -> report.Report:
    at, where = dt.datetime.now(dt.UTC).isoformat(timespec="seconds"), machine()
    say(f"making {events:,} messages")
    messages = generate(events)
    settings = Settings(metrics_port=0)
    others = readers.readers(folder / "readers", settings, messages, say)
    one = parts.pipeline(folder / "one", settings, messages, 1, say)
    two = parts.pipeline(folder / "two", settings, messages, 2, say)
    say("one core, in process: decode and fold, part by part")
    one_core = inprocess.measure(messages)
    return report.Report(
        at=at,
        machine=where,
        messages=events,
        message_bytes=round(sum(len(message.value) for message in messages) / events),
        readers=others,
        pipeline=one,
        two_workers=two,
        one_core=one_core,
        live=live.measure(folder / "live", settings, one.rate / 2, say),
    )


def main() -> int:
    """Run the benchmark; the exit code says whether it ran, not how fast it was."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Speed, freshness and recovery, side by side with others."
    )
    parser.add_argument(
        "--events", type=int, default=_DEFAULT_EVENTS, help="messages to load (default %(default)s)"
    )
    events = parser.parse_args().events
    if events < _FEWEST_EVENTS:
        parser.error(f"--events: at least {_FEWEST_EVENTS}, less is over before it can be measured")
    end_like_ctrl_c()
    home = Path.cwd()
    with tempfile.TemporaryDirectory(prefix="release-monitor-bench-") as scratch:
        os.chdir(scratch)  # what libraries leave in the current folder goes away with it
        try:
            result = _measure(events, Path(scratch), sayer())
        except FAULTS as error:
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
