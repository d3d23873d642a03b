"""How much memory the pipeline needs after many events: `python -m benchmarks.memory` or `make bench-memory`.

The same day's declarations come again and again under new keys, a day later each time, so 10 million messages are
about 100 days of a feed of 12,000 declarations a day. They are sent in portions, as fast as the pipeline takes them;
after each the peak of every process is noted: what grows with the history shows as a rising line.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Final

import msgspec
from rich.console import Console
from rich.table import Table

from benchmarks.command import FAULTS, end_like_ctrl_c, sayer
from benchmarks.endless import blanks_of, endless
from benchmarks.events import one_day
from benchmarks.parts import SETTLE_S, await_settled, look_after
from benchmarks.processes import Machine, machine, usage
from streams.kafka.load import Loader
from streams.local.pipeline import LocalPipeline
from streams.settings import Settings

_RESULTS: Final = Path(__file__).resolve().parent / "results" / "memory.json"
_EVENTS: Final = 10_000_000
_PORTION: Final = 250_000
_MOST_WAITING: Final = 500_000
_SLOWEST_RATE: Final = 2_000.0
_GROUPS: Final[tuple[str, ...]] = ("worker", "intake", "windows", "store")
_LOOK_S: Final = 0.5

Say = Callable[[str], None]


class Peak(msgspec.Struct, frozen=True):
    """The peak resident memory of the largest process of each group, in MB, after so many messages and seconds."""

    messages: int
    seconds: float
    peak_mb: dict[str, float]


class Memory(msgspec.Struct, frozen=True):
    """One run."""

    machine: Machine
    messages: int
    peaks: list[Peak]


def measure(events: int, workers: int, folder: Path, say: Say) -> list[Peak]:
    """Feed so many messages through a pipeline and return the peaks after each portion and at the end."""
    say("making the messages of one day")
    feed = endless(blanks_of(one_day()))
    peaks = []
    with LocalPipeline(folder, Settings(metrics_port=0), workers, say) as running:
        loader = Loader(running.settings)
        begin = time.monotonic()
        deadline = begin + 120 + events / _SLOWEST_RATE
        while loader.sent < events:
            portion = islice(feed, min(_PORTION, events - loader.sent))
            loader.load(sending.shifted() for sending in portion)
            most = _MOST_WAITING if loader.sent < events else 0
            while True:
                look_after("memory", running, deadline)
                standing = running.standing()
                if standing.arrived - standing.accounted <= most:
                    break
                time.sleep(_LOOK_S)
            peaks.append(_peak(standing.accounted, begin))
            said = ", ".join(f"{name} {mb:,.0f}" for name, mb in peaks[-1].peak_mb.items())
            say(f"{standing.accounted:,} of {events:,} messages; peak MB: {said}")
        say("waiting until the windows are settled")
        if not await_settled("memory", running):
            say(f"the windows are not settled after {SETTLE_S:g} s more")
        peaks.append(_peak(running.standing().accounted, begin))
    return peaks


def _peak(messages: int, begin: float) -> Peak:
    used = usage()
    peaks = {name: round(used[name].peak_mb, 1) for name in _GROUPS if name in used}
    return Peak(messages, round(time.monotonic() - begin, 1), peaks)


def show(memory: Memory, console: Console) -> None:
    """Print about ten lines of what was noted, and the machine."""
    table = Table(title="peak resident memory of the largest process, MB", title_justify="left")
    names = list(memory.peaks[-1].peak_mb)
    for heading in ("messages", "seconds", *names):
        table.add_column(heading, justify="right")
    every = max(1, len(memory.peaks) // 10)
    for peak in [*memory.peaks[:-1:every], memory.peaks[-1]]:
        table.add_row(
            f"{peak.messages:,}",
            f"{peak.seconds:,.0f}",
            *(f"{peak.peak_mb.get(name, 0):,.0f}" for name in names),
        )
    console.print(table)
    of = memory.machine
    console.print(f"machine: {of.cores} cores, {of.model}, {of.memory_gb:g} GB", highlight=False)


def main() -> int:
    """Run the measurement; the exit code says whether it ran."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.memory", description="Memory after many events."
    )
    parser.add_argument("--events", type=int, default=_EVENTS, help="messages to feed (default %(default)s)")
    parser.add_argument("--workers", type=int, default=1, help="workers (default %(default)s)")
    asked = parser.parse_args()
    end_like_ctrl_c()
    home = Path.cwd()
    with tempfile.TemporaryDirectory(prefix="release-monitor-bench-") as scratch:
        os.chdir(scratch)  # what libraries leave in the current folder goes away with it
        where = machine()
        try:
            peaks = measure(asked.events, asked.workers, Path(scratch) / "memory", sayer())
        except FAULTS as error:
            print(f"error: {error}", file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            print("stopped", file=sys.stderr)
            return 130
        finally:
            os.chdir(home)
    memory = Memory(where, asked.events, peaks)
    _RESULTS.parent.mkdir(parents=True, exist_ok=True)
    _RESULTS.write_bytes(msgspec.json.format(msgspec.json.encode(memory)) + b"\n")
    show(memory, Console(width=120))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
