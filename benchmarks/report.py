"""The figures of one run: as tables for people, as JSON for programs, and the verdicts on floors and aims."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import msgspec
from rich.console import Console
from rich.table import Table

from benchmarks.inprocess import OneCore
from benchmarks.live import Live
from benchmarks.live_report import show_live
from benchmarks.processes import ONLOOKERS, Machine
from benchmarks.quix.measure import QuixRun
from benchmarks.readers import Readers
from benchmarks.span import Measured
from benchmarks.verdicts import BASELINE, CORE, FRESH, ONE_WORKER, QUIX

_WIDTH: Final = 130


class Report(msgspec.Struct, frozen=True):
    """One run. `message_bytes` is the mean size of a message; `at` is when the run began, RFC 3339."""

    at: str
    machine: Machine
    messages: int
    message_bytes: int
    readers: Readers
    pipeline: Measured
    two_workers: Measured
    one_core: OneCore
    live: Live

    @property
    def quix(self) -> list[QuixRun]:
        """Every form of the job in Quix Streams, first the one that is compared with."""
        return [self.readers.quix, *self.readers.quix_others]

    @property
    def parts(self) -> list[Measured]:
        """Everything that has a rate."""
        quix = [run.measured for run in self.quix]
        return [self.readers.limit, self.readers.baseline, *quix, self.pipeline, self.two_workers]

    def ratios_to(self, part: Measured) -> dict[str, float]:
        """Return the rate of every part in multiples of this one's."""
        return {other.name: round(other.rate / part.rate, 3) for other in self.parts}

    @property
    def freshness_p99_s(self) -> float | None:
        """The 99th percentile of the slowest of what was looked at; None where nothing was seen."""
        return max((one.p99_s for one in self.live.freshness), default=None)

    @property
    def verdicts(self) -> list[str]:
        """What is said of each floor and aim."""
        rate = self.pipeline.rate
        said = [
            BASELINE.verdict(rate / self.readers.baseline.rate),
            QUIX.verdict(rate / self.readers.quix.measured.rate),
            ONE_WORKER.verdict(rate),
            CORE.verdict(self.one_core.decode_fold),
        ]
        fresh = self.freshness_p99_s
        return said if fresh is None else [*said, FRESH.verdict(fresh)]


def save(report: Report, path: Path) -> None:
    """Write the figures with their ratios as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = msgspec.to_builtins(report)
    content["ratios_to_baseline"] = report.ratios_to(report.readers.baseline)
    content["ratios_to_quix"] = report.ratios_to(report.readers.quix.measured)
    content["verdicts"] = report.verdicts
    path.write_bytes(msgspec.json.format(msgspec.json.encode(content)) + b"\n")


def show(report: Report, console: Console | None = None) -> None:
    """Print the tables, the figures of one core, the machine, and the verdicts."""
    console = console or Console(width=_WIDTH, soft_wrap=True)
    console.print(_rates(report))
    lines = [f"  {part.name}: {_by_group(part)}" for part in report.parts]
    console.print("CPU s by group", *lines, sep="\n", highlight=False)
    for run in report.quix:
        console.print(
            f"{run.form.name}: windows {run.form.windows}, {run.form.emit}, grace {run.form.grace_s:,} s;"
            f" {run.late_share:.0%} of {run.updates:,} additions to windows refused as late",
            highlight=False,
        )
    show_live(report.live, console)
    one = report.one_core
    parts = ", ".join(f"{name} {us:.1f}" for name, us in one.parts.items())
    costs = ", ".join(f"after {before} events {us:.1f}" for before, us in one.event_costs.items())
    console.print(
        f"one core, in process, events/s: decode {one.decode:,.0f}, decode + fold {one.decode_fold:,.0f}"
        f"\n  microseconds an event: {parts}\n  microseconds for one more event and its state: {costs}",
        highlight=False,
    )
    of = report.machine
    console.print(
        f"machine: {of.cores} cores, {of.model}, {of.memory_gb:g} GB, {of.system}, Python {of.python},"
        f" load before {of.load:.2f}",
        *report.verdicts,
        sep="\n",
        highlight=False,
    )


def _rates(report: Report) -> Table:
    readers = report.readers
    table = Table(
        title=f"{report.messages:,} messages of {report.message_bytes} bytes, in the topic before each part starts",
        title_justify="left",
    )
    table.add_column("part")
    for heading in (
        "events",
        "events/s",
        "x baseline",
        "x Quix",
        "% of limit",
        "seconds",
        "ramp s",
        "settled s",
    ):
        table.add_column(heading, justify="right")
    table.add_column("CPU s", justify="right")
    table.add_column("peak MB", justify="right")
    for part in report.parts:
        table.add_row(
            part.name,
            f"{part.events:,}",
            f"{part.rate:,.0f}",
            f"{part.rate / readers.baseline.rate:.2f}",
            f"{part.rate / readers.quix.measured.rate:.2f}",
            f"{100 * part.rate / readers.limit.rate:.1f}",
            f"{part.seconds:.1f}",
            _or_dash(part.ramp_s),
            _or_dash(part.settled_s),
            f"{part.cpu_s:.1f}",
            f"{_peak_mb(part):,.0f}",
        )
    return table


def _or_dash(seconds: float | None) -> str:
    return "-" if seconds is None else f"{seconds:.1f}"


def _peak_mb(part: Measured) -> float:
    """Peak memory of the process that does the part's work: the largest worker, or the script."""
    names = ("worker", "agent", "reader", "quix")
    return next(part.groups[name].peak_mb for name in names if name in part.groups)


def _by_group(part: Measured) -> str:
    used = sorted(part.groups.items(), key=lambda item: -item[1].cpu_s)
    return ", ".join(f"{name} {one.cpu_s:.1f}" for name, one in used if name not in ONLOOKERS)
