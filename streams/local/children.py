"""The processes of a local pipeline besides Kafka: the store and the workers."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Final

from streams.store.client import HttpTarget

_MOST_RESTARTS: Final = 8
_RESTART_WINDOW_S: Final = 120.0


MEMORY: Final = {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}
"""Lets the C library ask for large pages. Histories grow by gigabytes of small pieces, and on virtual machines the page
faults of 4 kB pages alone took a fifth of the pipeline's time (measured; decision 0011). Without effect elsewhere."""


class ChildError(Exception):
    """A process of the pipeline could not be started, or keeps ending."""


def _log(data_dir: Path, name: str) -> IO[bytes]:
    folder = data_dir / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    return (folder / f"{name}.log").open("ab")


def last_line(data_dir: Path, name: str) -> str:
    """Return the last line of a process's log that says something."""
    path = data_dir / "logs" / f"{name}.log"
    try:
        lines = [line for line in path.read_text(errors="replace").splitlines()[-200:] if line.strip()]
    except OSError:
        return "no log"
    return lines[-1].strip() if lines else "nothing was logged"


class StoreChild:
    """The process that owns the embedded engine. Its secrets are made anew at every start."""

    def __init__(self, data_dir: Path) -> None:
        """Start it and wait until its door is open. Raises ChildError with its own last words otherwise."""
        self.writer_password, self.reader_password, self.program_password = (
            secrets.token_urlsafe(24) for _ in range(3)
        )
        with _log(data_dir, "store") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "streams.store.process", str(data_dir / "store"), "0"],
                env={**MEMORY, **os.environ},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,  # as for the workers: Ctrl-C is for the pipeline, which closes the store last
            )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(
            f"{self.writer_password}\n{self.reader_password}\n{self.program_password}\n"
        )
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            self._process.wait()
            raise ChildError(
                f"the store did not start: {last_line(data_dir, 'store').removeprefix('error: ')}"
            )
        self.port = int(json.loads(line)["port"])

    def writer(self) -> HttpTarget:
        """The door for workers."""
        return HttpTarget("127.0.0.1", self.port, "writer", self.writer_password)

    def reader(self) -> HttpTarget:
        """The door for questions of people: views only."""
        return HttpTarget("127.0.0.1", self.port, "reader", self.reader_password)

    def program(self) -> HttpTarget:
        """The door for the program's own questions, of tables too."""
        return HttpTarget("127.0.0.1", self.port, "program", self.program_password)

    def alive(self) -> bool:
        """Whether it runs."""
        return self._process.poll() is None

    def stop(self) -> None:
        """Ask it to stop and wait until the engine is closed."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class WorkerChild:
    """A worker that is started anew whenever it ends by itself."""

    def __init__(self, data_dir: Path, name: str, environment: Mapping[str, str], metrics_port: int) -> None:
        self._data_dir = data_dir
        self._name = name
        self._environment = {
            **MEMORY,
            **os.environ,
            **environment,
            "RELEASE_MONITOR_METRICS_PORT": str(metrics_port),
        }
        self.metrics_url = f"http://127.0.0.1:{metrics_port}/metrics"
        self._ended: list[float] = []
        self.restarts = 0
        self._process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        with _log(self._data_dir, self._name) as log:
            return subprocess.Popen(
                [sys.executable, "-m", "streams.cli.main", "worker", "--until-stdin-closes"],
                env=self._environment,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for the pipeline, which ends its parts in order
            )

    @property
    def pid(self) -> int:
        """Its process id at the moment."""
        return self._process.pid

    def watch(self) -> bool:
        """Start it anew if it has ended, and say whether that was needed. Raises ChildError when it keeps ending."""
        if self._process.poll() is None:
            return False
        now = time.monotonic()
        self._ended = [at for at in self._ended if now - at < _RESTART_WINDOW_S] + [now]
        if len(self._ended) > _MOST_RESTARTS:
            raise ChildError(f"{self._name} keeps ending: {last_line(self._data_dir, self._name)}")
        self.restarts += 1
        self._process = self._start()
        return True

    def stop(self) -> None:
        """Ask it to stop and wait."""
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
