"""The command `outcomes`: what enforcement came to, from files into the store."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from streams.adapters.outcome_files import OutcomeFile
from streams.cli.feed import checksum
from streams.cli.options import DataDir
from streams.cli.progress import progress_over
from streams.local.access import open_store, server_of
from streams.local.outcomes import OutcomeImport
from streams.settings import Settings
from streams.store.schema import migrate


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("outcomes")(outcomes)


def outcomes(
    files: Annotated[
        list[Path],
        typer.Argument(help="Files of outcomes: .csv with a header, .jsonl", metavar="FILE…"),
    ],
    data: DataDir = None,
) -> None:
    """Write violations, fines, checks after clearance and seizures from files into ClickHouse."""
    opened = [OutcomeFile(path) for path in files]
    settings = Settings()
    with open_store(settings, data, write=True) as client:
        migrate(client, server_of(settings, data))
        for file in opened:
            job = OutcomeImport(client)
            name = file.path.name
            with progress_over(f"reading {name}", "read", _share(file)) as tell:
                job.run(name, checksum(file.path), file, tell)
            print(f"{file.path}: {said(job)}")
            if job.counts["rejected"]:
                print("what was rejected, and why: release-monitor rejected list")


def said(job: OutcomeImport) -> str:
    """Say what became of the rows of a file."""
    counts = job.counts
    rows = counts["stored"] + counts["duplicate"] + counts["rejected"]
    stored = f"{counts['stored']:,} stored"
    notes = [
        f"{counts[name]:,} {words}"
        for name, words in (
            ("replacing", "in place of what was there"),
            ("outranked", "behind what is there"),
        )
        if counts[name]
    ]
    if notes:
        stored += f" ({', '.join(notes)})"
    return f"{rows:,} rows: {stored}, {counts['duplicate']:,} duplicate, {counts['rejected']:,} rejected"


def _share(file: OutcomeFile) -> Callable[[], float]:
    return lambda: file.bytes_read / max(1, file.bytes_total)
