"""The command `export`: the stored events as an event log for process-mining tools."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from streams.adapters.xes_writer import Value
from streams.cli.failure import CommandError
from streams.cli.options import DataDir
from streams.cli.progress import counted
from streams.local.access import open_store
from streams.local.export import export_log
from streams.settings import Settings
from streams.store.cases import StoredCases, Wanted

_ZONE = dt.timezone(dt.timedelta(hours=7))


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("export")(export)


def export(
    file: Annotated[Path, typer.Argument(help="Log to write: .xes or .xes.gz", metavar="FILE")],
    data: DataDir = None,
    office: Annotated[
        str | None, typer.Option(help="Only declarations of this office. (default: all)")
    ] = None,
    first: Annotated[
        dt.datetime | None,
        typer.Option("--from", formats=["%Y-%m-%d"], help="First day of registration, in Viet Nam's time."),
    ] = None,
    last: Annotated[
        dt.datetime | None,
        typer.Option("--to", formats=["%Y-%m-%d"], help="Last day of registration; it is included."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
) -> None:
    """Write declarations with their effective events as an XES log, for process-mining tools."""
    if not file.name.lower().endswith((".xes", ".xes.gz")):
        raise CommandError(f"{file}: the name of the log must end in .xes or .xes.gz")
    if file.exists() and not force:
        raise CommandError(f"{file} is there already: name another file, or write over it with --force")
    since = None if first is None else first.replace(tzinfo=_ZONE)
    before = None if last is None else last.replace(tzinfo=_ZONE) + dt.timedelta(days=1)
    if since is not None and before is not None and since >= before:
        raise CommandError(f"--from {since:%Y-%m-%d} is after --to {last:%Y-%m-%d}")
    about: dict[str, Value] = {"concept:name": "release-monitor"}
    for key, value in (("office", office), ("from", first), ("to", last)):
        if value is not None:
            about[f"release:{key}"] = value if isinstance(value, str) else f"{value:%Y-%m-%d}"
    with open_store(Settings(), data) as client:
        cases = StoredCases(client, Wanted(office, since, before))
        if not cases.count:
            raise CommandError("the store has no such declaration: nothing to export")
        with counted(f"exporting to {file.name}", cases.count) as tell:
            try:
                done, events = export_log(file, cases, about, tell)
            except OSError as error:
                raise CommandError(f"{file} can't be written: {error.strerror or error}") from error
    print(f"{file}: {done:,} declarations, {events:,} events")
