"""The command `rules`: rules of Prometheus and configuration of Alertmanager, made from the reference data."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from streams.alerts.pace import FASTEST, Pace
from streams.alerts.rules import files
from streams.alerts.servers import Addresses
from streams.alerts.texts import Links
from streams.cli.failure import CommandError
from streams.reference import load_reference
from streams.settings import Settings

_ADDRESSES = Addresses()
_LINKS = Links()


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("rules")(rules)


def rules(
    out: Annotated[
        Path, typer.Option(help="Folder to write into, in its folders prometheus and alertmanager.")
    ] = Path("rules"),
    pace: Annotated[
        int, typer.Option(min=1, max=FASTEST, help="Divide every length by this, for drills.")
    ] = 1,
    grafana: Annotated[str, typer.Option(help="Address of Grafana, for links to boards.")] = _LINKS.grafana,
    runbook: Annotated[str, typer.Option(help="Address of the page docs/runbook.md.")] = _LINKS.runbook,
    worker: Annotated[
        list[str] | None,
        typer.Option(help=f"host:port of a worker's metrics; repeatable. (default: {_ADDRESSES.workers[0]})"),
    ] = None,
    dns: Annotated[
        bool, typer.Option("--dns", help="Take every address that a worker's name has for a worker.")
    ] = False,
    alertmanager: Annotated[
        str, typer.Option(help="host:port of Alertmanager, for Prometheus.")
    ] = _ADDRESSES.alertmanager,
    webhook: Annotated[
        str, typer.Option(help="Address that is told of alerts. (default: nobody is)", show_default=False)
    ] = "",
) -> None:
    """Write rules for Prometheus, and configuration for it and for Alertmanager, from the reference data."""
    reference = load_reference(Settings().reference_file)
    addresses = Addresses(_hosts(worker) or _ADDRESSES.workers, dns, alertmanager, webhook)
    written = files(reference.targets, Pace(pace), Links(grafana, runbook), addresses)
    for place, text in written.items():
        path = out / place
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{path} can't be written: {error.strerror or error}") from error
        print(path)


def _hosts(workers: list[str] | None) -> list[str]:
    for worker in workers or ():
        if not re.fullmatch(r"[^:/\s]+:\d{1,5}", worker):
            raise CommandError(f"--worker {worker}: it is a host and a port, such as {_ADDRESSES.workers[0]}")
    return workers or []
