"""The figures of the live load, as tables for people."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from benchmarks.live import Live


def show_live(live: Live, console: Console) -> None:
    """Print how fresh the pipeline was, what it used meanwhile, and how it recovered."""
    table = Table(
        title=f"live load, 1 worker: {live.sent_rate:,.0f} messages a second sent, {live.rate:,.0f} wanted;"
        " seconds from sent to seen",
        title_justify="left",
    )
    table.add_column("seen in")
    for heading in ("p50", "p99", "longest", "markers", "unseen", "look every", "look p99"):
        table.add_column(heading, justify="right")
    for one in live.freshness:
        table.add_row(
            one.what,
            *(f"{seconds:.3f}" for seconds in (one.p50_s, one.p99_s, one.max_s)),
            f"{one.seen + one.unseen:,}",
            f"{one.unseen:,}",
            *(f"{seconds:.3f}" for seconds in (one.look_s, one.look_p99_s)),
        )
    console.print(table)
    used = sorted(live.groups.items(), key=lambda item: -item[1].cpu_s)
    cores = ", ".join(f"{name} {one.cpu_s / live.seconds:.2f}" for name, one in used)
    memory = ", ".join(f"{name} {one.peak_mb:,.0f}" for name, one in used)
    console.print(f"  cores in use: {cores}\n  peak MB: {memory}", highlight=False)
    for number, kill in enumerate(live.recoveries, 1):
        console.print(
            f"kill -9 of the worker, {number}: works again after {_seconds(kill.to_growth_s)},"
            f" no backlog after {_seconds(kill.to_caught_up_s)}, at most {kill.backlog:,} messages waited",
            highlight=False,
        )


def _seconds(seconds: float | None) -> str:
    return "too long to wait for" if seconds is None else f"{seconds:.1f} s"
