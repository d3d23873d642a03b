"""The command `simulate`: a generated feed, written to a file."""

from __future__ import annotations

import datetime as dt
import sys
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from streams.cli.failure import CommandError
from streams.simulator.generate import FAULTS, generate

_ZONE = dt.timezone(dt.timedelta(hours=7))


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("simulate")(simulate)


def simulate(
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 1,
    start: Annotated[
        dt.datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="First day, in Viet Nam's time.")
    ] = dt.datetime(2026, 3, 2),  # noqa: DTZ001 - a date without a zone, as it is typed; the zone is added below
    days: Annotated[
        int, typer.Option(min=1, max=3660, help="Days over which declarations are registered.")
    ] = 10,
    declarations: Annotated[
        int, typer.Option(min=1, max=1_000_000, help="How many; about 7 events each.")
    ] = 5_000,
    faults: Annotated[
        str, typer.Option(help=f"`all`, or names with commas: {', '.join(sorted(FAULTS))}.")
    ] = "",
    out: Annotated[
        Path | None, typer.Option(help="File to write, one JSON event a line. (default: standard output)")
    ] = None,
) -> None:
    """Write a plausible, seeded event stream with chosen faults. Not calibrated yet: for trials, not for figures."""
    chosen = (
        FAULTS if faults == "all" else frozenset(name.strip() for name in faults.split(",") if name.strip())
    )
    try:
        feed = generate(seed, declarations, start.replace(tzinfo=_ZONE), days, chosen)
    except ValueError as error:
        raise CommandError(f"--faults: {error}") from error
    poison: Counter[str] = Counter()
    written = 0
    with out.open("wb") if out is not None else open(sys.stdout.fileno(), "wb", closefd=False) as file:
        for message in feed:
            file.write(message.value + b"\n")
            written += 1
            if message.reason is not None:
                poison[message.reason] += 1
    said = f"{written:,} messages, {poison.total():,} of them poison"
    print(f"{out}: {said}" if out is not None else said, file=sys.stderr)
