"""Whom a chaos run finds to kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

from chaos.processes import targets_of

_PARENT = """
import subprocess, sys
child = subprocess.Popen(["sleep", "60"])
print(child.pid, flush=True)
sys.stdin.read()
child.kill()
"""


def test_a_worker_and_its_children_are_found_and_one_that_is_gone_is_not_hurt() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as worker:
        assert worker.stdout is not None
        child = int(worker.stdout.readline())
        until = time.monotonic() + 10
        while True:  # the child is there at once, its program a moment later
            found = {target.part: target for target in targets_of(2, worker.pid)}
            if "sleep" in found or time.monotonic() > until:
                break
            time.sleep(0.01)
        assert found["worker"].identity.pid == worker.pid
        assert found["sleep"].identity.pid == child
        assert str(found["worker"]) == "worker 2"
        assert str(found["sleep"]) == "sleep of worker 2"
        assert found["sleep"].send(signal.SIGKILL)
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
        assert not found["worker"].send(signal.SIGKILL)
        assert not targets_of(2, worker.pid)
