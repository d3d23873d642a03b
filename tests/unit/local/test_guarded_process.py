"""Processes that do not outlive us: recognised for certain, and stopped however deaf they are."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from streams.local.guarded_process import GuardedProcess, Identity, identify, stop_leftover


def test_a_leftover_is_stopped_only_if_it_is_the_very_one() -> None:
    script = "import time; print(flush=True); time.sleep(60)"
    sleeper = subprocess.Popen([sys.executable, "-c", script, "our-marker"], stdout=subprocess.PIPE)
    identity = identify(sleeper.pid)
    assert identity is not None
    assert sleeper.stdout is not None
    try:
        sleeper.stdout.readline()  # a process has no command line yet in the moment in which its program is loaded
        assert not stop_leftover(Identity(identity.pid, identity.started - 1), "our-marker", 5)
        assert not stop_leftover(identity, "another-marker", 5)
        assert sleeper.poll() is None
        assert stop_leftover(identity, "our-marker", 5)
        assert sleeper.wait(5) != 0
    finally:
        sleeper.kill()
        sleeper.communicate()


def test_nobody_has_an_id_that_is_not_in_use() -> None:
    assert identify(2**22 + 1) is None


def test_a_program_that_cannot_start_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="cannot start /no/such/program"):
        GuardedProcess(["/no/such/program"], folder=tmp_path, output=tmp_path / "log")


def test_a_deaf_program_is_killed(tmp_path: Path) -> None:
    script = "trap '' TERM; echo deaf; while :; do sleep 0.1; done"
    log = tmp_path / "log"
    process = GuardedProcess(["/bin/sh", "-c", script], folder=tmp_path, output=log)
    deadline = time.monotonic() + 10
    while log.read_text() != "deaf\n" and time.monotonic() < deadline:
        time.sleep(0.01)
    process.stop(0.3)
    assert process.exit_code == -9
    process.stop(0.3)
