"""What a running local pipeline leaves for other commands to find: its doors, in a file only its owner can read."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec


class Runtime(msgspec.Struct):
    """How to reach a local pipeline that runs."""

    pid: int
    bootstrap: str
    store_port: int
    writer_password: str
    reader_password: str
    program_password: str
    metrics: list[str] = []
    workers: list[int] = []
    restarts: int = 0
    prometheus: str = ""
    alertmanager: str = ""


def _path(data_dir: Path) -> Path:
    return data_dir / "runtime.json"


def publish(data_dir: Path, runtime: Runtime) -> None:
    """Write the file, whole or not at all, readable by its owner only (it holds the secrets of the doors)."""
    target = _path(data_dir)
    fresh = target.with_suffix(".new")
    fresh.touch(mode=0o600)
    fresh.write_bytes(msgspec.json.format(msgspec.json.encode(runtime)))
    fresh.replace(target)


def withdraw(data_dir: Path) -> None:
    """Remove the file: the pipeline has ended."""
    _path(data_dir).unlink(missing_ok=True)


def running(data_dir: Path) -> Runtime | None:
    """Return how to reach the pipeline that runs on this folder, or None where none does."""
    try:
        runtime = msgspec.json.decode(_path(data_dir).read_bytes(), type=Runtime)
        os.kill(runtime.pid, 0)
    except (OSError, msgspec.DecodeError):
        return None
    return runtime
