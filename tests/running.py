"""A local pipeline as its own process, for tests that look at it, question it or hurt it while it runs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from stores import FEW_WINDOWS, REPOSITORY
from streams.local.runtime import Runtime, running


class Running:
    """A `release-monitor local` that runs."""

    def __init__(self, data_dir: Path, process: subprocess.Popen[str], log: Path) -> None:
        self.data_dir = data_dir
        self.process = process
        self.log = log

    def runtime(self) -> Runtime:
        """Return what the pipeline says of itself."""
        found = running(self.data_dir)
        assert found is not None, self.said()
        return found

    def said(self) -> str:
        """Return what it has printed."""
        return self.log.read_text()

    def get(self, path: str) -> tuple[int, str]:
        """Ask the first worker's endpoint; status 0 while nobody answers."""
        url = self.runtime().metrics[0].replace("/metrics", path)
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def wait(self, condition: Callable[[], bool], seconds: float, what: str) -> None:
        """Wait until something is so."""
        until = time.monotonic() + seconds
        while not condition():
            assert self.process.poll() is None, f"ended while waiting until {what}:\n{self.said()}"
            assert time.monotonic() < until, f"after {seconds} s not yet: {what}\n{self.said()}"
            time.sleep(0.1)

    def interrupt(self) -> int:
        """Press Ctrl-C and return the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)


@contextmanager
def local(data_dir: Path, *arguments: str | Path, **environment: str) -> Iterator[Running]:
    """Start a local pipeline and wait until it can be found."""
    log = data_dir / "said.log"
    data_dir.mkdir(parents=True, exist_ok=True)
    with log.open("w") as out:
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "streams.cli.main",
                "local",
                "--data",
                str(data_dir),
                *map(str, arguments),
            ],
            stdout=out,
            stderr=out,
            text=True,
            cwd=REPOSITORY,
            env={
                **os.environ,
                **FEW_WINDOWS,
                "RELEASE_MONITOR_METRICS_PORT": "0",
                "RELEASE_MONITOR_KAFKA_SESSION_TIMEOUT_S": "3",
                **environment,
            },
        )
    pipeline = Running(data_dir, process, log)
    try:
        pipeline.wait(lambda: running(data_dir) is not None, 180, "the pipeline is up")
        yield pipeline
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def sample_values(metrics: str) -> dict[str, float]:
    """Parse an exposition into values by series, as written."""
    return {
        line.rpartition(" ")[0]: float(line.rpartition(" ")[2])
        for line in metrics.splitlines()
        if line and not line.startswith("#")
    }


def reasons(body: str) -> list[str]:
    """Return the reasons of a health answer."""
    return list(json.loads(body)["reasons"]) if body else []
