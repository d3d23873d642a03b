"""The store of a run: the real engine behind its door, which can be killed and comes back at the same place."""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
from pathlib import Path

from streams.local.broker_config import free_port
from streams.store.client import HttpTarget
from streams.store.door import Credentials


class ChaosError(Exception):
    """The run can't go on, or has shown a difference; one line says which."""


class Store:
    """The store process. Unlike that of `local`, port and secrets outlive it, as those of a server do."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self._secrets = [secrets.token_urlsafe(24) for _ in Credentials._fields]
        self._process: subprocess.Popen[str] | None = None

    @property
    def writer(self) -> HttpTarget:
        """The door for writing, and for questions without a limit."""
        return HttpTarget("127.0.0.1", self._port, "writer", self._secrets[0])

    @property
    def reader(self) -> HttpTarget:
        """The door for questions, those that the program itself asks of tables too."""
        return HttpTarget("127.0.0.1", self._port, "program", self._secrets[2])

    def start(self) -> None:
        """Start it and wait until it answers. Raises ChaosError when it does not."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / "store.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "streams.store.process", str(self._folder / "store"), str(self._port)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,
            )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("".join(f"{one}\n" for one in self._secrets))
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line or json.loads(line)["port"] != self._port:
            raise ChaosError(f"the store did not start: see {self._folder / 'store.log'}")

    def alive(self) -> bool:
        """Whether it runs."""
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        """SIGKILL, in the midst of whatever it is writing."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """Close the engine in order."""
        if self._process is None or self._process.stdin is None:
            return
        self._process.stdin.close()
        try:
            self._process.wait(60)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None
