"""The environment that Quix Streams runs in: `.venv-bench`, made once from `requirements-bench.lock`.

It is not in the pipeline's own environment, because it holds back confluent-kafka.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from benchmarks.span import BenchmarkError

ROOT: Final = Path(__file__).resolve().parents[2]
_FOLDER: Final = ROOT / ".venv-bench"
_LOCK: Final = ROOT / "requirements-bench.lock"
_INSTALL: Final = ("install", "--quiet", "--disable-pip-version-check", "--no-input", "--require-hashes")


def prepare(say: Callable[[str], None]) -> Path:
    """Make the environment unless it is there already as the lock says; return its Python.

    Raises BenchmarkError when pip refuses, for instance without network.
    """
    python = _FOLDER / "bin" / "python"
    stamp = _FOLDER / "requirements-bench.lock.installed"
    wanted = _LOCK.read_bytes()
    if stamp.is_file() and stamp.read_bytes() == wanted:
        return python
    say("Quix Streams: installing the pinned packages into .venv-bench (once, about a minute)")
    _run(sys.executable, "-m", "venv", "--clear", str(_FOLDER))
    _run(str(python), "-m", "pip", *_INSTALL, "--only-binary", ":all:", "--requirement", str(_LOCK))
    stamp.write_bytes(wanted)
    return python


def _run(*command: str) -> None:
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        words = done.stdout.strip().splitlines()
        raise BenchmarkError(f".venv-bench can't be made: {words[-1] if words else command[:4]}")
