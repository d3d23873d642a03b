"""Ends a worker that makes no progress, so that its supervisor starts it anew.

What has no life in it any more can't end in order, so the process ends at once; whatever was not acknowledged comes
again. A worker that waits for its store or its broker makes no progress either, but is well (see status.py).
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import structlog

EXIT_CODE: Final = 70
"""What a worker ends with here: EX_SOFTWARE of sysexits.h, so that it can be told from all other ends."""

_EVERY_S: Final = 1.0
_LOOKS: Final = 3
"""So often in a row it must be stalled: one that the machine has held up, or stopped, gets a moment to show itself."""

log = structlog.get_logger()


def _end() -> None:
    """End this process at once, and before it its children: a stuck one would not notice that it is alone."""
    for of_thread in Path("/proc/self/task").glob("*/children"):
        with contextlib.suppress(OSError):  # a thread or a child that has just ended
            for child in of_thread.read_text().split():
                os.kill(int(child), signal.SIGKILL)
    sys.stderr.flush()
    os._exit(EXIT_CODE)


class Watchdog:
    """Looks every second. `stalls` tells what has made no progress for longer than the stall timeout."""

    def __init__(self, stalls: Callable[[], Sequence[str]], end: Callable[[], None] = _end) -> None:
        self._stalls = stalls
        self._end = end
        self._in_a_row = 0

    def start(self) -> None:
        """Look until the process ends."""
        threading.Thread(target=self._run, name="watchdog", daemon=True).start()

    def _run(self) -> None:
        pause = threading.Event()
        while not pause.wait(_EVERY_S):
            self.look()

    def look(self) -> None:
        """Look once, and end the process when it was stalled at every one of the last looks."""
        reasons = self._stalls()
        self._in_a_row = self._in_a_row + 1 if reasons else 0
        if self._in_a_row == _LOOKS:
            log.error("the worker makes no progress and is ended, to be started anew", reasons=list(reasons))
            self._end()
