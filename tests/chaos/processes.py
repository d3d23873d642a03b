"""The processes of a worker: itself and whatever children it has, as the system tells of them."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from streams.local.guarded_process import Identity, identify


class Target(NamedTuple):
    """A process that can be hurt, for certain: ids are used again."""

    worker: int
    part: str
    """`worker`, or of a child the name of its part: `intake`, `windows`."""
    identity: Identity

    def __str__(self) -> str:
        return f"worker {self.worker}" if self.part == "worker" else f"{self.part} of worker {self.worker}"

    def send(self, number: signal.Signals) -> bool:
        """Send it a signal and say whether it was still there."""
        if identify(self.identity.pid) != self.identity:
            return False
        try:
            os.kill(self.identity.pid, number)
        except ProcessLookupError:
            return False
        return True


def targets_of(worker: int, pid: int) -> list[Target]:
    """Return a worker's process and those of its children that run now, in an order that does not depend on ids."""
    found = []
    for one in (pid, *_children(pid)):
        identity = identify(one)
        if identity is not None:
            found.append(Target(worker, "worker" if one == pid else _part(one), identity))
    return sorted(found)


def _children(pid: int) -> Iterator[int]:
    for of_thread in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            text = of_thread.read_text()
        except OSError:  # the thread has ended meanwhile
            continue
        yield from map(int, text.split())


def _part(pid: int) -> str:
    """Name a child by the module that it runs: `python -m streams.kafka.intake_process` is `intake`."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    except OSError:
        return "gone"
    if "-m" not in words:
        return Path(words[0]).name
    module = words[words.index("-m") + 1].removesuffix("_process").removesuffix(".process")
    return module.rpartition(".")[2]
