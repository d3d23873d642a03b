"""How long a killed worker is missed: from kill -9 under load to the next work done, and to no backlog."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from typing import Final

import msgspec

from benchmarks.span import BenchmarkError
from streams.local.pipeline import LocalPipeline
from streams.local.runtime import running as runtime_of

_LOOK_S: Final = 0.1
_LAST_WRITES_S: Final = 0.3
"""What the store had received before the kill may still be written for so long; it is no sign of recovery."""
PATIENCE_S: Final = 60.0


class Recovery(msgspec.Struct, frozen=True):
    """Seconds from a kill to the next growth of the positions accounted for, and until no backlog was left.

    No backlog: fewer messages wait than arrive in a second. None where it did not come to that in PATIENCE_S. `backlog`
    is the most that waited.
    """

    to_growth_s: float | None
    to_caught_up_s: float | None
    backlog: int


def kill_and_watch(running: LocalPipeline, rate: float, say: Callable[[str], None]) -> Recovery:
    """Kill the first worker under a load of `rate` messages a second, and look until it has caught up.

    As under `release-monitor local`, it is started anew at once. Raises BenchmarkError where no pipeline runs.
    """
    runtime = runtime_of(running.data_dir)
    if runtime is None:
        raise BenchmarkError("recovery: the pipeline does not run")
    pid = runtime.workers[0]
    say(f"recovery: kill -9 of worker {pid}")
    killed = time.monotonic()
    os.kill(pid, signal.SIGKILL)
    time.sleep(_LAST_WRITES_S)
    running.watch()
    before = running.standing().accounted
    growth_s: float | None = None
    backlog = 0
    while True:
        running.watch()
        standing = running.standing()
        since_s = time.monotonic() - killed
        waiting = standing.arrived - standing.accounted
        backlog = max(backlog, waiting)
        if growth_s is None and standing.accounted > before:
            growth_s = since_s
            say(f"recovery: works again after {growth_s:.1f} s, {waiting:,} messages wait")
        if growth_s is not None and waiting < rate:
            say(f"recovery: no backlog after {since_s:.1f} s")
            return Recovery(round(growth_s, 2), round(since_s, 2), backlog)
        if since_s > PATIENCE_S:
            say(f"recovery: {waiting:,} messages still wait after {since_s:.0f} s")
            return Recovery(None if growth_s is None else round(growth_s, 2), None, backlog)
        time.sleep(_LOOK_S)
