"""The command `worker`. By itself, because Faust alone takes as long to load as everything else together."""

from __future__ import annotations

from typing import Annotated

import typer

from streams.settings import Settings
from streams.worker.main import run_worker


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("worker")(worker)


def worker(
    bound: Annotated[
        bool,
        typer.Option("--until-stdin-closes", help="End when standard input closes, as `local` wants it."),
    ] = False,
) -> None:
    """Run one worker against the configured Kafka and ClickHouse, until SIGTERM."""
    raise typer.Exit(run_worker(Settings(), until_stdin_closes=bound))
