"""One process that does not outlive us: started, recognised again, stopped."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Final, NamedTuple

# Waits until its standard input closes, which happens when the process that holds the other end is gone, however it
# died; then ends the process $1, if that is still the one started at $2 (field 22 of /proc/PID/stat).
#
# Why not PR_SET_PDEATHSIG: it fires when the *thread* that started the child ends, and it needs a preexec_fn, so a
# real fork of a process that may hold ClickHouse's threads.
_GUARD: Final = """
read -r _
stat=$(cat "/proc/$1/stat" 2>/dev/null) || exit 0
pid=$1 started=$2
set -- ${stat##*) }
[ "${20}" = "$started" ] && kill -TERM "$pid"
"""


class Identity(NamedTuple):
    """A process for certain: ids are used again, but not together with the same start (clock ticks since boot)."""

    pid: int
    started: int


def identify(pid: int) -> Identity | None:
    """Return who runs under this id now; None when nobody does, or only a dead process that nobody collected."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    # The name in brackets may hold spaces and brackets itself; what follows the last one is the state, field 3.
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] in "ZX" else Identity(pid, int(fields[19]))


class GuardedProcess:
    """A running program in a session of its own, so that Ctrl-C in the terminal reaches only us.

    If we die without stopping it, a small guard does. The guard sees our death by a closed pipe: a child made by a
    plain fork would keep that pipe open, so do not fork without exec while one of these runs.
    """

    def __init__(self, command: Sequence[str], *, folder: Path, output: Path) -> None:
        """Start `command` in `folder`, its standard output and error appended to `output`. Raises OSError."""
        try:
            with output.open("ab") as sink:
                self._process = subprocess.Popen(
                    command,
                    cwd=folder,
                    stdin=subprocess.DEVNULL,
                    stdout=sink,
                    stderr=sink,
                    start_new_session=True,
                )
        except OSError as error:
            raise OSError(f"cannot start {command[0]}: {error}") from error
        self._guard = self._watch()

    def _watch(self) -> subprocess.Popen[bytes] | None:
        identity = identify(self._process.pid)
        if identity is None:  # ended at once, or a system without /proc
            return None
        return subprocess.Popen(
            ["/bin/sh", "-c", _GUARD, "guard", str(identity.pid), str(identity.started)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """What it ended with, negative for a signal; None while it runs."""
        return self._process.poll()

    def stop(self, timeout_s: float) -> None:
        """Ask it to end (SIGTERM), wait `timeout_s` seconds at most, then kill it. Safe to call again."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(timeout_s)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        if self._guard is not None:
            _close(self._guard.stdin)
            self._guard.wait()
            self._guard = None


def _close(pipe: IO[bytes] | None) -> None:
    if pipe is not None:
        with contextlib.suppress(OSError):
            pipe.close()


def stop_leftover(identity: Identity, marker: str, timeout_s: float) -> bool:
    """Stop a process that an earlier run left behind. Returns whether there was one.

    It is touched only if it is the very process of `identity` and has `marker` in its command line. It gets
    `timeout_s` seconds to end by itself.
    """
    if identify(identity.pid) != identity:
        return False
    with contextlib.suppress(OSError):
        if marker not in Path(f"/proc/{identity.pid}/cmdline").read_text(encoding="utf-8", errors="replace"):
            return False
        os.kill(identity.pid, signal.SIGTERM)
        deadline = time.monotonic() + timeout_s
        while identify(identity.pid) == identity:
            if time.monotonic() > deadline:
                os.kill(identity.pid, signal.SIGKILL)
            time.sleep(0.05)
    return True
