"""The board in a real terminal, of a real pipeline: its own, and one that another process runs."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import signal
import struct
import sys
import termios
import threading
import time
from pathlib import Path
from typing import Self

import pytest

from stores import FEW_WINDOWS, REPOSITORY

pytestmark = pytest.mark.integration

_CONTROL = re.compile(rb"\x1b\[[0-9;?<>=]*[a-zA-Z]|\x1b[()=>][0-9A-Z]?|\x1b[P\]_][^\x1b\x07]*(?:\x1b\\|\x07)")


class Terminal:
    """A process in a terminal of 80x24 of its own."""

    def __init__(self, *arguments: str) -> None:
        pid, self._terminal = pty.fork()
        if pid == 0:
            os.chdir(REPOSITORY)
            command = [sys.executable, "-m", "streams.cli.main", *arguments]
            environment = {"TERM": "xterm-256color", "RELEASE_MONITOR_METRICS_PORT": "0"}
            os.execve(sys.executable, command, {**os.environ, **FEW_WINDOWS, **environment})
        self._pid = pid
        self._said = bytearray()
        fcntl.ioctl(self._terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        while True:
            try:
                self._said += os.read(self._terminal, 65536)
            except OSError:  # the other end is closed
                return

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        if self._reader.is_alive():
            os.kill(self._pid, signal.SIGTERM)
            self.code()

    def said(self) -> str:
        """Return what it has written, without what steers the terminal."""
        return _CONTROL.sub(b"", bytes(self._said)).decode(errors="replace")

    def press(self, key: str) -> None:
        """Press a key."""
        os.write(self._terminal, key.encode())

    def wait(self, text: str, seconds: float = 120) -> None:
        """Wait until it has written a text."""
        until = time.monotonic() + seconds
        while text not in self.said():
            assert self._reader.is_alive(), f"ended before it said {text!r}:\n{self.said()[-3000:]}"
            assert time.monotonic() < until, f"never said {text!r}:\n{self.said()[-3000:]}"
            time.sleep(0.1)

    def code(self) -> int:
        """Wait for the end and return the exit code."""
        self._reader.join(120)
        return os.waitstatus_to_exitcode(os.waitpid(self._pid, 0)[1])


@pytest.mark.timeout(600)
def test_local_shows_its_board_another_process_shows_it_too_and_leaving_it_ends_the_pipeline(
    tmp_path: Path,
) -> None:
    with Terminal("local", "--data", str(tmp_path), "--speed", "300", "--lang", "vi") as own:
        own.wait("Tất cả chi cục")
        own.press("5")
        own.wait("events in,")
        own.wait("sẵn sàng")

        with Terminal("board", "--data", str(tmp_path)) as other:
            other.wait("past the stage")
            other.press("3")
            other.wait("oldest of")
            other.press("\r")
            other.wait("Times at")
            other.press("\x03")
            assert other.code() == 0, other.said()[-3000:]

        own.press("q")
        assert own.code() == 0, own.said()[-3000:]
        after = own.said().rpartition("Summary")[2]
    assert "not yet accounted for" in after
    assert after.index("worker: stopping") < after.index("store: closing")


def test_without_a_pipeline_it_says_what_to_do(tmp_path: Path) -> None:
    with Terminal("board", "--data", str(tmp_path)) as nothing:
        assert nothing.code() == 1
        assert f"error: no pipeline runs on {tmp_path}: start `release-monitor local" in nothing.said()
