"""The figures of one run: as a table for people, as JSON for programs, and the verdict on the floor."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import msgspec
from rich.console import Console
from rich.table import Table

from benchmarks.inprocess import OneCore
from benchmarks.processes import Machine
from benchmarks.span import Measured

FLOOR: Final = 3.0
AIM: Final = 6.0
"""What the pipeline on one worker has to reach, and should, in multiples of the baseline."""

CORE_FLOOR: Final = 60_000
CORE_AIM: Final = 100_000
"""What decoding and folding on one core has to reach, and should, in events a second."""

_WIDTH: Final = 120


class Report(msgspec.Struct, frozen=True):
    """One run. `message_bytes` is the mean size of a message; `at` is when the run began, RFC 3339."""

    at: str
    machine: Machine
    messages: int
    message_bytes: int
    limit: Measured
    baseline: Measured
    pipeline: Measured
    two_workers: Measured
    one_core: OneCore

    @property
    def ratio(self) -> float:
        """The pipeline on one worker in multiples of the baseline."""
        return self.pipeline.rate / self.baseline.rate


def verdict(ratio: float) -> str:
    """Say whether the floor is met and the aim reached."""
    floor = "met" if ratio >= FLOOR else "not met"
    aim = "reached" if ratio >= AIM else "not reached"
    return f"floor {FLOOR:g} x baseline: {floor}, aim {AIM:g} x: {aim} (measured {ratio:.2f} x)"


def core_verdict(rate: float) -> str:
    """Say whether decoding and folding on one core meets its floor and reaches its aim."""
    floor = "met" if rate >= CORE_FLOOR else "not met"
    aim = "reached" if rate >= CORE_AIM else "not reached"
    said = f"floor {CORE_FLOOR:,}/s decode + fold on one core: {floor}, aim {CORE_AIM:,}/s: {aim}"
    return f"{said} (measured {rate:,.0f}/s)"


def save(report: Report, path: Path) -> None:
    """Write the figures with their ratios as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = msgspec.to_builtins(report)
    content["ratios_to_baseline"] = {
        part.name: round(part.rate / report.baseline.rate, 3) for part in _parts(report)
    }
    content["floor"], content["aim"] = FLOOR, AIM
    path.write_bytes(msgspec.json.format(msgspec.json.encode(content)) + b"\n")


def show(report: Report, console: Console | None = None) -> None:
    """Print the table, the figures of one core, the machine, and the verdict."""
    console = console or Console(width=_WIDTH, soft_wrap=True)
    of = report.machine
    table = Table(
        title=f"{report.messages:,} messages of {report.message_bytes} bytes, in the topic before each part starts",
        title_justify="left",
    )
    table.add_column("part")
    for heading in ("events/s", "x baseline", "% of limit", "seconds", "ramp s", "CPU s", "peak MB"):
        table.add_column(heading, justify="right")
    table.add_column("CPU s by group")
    for part in _parts(report):
        table.add_row(
            part.name,
            f"{part.rate:,.0f}",
            f"{part.rate / report.baseline.rate:.2f}",
            f"{100 * part.rate / report.limit.rate:.1f}",
            f"{part.seconds:.1f}",
            "-" if part.ramp_s is None else f"{part.ramp_s:.1f}",
            f"{part.cpu_s:.1f}",
            f"{_peak_mb(part):,.0f}",
            _by_group(part),
        )
    console.print(table)
    one = report.one_core
    parts = ", ".join(f"{name} {us:.1f}" for name, us in one.parts.items())
    costs = ", ".join(f"after {before} events {us:.1f}" for before, us in one.event_costs.items())
    console.print(
        f"one core, in process, events/s: decode {one.decode:,.0f}, decode + fold {one.decode_fold:,.0f}"
        f"\n  microseconds an event: {parts}\n  microseconds for one more event and its state: {costs}",
        highlight=False,
    )
    console.print(
        f"machine: {of.cores} cores, {of.model}, {of.memory_gb:g} GB, {of.system}, Python {of.python},"
        f" load before {of.load:.2f}",
        highlight=False,
    )
    console.print(verdict(report.ratio), highlight=False)
    console.print(core_verdict(one.decode_fold), highlight=False)


def _parts(report: Report) -> tuple[Measured, ...]:
    return (report.limit, report.baseline, report.pipeline, report.two_workers)


def _peak_mb(part: Measured) -> float:
    """Peak memory of the process that does the part's work: the largest worker, or the script."""
    return next(part.groups[name].peak_mb for name in ("worker", "agent", "reader") if name in part.groups)


def _by_group(part: Measured) -> str:
    used = sorted(part.groups.items(), key=lambda item: -item[1].cpu_s)
    return ", ".join(f"{name} {one.cpu_s:.1f}" for name, one in used if name != "benchmark")
