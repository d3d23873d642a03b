"""The worker's intake process: started, watched, and told to stop."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable

from streams.worker.status import Status


class IntakeChild:
    """Runs the intake beside the worker. When it ends by itself the worker has to end too, to be started anew."""

    def __init__(self, status: Status, end: Callable[[], None]) -> None:
        self._status = status
        self._end = end
        self._stopping = False
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start it, once; called again it does nothing."""
        if self._process is not None:
            return
        self._process = subprocess.Popen(
            [sys.executable, "-m", "streams.kafka.intake_process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        threading.Thread(target=self._listen, args=(self._process,), name="intake", daemon=True).start()

    def _listen(self, process: subprocess.Popen[str]) -> None:
        for _ in process.stdout or ():
            self._status.beat("intake")
        code = process.wait()
        if not self._stopping:
            self._status.died(f"intake: ended with exit code {code}")
            self._end()

    def stop(self) -> None:
        """Close its input, which it takes as the word to stop, and wait."""
        self._stopping = True
        process = self._process
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
