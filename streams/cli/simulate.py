"""The command `simulate`: a generated feed, written to a file or into Kafka, and the truth behind it."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Annotated

import msgspec
import typer

from streams.cli.failure import CommandError
from streams.cli.live import Way, send_live
from streams.cli.options import DataDir, Speed
from streams.cli.progress import progress_over
from streams.kafka.load import Loader
from streams.local.access import kafka_of
from streams.local.runtime import running
from streams.settings import Settings
from streams.simulator.arrivals import DAY, MINUTE, ZONE, midnight_us
from streams.simulator.faults import BREAKDOWN, FAULTS, SPELL_FAULTS, USUAL, check_names
from streams.simulator.generate import MOST_DECLARATIONS, Generated, generate
from streams.simulator.goods import OFFICES
from streams.simulator.pace import Pace
from streams.simulator.spells import BREAKDOWN_OFFICE, Aim
from streams.simulator.truth import Truth

_TELL_EVERY = 500
_ON_A_DAY = frozenset({*SPELL_FAULTS, BREAKDOWN})
_AT_AN_OFFICE = frozenset({"silent_office", BREAKDOWN})

FIRST_YEAR = 1971
LAST_YEAR = 2180
"""Outside them, or some years after the last day, events would be refused for their time."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("simulate")(simulate)


def simulate(
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same bytes.")] = 1,
    start: Annotated[
        dt.datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="First day, in Viet Nam's time.")
    ] = dt.datetime(2026, 3, 2),  # noqa: DTZ001 - a date without a zone, as it is typed; the zone is added below
    days: Annotated[
        int, typer.Option(min=1, max=3660, help="Days over which declarations are registered.")
    ] = 10,
    declarations: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=MOST_DECLARATIONS,
            help="How many over all days, about 8 messages each. (default: 127,524 a year)",
            show_default=False,
        ),
    ] = None,
    faults: Annotated[
        str, typer.Option(help=f"`all` (but {BREAKDOWN}), or names with commas: {', '.join(sorted(FAULTS))}.")
    ] = "",
    fault_office: Annotated[
        str | None,
        typer.Option(
            "--fault-office",
            help=f"Office of {BREAKDOWN} and silent_office: {', '.join(one.code for one in OFFICES)}."
            f" (default: {BREAKDOWN_OFFICE}; of silent_office as the seed chooses)",
            show_default=False,
        ),
    ] = None,
    fault_day: Annotated[
        dt.datetime | None,
        typer.Option(
            "--fault-day",
            formats=["%Y-%m-%d"],
            help=f"Day of {', '.join(sorted(_ON_A_DAY))}. (default: as the seed chooses)",
            show_default=False,
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="File to write, one JSON event a line. (default: standard output)")
    ] = None,
    truth: Annotated[
        Path | None, typer.Option(help="File for what really happened, one declaration a line.")
    ] = None,
    kafka: Annotated[bool, typer.Option("--kafka", help="Send it to Kafka instead of writing it.")] = False,
    data: DataDir = None,
    speed: Speed = None,
    live_from: Annotated[
        dt.datetime | None,
        typer.Option(
            "--live-from",
            formats=["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"],
            help="With --kafka: from this time of the feed on, in Viet Nam, send each message when it would arrive.",
        ),
    ] = None,
    pace: Annotated[
        float | None,
        typer.Option(
            min=0.001, help="With --live-from: how many times as fast. (default: 1)", show_default=False
        ),
    ] = None,
) -> None:
    """Make a calibrated, seeded event stream with chosen faults."""
    chosen = _chosen(faults)
    aim = _aimed(fault_office, fault_day, chosen)
    if kafka and out is not None:
        raise CommandError("--kafka and --out exclude each other: send the feed or write it")
    if not kafka and (data is not None or speed is not None or live_from is not None):
        raise CommandError("--data, --speed and --live-from say how to send the feed: they need --kafka")
    if live_from is not None and speed is not None:
        raise CommandError(
            "--speed and --live-from exclude each other: so many a second, or as they would arrive"
        )
    if pace is not None and live_from is None:
        raise CommandError("--pace says how fast the live part comes: it needs --live-from")
    if out is not None and truth is not None and out.resolve() == truth.resolve():
        raise CommandError(f"--out and --truth are the same file, {out}: name two")
    if not FIRST_YEAR <= start.year <= LAST_YEAR:
        raise CommandError(
            f"--from {start:%Y-%m-%d}: events of the years {FIRST_YEAR} to {LAST_YEAR} can be simulated"
        )
    loader = _loader(data) if kafka else None
    first = start.replace(tzinfo=ZONE)
    with ExitStack() as stack:
        tell_truth = None if truth is None else _writer(stack.enter_context(truth.open("wb")))
        try:
            feed = _Watched(generate(seed, declarations, first, days, chosen, tell_truth, aim), first, days)
        except ValueError as error:
            raise CommandError(str(error)) from error
        place = "declaration-events" if kafka else "standard output" if out is None else str(out)
        if loader is not None and live_from is not None:
            since = midnight_us(live_from.date()) + (live_from.hour * 60 + live_from.minute) * MINUTE
            way = Way(lambda pairs, tell: loader.load(pairs, progress=tell), loader.pending)
            send_live(way, feed, Pace(since, pace or 1.0), feed.share)
        elif loader is not None:
            tell = stack.enter_context(progress_over(f"simulating into {place}", "made", feed.share))
            loader.load(((message.key, message.value) for message in feed), speed, tell)
        else:
            tell = stack.enter_context(progress_over(f"simulating into {place}", "made", feed.share))
            if out is not None:
                _write(feed, stack.enter_context(out.open("wb")), tell)
            else:
                _write(feed, stack.enter_context(open(sys.stdout.fileno(), "wb", closefd=False)), tell)
    print(f"{place}: {feed.count:,} messages, {feed.refusable:,} of them to be refused", file=sys.stderr)


class _Watched:
    """The feed, counted as it goes by."""

    def __init__(self, feed: Iterator[Generated], start: dt.datetime, days: int) -> None:
        self._feed = feed
        self._begin_us = midnight_us(start.date())
        self._length_us = days * DAY
        self._at_us = self._begin_us
        self.count = 0
        self.refusable = 0

    def __iter__(self) -> Iterator[Generated]:
        for message in self._feed:
            yield message
            self.count += 1
            self.refusable += message.reason is not None
            self._at_us = message.arrives_us

    def share(self) -> float:
        """Return how much of the feed's days has gone by; the few messages after them count as the end."""
        return min(1.0, max(0.0, (self._at_us - self._begin_us) / self._length_us))


def _chosen(faults: str) -> frozenset[str]:
    if faults == "all":
        return USUAL
    chosen = frozenset(name.strip() for name in faults.split(",") if name.strip())
    try:
        check_names(chosen)
    except ValueError as error:
        raise CommandError(f"--faults: {error}") from error
    return chosen


def _aimed(office: str | None, day: dt.datetime | None, faults: frozenset[str]) -> Aim:
    if office is not None and not faults & _AT_AN_OFFICE:
        raise CommandError(
            f"--fault-office is for {' and '.join(sorted(_AT_AN_OFFICE))}: name one in --faults"
        )
    if day is not None and not faults & _ON_A_DAY:
        raise CommandError(f"--fault-day is for {', '.join(sorted(_ON_A_DAY))}: name one in --faults")
    return Aim(office, None if day is None else day.date())


def _loader(data: Path | None) -> Loader:
    settings = Settings()
    runtime = running(data or settings.data_dir)
    if runtime is not None:
        settings = kafka_of(settings, runtime)
    elif data is not None:
        raise CommandError(f"no pipeline runs on {data}: start `release-monitor local --data {data}`")
    return Loader(settings)


def _writer(file: IO[bytes]) -> Callable[[Truth], None]:
    encode = msgspec.json.Encoder().encode

    def write(truth: Truth) -> None:
        file.write(encode(truth) + b"\n")

    return write


def _write(feed: _Watched, file: IO[bytes], tell: Callable[[int], None]) -> None:
    for message in feed:
        file.write(message.value + b"\n")
        if feed.count % _TELL_EVERY == 0:
            tell(feed.count)
    tell(feed.count)
