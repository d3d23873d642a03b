"""Runs what is measured as a process of its own: a script that says when it begins and when it is done."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.span import BenchmarkError, Measured, Stopwatch

ROOT: Final = Path(__file__).resolve().parents[1]
START_S: Final = 90.0
_SLOWEST_RATE: Final = 200.0
"""Events a second below which a part is given up."""


class Ran(NamedTuple):
    """What a script measured, and the other numbers that it told, by their names."""

    measured: Measured
    told: Mapping[str, int]


def patience_s(events: int) -> float:
    """Return after how many seconds a part with so many events is given up."""
    return START_S + events / _SLOWEST_RATE


def run_script(
    name: str, command: Sequence[str], variables: Mapping[str, str], events: int, folder: Path
) -> Ran:
    """Run a script until it is done, and stop it then.

    `command` begins with the Python to use. The script says `begun`, `done N`, and whatever else it wants to be told
    as `word N`, one a line on standard output. Raises BenchmarkError when it ends without `done`, or takes too long.
    """
    log = folder / f"{name.replace(' ', '-')}.log"
    with log.open("wb") as errors:
        watch = Stopwatch(name)
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **variables, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            start_new_session=True,  # Ctrl-C is for us, who stop it
        )
    deadline = threading.Timer(patience_s(events), process.kill)
    deadline.start()
    told: dict[str, int] = {}
    try:
        for line in process.stdout or ():
            word, _, count = line.strip().partition(" ")
            if word == "begun":
                watch.begin()
            elif word == "done":
                return Ran(watch.end(int(count)), told)
            elif count.isdigit():
                told[word] = int(count)
    finally:
        deadline.cancel()
        stop(process)
    words = log.read_text(errors="replace").strip().splitlines()
    raise BenchmarkError(f"{name}: ended before it was done: {words[-1] if words else 'it logged nothing'}")


def stop(process: subprocess.Popen[str]) -> None:
    """Ask a process to end, and make it after ten seconds."""
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()
