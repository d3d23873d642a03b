"""A process beside the worker: its lines are heard, its end is the worker's, and it ends when its input does."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from streams.metrics.registry import Metrics
from streams.reference import load_reference
from streams.worker.child import Child
from streams.worker.status import Status


class Bench:
    """A module to run, and who listens to it."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        monkeypatch.setenv("PYTHONPATH", str(folder))
        self.status = Status(Metrics(load_reference(None)), 60)
        self.beats: list[str] = []
        self.status.beat = self.beats.append  # type: ignore[method-assign]
        self.heard: list[bytes] = []
        self.ended = threading.Event()

    def child(self, program: str) -> Child:
        (self.folder / "beside.py").write_text(program)
        return Child("windows", "beside", self.status, self.ended.set, self.heard.append)


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    return Bench(tmp_path, monkeypatch)


def until(true: Callable[[], Any]) -> None:
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


LISTENS = "import sys\nprint(1, flush=True)\nprint('{\"late\": 2}', flush=True)\nsys.stdin.read()\n"


def test_lines_are_signs_of_life_and_news_is_heard(bench: Bench) -> None:
    child = bench.child(LISTENS)
    child.start()
    until(lambda: len(bench.beats) == 2)
    child.start()
    until(lambda: bench.heard)
    child.stop()
    time.sleep(0.1)
    assert bench.heard == [b'{"late": 2}\n']
    assert bench.beats == ["windows", "windows"]
    assert not bench.ended.is_set()
    assert bench.status.fatal is None


def test_its_end_ends_the_worker(bench: Bench) -> None:
    child = bench.child("print(1)\nraise SystemExit(3)\n")
    child.start()
    assert bench.ended.wait(20)
    assert bench.status.fatal == "windows: ended with exit code 3"
    child.stop()


def test_one_that_does_not_stop_is_killed(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    child = bench.child("import time\nprint(1, flush=True)\ntime.sleep(600)\n")
    child.start()
    until(lambda: bench.beats)
    process = child._process
    assert process is not None
    wait = process.wait
    monkeypatch.setattr(process, "wait", lambda timeout=None: wait(timeout and 0.2))
    child.stop()
    assert process.returncode != 0
    assert not bench.ended.is_set()


def test_one_that_was_never_started_is_stopped_at_once(bench: Bench) -> None:
    bench.child(f"# never run by {sys.executable}").stop()
    assert not bench.ended.is_set()
