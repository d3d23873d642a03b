"""A real single-node Apache Kafka on this machine, without containers.

`python -m streams.local.broker fetch` brings its jars into the cache; `LocalBroker` runs it.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import fcntl
import json
import os
import re
import subprocess
import sys
import time
import uuid
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, Final, Self

from streams.local.broker_config import (
    LOOPBACK,
    OFFSETS_PARTITIONS,
    free_port,
    jvm_flags,
    render,
    server_properties,
)
from streams.local.guarded_process import GuardedProcess, Identity, identify, stop_leftover
from streams.local.kafka_jars import BrokerError, fetch, jar_folder, java, kafka_files

__all__ = ["BrokerError", "LocalBroker", "main"]

_START_TIMEOUT_S: Final = 90.0
_STOP_TIMEOUT_S: Final = 20.0
_ATTEMPTS: Final = 3
_PORT_TAKEN: Final = re.compile(r"Address already in use|BindException|Failed to bind")
_HEADING: Final = re.compile(r"VM warning:|^Error occurred during initialization of VM|^Formatting ")
_TELLING: Final = re.compile(r" (ERROR|FATAL) |^Caused by: ")


class LocalBroker:
    """A Kafka of our own in `data_dir`, on a loopback port, for as long as this object runs.

    A second start on the same folder goes on with the old topics and offsets, on the same port if that is still
    free. `port` 0 takes the last one or any free one; another number is a wish, and `bootstrap` says what it became.
    `heap_mb` bounds the heap of its JVM; `extra` are further properties of the server. What Kafka logs is in
    `data_dir/logs/kafka.log`.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        port: int = 0,
        heap_mb: int = 512,
        extra: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._folder = data_dir.absolute()
        self._wanted_port = port
        self._heap_mb = heap_mb
        self._extra = dict(extra)
        self._port: int | None = None
        self._process: GuardedProcess | None = None
        self._lock: int | None = None

    @property
    def bootstrap(self) -> str:
        """The address for clients, host:port. Raises BrokerError before the first start."""
        if self._port is None:
            raise BrokerError("the local Kafka was not started")
        return f"{LOOPBACK}:{self._port}"

    @property
    def pid(self) -> int | None:
        """The process id of Kafka; None when it does not run."""
        return self._process.pid if self._process is not None and self.alive() else None

    @property
    def log_path(self) -> Path:
        """Kafka's log."""
        return self._folder / "logs" / "kafka.log"

    def alive(self) -> bool:
        """Tell whether the process runs; healthy it was when `start` returned."""
        return self._process is not None and self._process.exit_code is None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> Self:
        """Start Kafka, and return when clients and consumer groups can use it. Nothing to do if it runs.

        A Kafka that a killed run left in this folder is stopped first. Raises BrokerError: jars or Java missing, the
        folder in use by another run, or Kafka not healthy in 90 seconds.
        """
        if self.alive():
            return self
        self.stop()  # collects one that died
        jars = fetch()
        try:
            (self._folder / "logs").mkdir(parents=True, exist_ok=True)
            self._take_lock()
            self._stop_leftover()
            for attempt in range(1, _ATTEMPTS + 1):
                try:
                    self._start_once(jars)
                    break
                except BrokerError as error:
                    # Somebody took the port between our look and Kafka's.
                    if attempt == _ATTEMPTS or not _PORT_TAKEN.search(str(error)):
                        raise
                    self._end_process()
        except BaseException as error:
            self.stop()
            if isinstance(error, OSError):
                raise BrokerError(f"cannot run Kafka in {self._folder}: {error}") from error
            raise
        return self

    def stop(self) -> None:
        """Stop Kafka in order, within 20 seconds, else kill it. The data stays. Safe to call at any time."""
        self._end_process()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _end_process(self) -> None:
        if self._process is not None:
            self._process.stop(_STOP_TIMEOUT_S)
            self._process = None

    def _take_lock(self) -> None:
        # The system gives the lock back when this process ends, however it ends: a free lock proves that a Kafka
        # still running in this folder has no owner any more.
        lock = os.open(self._folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            raise BrokerError(
                f"another run has its Kafka in {self._folder}: stop it, or use another folder"
            ) from None
        self._lock = lock

    def _start_once(self, jars: Path) -> None:
        state = self._read_state()
        port = free_port(self._wanted_port or state.get("port", 0))
        controller_port = free_port(state.get("controller_port", 0), avoid=(port,))
        data = self._folder / "data"
        properties = server_properties(data, port, controller_port, self._extra)
        self._properties_path.write_text(render(properties), encoding="utf-8")
        if not (data / "meta.properties").is_file():
            self._format(jars)

        log = _Tail(self.log_path)
        output = _Tail(self._folder / "logs" / "jvm.log")
        command = [java(), *jvm_flags(self._heap_mb), *self._logging_flags(), "-cp", f"{jars}/*"]
        self._process = GuardedProcess(
            [*command, "kafka.Kafka", str(self._properties_path)], folder=self._folder, output=output.path
        )
        self._port = port
        identity = identify(self._process.pid)
        self._write_state(
            {
                "port": port,
                "controller_port": controller_port,
                "process": list(identity) if identity else None,
            }
        )
        self._wait_until_healthy(log, output)

    def _format(self, jars: Path) -> None:
        cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        # The compiler's first tier is enough for a program that runs once.
        command = [
            java(),
            "-XX:TieredStopAtLevel=1",
            *jvm_flags(128),
            *self._logging_flags(),
            "-cp",
            f"{jars}/*",
        ]
        command += ["kafka.tools.StorageTool", "format", "--ignore-formatted"]
        # Joined by "=", because an id may begin with a dash.
        command += [f"--cluster-id={cluster}", "--config", str(self._properties_path)]
        done = subprocess.run(
            command,
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
        if done.returncode != 0:
            raise BrokerError(
                f"Kafka's storage cannot be formatted: {first_line(done.stdout) or 'no reason given'}"
            )

    def _wait_until_healthy(self, log: _Tail, output: _Tail) -> None:
        # Here, not above: `fetch` runs before librdkafka is installed.
        from streams.local.broker_health import is_healthy

        assert self._process is not None
        deadline = time.monotonic() + _START_TIMEOUT_S
        while not is_healthy(self.bootstrap, OFFSETS_PARTITIONS):
            code = self._process.exit_code
            if code is not None or time.monotonic() > deadline:
                what = "was not ready in time" if code is None else f"ended with exit code {code}"
                raise BrokerError(
                    f"Kafka {what}: {first_line(output.text()) or last_error(log.text())}; see {self.log_path}"
                )

    def _stop_leftover(self) -> None:
        process = self._read_state().get("process")
        if process is not None:
            stop_leftover(Identity(*process), str(self._properties_path), _STOP_TIMEOUT_S)

    def _logging_flags(self) -> list[str]:
        return [
            f"-Dlog4j2.configurationFile={kafka_files() / 'log4j2.properties'}",
            f"-Drelease-monitor.logs={self.log_path.parent}",
        ]

    @property
    def _properties_path(self) -> Path:
        return self._folder / "server.properties"

    def _read_state(self) -> dict[str, Any]:
        with contextlib.suppress(OSError, ValueError):
            state = json.loads((self._folder / "broker.json").read_text(encoding="utf-8"))
            if isinstance(state, dict):
                return state
        return {}

    def _write_state(self, state: dict[str, Any]) -> None:
        scratch = self._folder / "broker.json.new"
        scratch.write_text(json.dumps(state), encoding="utf-8")
        scratch.replace(self._folder / "broker.json")


class _Tail:
    """What is added to a log file from now on."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._seen = path.stat().st_size if path.is_file() else 0

    def text(self) -> str:
        """Return what was added; empty when there is no such file."""
        if not self.path.is_file():
            return ""
        with self.path.open("rb") as file:
            file.seek(self._seen)
            return file.read().decode(errors="replace")


def first_line(output: str) -> str:
    """Return the line of a Java program's own output that says what is wrong: the first that is not just a heading."""
    lines = (line.strip() for line in output.splitlines())
    return next((line for line in lines if line and not _HEADING.search(line)), "")


def last_error(log: str) -> str:
    """Return the last error or cause in Kafka's log, else its last line."""
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    return ([line for line in lines if _TELLING.search(line)] or lines or ["it logged nothing"])[-1]


def main(arguments: list[str] | None = None) -> int:
    """Run the command line `broker fetch`; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m streams.local.broker", description="The local Kafka.")
    parser.add_subparsers(dest="command", required=True).add_parser(
        "fetch", help="bring its jars into the cache"
    )
    parser.parse_args(arguments)
    try:
        if not jar_folder().is_dir():
            print("setup: fetching Kafka's jars with Maven", flush=True)
        fetch()
    except BrokerError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
