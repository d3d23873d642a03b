"""The workers, started anew whenever they end, as a supervisor does that never gives up."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from streams.local.broker_config import free_port
from streams.local.children import MEMORY

from .processes import Target, targets_of

_PAUSE_S: Final = 1.0
"""Between an end and the next start, or one that finds neither broker nor store would take all of a core."""
_STOP_S: Final = 30.0


class Member:
    """One worker and all its successors. The port of its metrics stays."""

    def __init__(self, number: int, folder: Path, environment: Mapping[str, str]) -> None:
        self.number = number
        self.port = free_port()
        self._log = folder / f"worker-{number}.log"
        self._environment = {
            **MEMORY,
            **os.environ,
            **environment,
            "RELEASE_MONITOR_METRICS_PORT": str(self.port),
        }
        self._due: float | None = None
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "streams.cli.main", "worker", "--until-stdin-closes"],
                env=self._environment,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def watch(self) -> int | None:
        """Start it anew a second after it ended; return the exit code of one that ended since the last look."""
        code = self.process.poll()
        if code is None:
            return None
        if self._due is None:
            self._due = time.monotonic() + _PAUSE_S
            return code
        if time.monotonic() >= self._due:
            self._due = None
            self.process = self._start()
        return None

    def ready(self) -> bool:
        """Whether it says that it is at work."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def stop(self) -> None:
        """Ask it to end."""
        if self.process.poll() is None:
            self.process.terminate()

    def wait(self) -> None:
        """Wait for its end, and force it where that takes too long."""
        try:
            self.process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Crew:
    """All workers of a run."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._environment = environment
        self._leaving: list[Member] = []
        self.members: list[Member] = []
        self.ends: Counter[int] = Counter()
        """Exit codes of workers that nobody had asked to end; negative: the signal."""

    def scale(self, count: int) -> None:
        """Have so many workers: start some, or ask the last ones to leave in order, without waiting for it."""
        while len(self.members) > count:
            leaver = self.members.pop()
            leaver.stop()
            self._leaving.append(leaver)
        while len(self.members) < count:
            self.members.append(Member(len(self.members) + 1, self._folder, self._environment))

    def watch(self) -> None:
        """Start anew what has ended."""
        for member in self.members:
            code = member.watch()
            if code is not None:
                self.ends[code] += 1

    def ready(self) -> bool:
        """Whether all say that they are at work."""
        return all(member.ready() for member in self.members)

    def targets(self) -> list[Target]:
        """Return every process that lives, of every worker."""
        return [target for member in self.members for target in targets_of(member.number, member.process.pid)]

    def stop(self) -> None:
        """End all of them in order."""
        self.scale(0)
        for member in self._leaving:
            member.wait()
        self._leaving = []
