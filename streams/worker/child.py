"""The processes beside a worker, the intake and the windows: started, listened to, and told to stop."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable

from streams.worker.status import Status


class Child:
    """Runs a module beside the worker. When it ends by itself the worker has to end too, to be started anew.

    Every line that it writes to its standard output is a sign of life; one that is not just a number goes to `hear`.
    """

    def __init__(
        self,
        name: str,
        module: str,
        status: Status,
        end: Callable[[], None],
        hear: Callable[[bytes], None] = lambda _: None,
    ) -> None:
        self._name = name
        self._module = module
        self._status = status
        self._end = end
        self._hear = hear
        self._stopping = False
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, once; called again it does nothing."""
        if self._process is not None:
            return
        self._process = subprocess.Popen(
            [sys.executable, "-m", self._module], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        threading.Thread(target=self._listen, args=(self._process,), name=self._name, daemon=True).start()

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        for line in process.stdout or ():
            self._status.beat(self._name)
            if not line.strip().isdigit():
                self._hear(line)
        code = process.wait()
        if not self._stopping:
            self._status.died(f"{self._name}: ended with exit code {code}")
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
