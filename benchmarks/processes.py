"""What processes cost, read from /proc: CPU seconds and peak memory of this one and its descendants; the machine."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

_PROC: Final = Path("/proc")
_TICKS_A_SECOND: Final = os.sysconf("SC_CLK_TCK")

_GROUPS: Final = {
    "kafka.Kafka": "kafka",
    "streams.store.process": "store",
    "streams.kafka.intake_process": "intake",
    "streams.cli.main": "worker",
    "benchmarks.raw_limit": "reader",
    "streams.worker.windows_process": "windows",
    "benchmarks.faust_baseline": "agent",
    "benchmarks.quix.job": "quix",
    "benchmarks.live_feed": "feed",
}
"""A word of the command line, and the group that such a process is counted under."""

ONLOOKERS: Final = frozenset({"benchmark", "feed"})
"""Groups that are no part of what is measured: who looks on, and who sends."""


class Usage(msgspec.Struct, frozen=True):
    """What one process group used: CPU seconds since its start, and the peak of its largest process in MB."""

    cpu_s: float
    peak_mb: float


class Machine(msgspec.Struct, frozen=True):
    """Where the figures were taken. `load` is the load average of the minute before."""

    cores: int
    model: str
    memory_gb: float
    system: str
    python: str
    load: float


def usage() -> dict[str, Usage]:
    """Return what each group used so far; groups without a process are left out."""
    found: dict[str, Usage] = {}
    for pid in _descendants(os.getpid()):
        name = _group(pid)
        if name is None:
            continue
        try:
            one = Usage(_cpu_s(pid), _peak_mb(pid))
        except (OSError, IndexError, ValueError):
            continue  # it has ended
        known = found.get(name, Usage(0.0, 0.0))
        found[name] = Usage(known.cpu_s + one.cpu_s, max(known.peak_mb, one.peak_mb))
    return found


def between(before: dict[str, Usage], after: dict[str, Usage]) -> dict[str, Usage]:
    """Return what each group used between two looks; the peak is that of the later one."""
    return {
        name: Usage(round(now.cpu_s - before.get(name, Usage(0.0, 0.0)).cpu_s, 2), round(now.peak_mb, 1))
        for name, now in after.items()
    }


def machine() -> Machine:
    """Describe this machine."""
    return Machine(
        cores=len(os.sched_getaffinity(0)),
        model=_field(_PROC / "cpuinfo", "model name") or platform.processor() or "unknown",
        memory_gb=round(_kilobytes(_PROC / "meminfo", "MemTotal") / 1024**2, 1),
        system=f"{platform.system()} {platform.release().partition('-')[0]} {platform.machine()}",
        python=platform.python_version(),
        load=round(os.getloadavg()[0], 2),
    )


def _descendants(root: int) -> Iterator[int]:
    children: dict[int, list[int]] = {}
    for entry in _PROC.iterdir():
        if entry.name.isdigit():
            try:
                parent = int(_stat(int(entry.name))[1])
            except (OSError, IndexError, ValueError):
                continue
            children.setdefault(parent, []).append(int(entry.name))
    waiting = [root]
    while waiting:
        pid = waiting.pop()
        yield pid
        waiting.extend(children.get(pid, ()))


def _group(pid: int) -> str | None:
    if pid == os.getpid():
        return "benchmark"
    try:
        words = (_PROC / str(pid) / "cmdline").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return None
    return next((group for word, group in _GROUPS.items() if word in words), None)


def _stat(pid: int) -> list[str]:
    # The name in brackets may hold spaces and brackets itself; what follows the last one begins with field 3.
    return (_PROC / str(pid) / "stat").read_text(errors="replace").rpartition(")")[2].split()


def _cpu_s(pid: int) -> float:
    fields = _stat(pid)
    return (int(fields[11]) + int(fields[12])) / _TICKS_A_SECOND


def _peak_mb(pid: int) -> float:
    return _kilobytes(_PROC / str(pid) / "status", "VmHWM") / 1024


def _kilobytes(path: Path, name: str) -> int:
    return int((_field(path, name) or "0").split()[0])


def _field(path: Path, name: str) -> str | None:
    for line in path.read_text(errors="replace").splitlines():
        key, _, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    return None
