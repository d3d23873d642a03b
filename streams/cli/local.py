"""The command `local`: the whole pipeline on this machine."""

from __future__ import annotations

import datetime as dt
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Annotated

import typer
from clickhouse_connect.driver.exceptions import ClickHouseError
from confluent_kafka import KafkaException
from rich.console import Console
from rich.table import Table
from urllib3.exceptions import HTTPError

from streams.alerts.pace import FASTEST, Pace
from streams.alerts.texts import Links
from streams.cli.board import BoardLanguage, Telling, in_terminal, with_board
from streams.cli.failure import CommandError
from streams.cli.feed import open_sources, said_skipped, topic_of
from streams.cli.options import DataDir, MappingFile, Speed
from streams.core.vocabulary import INTERVAL_CODES
from streams.kafka.load import Loader
from streams.kafka.topics import EVENTS
from streams.local.pipeline import LocalPipeline, Standing
from streams.local.runtime import running
from streams.local.watching import Watch
from streams.reference import load_reference
from streams.settings import Settings
from streams.simulator.faults import USUAL
from streams.simulator.generate import generate

Messages = Iterable[tuple[bytes | None, bytes]]

_LOOK_S = 1.0
_SIMULATED_DECLARATIONS = 5_000
_SIMULATED_SPEED = 1_000.0
_SIMULATED_DAYS = 10
_SIMULATED_START = dt.datetime(2026, 3, 2, tzinfo=dt.timezone(dt.timedelta(hours=7)))


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("local")(local)


def local(
    input: Annotated[
        list[Path] | None,
        typer.Option("--input", help="Event file to feed, in order; repeatable. (default: generated events)"),
    ] = None,
    mapping: MappingFile = None,
    data: DataDir = None,
    until_drained: Annotated[
        bool, typer.Option("--until-drained", help="End when every input event is in every output.")
    ] = False,
    workers: Annotated[int, typer.Option(min=1, max=16, help="How many workers to run.")] = 1,
    speed: Speed = None,
    alerts: Annotated[
        bool, typer.Option("--alerts", help="Run Prometheus and Alertmanager beside it, with its rules.")
    ] = False,
    alerts_pace: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=FASTEST,
            help="With --alerts: divide every length of the rules by this, for drills. (default: 1)",
            show_default=False,
        ),
    ] = None,
    webhook: Annotated[
        str | None, typer.Option(help="With --alerts: address that is told of alerts.", show_default=False)
    ] = None,
    no_feed: Annotated[
        bool,
        typer.Option("--no-feed", help="Feed nothing: `simulate --kafka` or `load` do, in another terminal."),
    ] = False,
    no_board: Annotated[
        bool, typer.Option("--no-board", help="Print lines in a terminal too, instead of showing the board.")
    ] = False,
    lang: BoardLanguage = "en",
) -> None:
    """Run the whole pipeline on this machine: Kafka, store, workers, metrics, and a feed."""
    if no_feed and (input or mapping is not None or speed is not None):
        raise CommandError(
            "--input, --mapping and --speed say what to feed and how: they don't go with --no-feed"
        )
    if no_feed and until_drained:
        raise CommandError("--until-drained waits for the end of the feed: it doesn't go with --no-feed")
    if not alerts and (alerts_pace is not None or webhook is not None):
        raise CommandError("--alerts-pace and --webhook are about alerts: they need --alerts")
    settings = by_the_feed(Settings())
    folder = (data or settings.data_dir).absolute()
    if running(folder) is not None:
        raise CommandError(
            f"a pipeline already runs on {folder}: stop it, or name another folder with --data"
        )
    sources = open_sources(input or [], mapping, settings)
    load_reference(
        settings.reference_file
    )  # the workers will want it: what is wrong with it is said before they start
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    begin = time.monotonic()

    def printed(text: str) -> None:
        print(f"{time.monotonic() - begin:7.1f} s  {text}", flush=True)

    say = Telling(printed)
    watch = Watch(Pace(alerts_pace or 1), Links(), webhook or "") if alerts else None
    with LocalPipeline(folder, settings, workers, say, watch) as pipeline:
        for url in pipeline.metrics_urls:
            say(f"metrics: {url}")
        loader = Loader(pipeline.settings, stop.is_set)
        feeding = _Feeding(loader)
        if sources:
            files = [(topic_of(source), ((one.key, one.value) for one in source)) for source in sources]
            feeding.start(files, speed)
        elif no_feed:
            say(f"fed by others: release-monitor simulate --kafka --data {data or settings.data_dir}")
        else:
            feeding.start([(EVENTS, _simulated())], speed or _SIMULATED_SPEED)

        def watched() -> Standing:
            return _until_done(pipeline, feeding, stop, until_drained, say)

        if in_terminal() and not no_board:
            standing = with_board(watched, stop, say, folder, lang, ends=until_drained)
        else:
            standing = watched()
        feeding.finish()
        for source in sources:
            say(f"{source.path.name}: read to the end{said_skipped(source)}")
        if until_drained and standing.drained:
            pipeline.refresh_figures()
        _summarise(pipeline, standing, loader.sent, time.monotonic() - begin)
    if until_drained and not standing.drained:
        raise CommandError(
            f"stopped with {standing.arrived - standing.accounted:,} messages not yet in the store"
        )


def by_the_feed(settings: Settings) -> Settings:
    """Take the clock of the feed unless one is set: a file, or the simulator, is looked at as though it were live."""
    return settings if "clock" in settings.model_fields_set else settings.model_copy(update={"clock": "feed"})


def _simulated() -> Iterator[tuple[bytes | None, bytes]]:
    """Yield a feed with every usual fault, for trying the pipeline out."""
    for message in generate(1, _SIMULATED_DECLARATIONS, _SIMULATED_START, _SIMULATED_DAYS, USUAL):
        yield message.key, message.value


class _Feeding:
    """Feeds messages from a thread."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader
        self._error: Exception | None = None
        self._thread: threading.Thread | None = None

    def start(self, feeds: Iterable[tuple[str, Messages]], speed: float | None) -> None:
        """Begin to feed messages to their topics, one feed after the other, at most `speed` messages a second."""

        def run() -> None:
            try:
                for topic, messages in feeds:
                    self._loader.load(messages, speed, topic=topic)
            except Exception as error:
                self._error = error

        self._thread = threading.Thread(target=run, name="feed", daemon=True)
        self._thread.start()

    @property
    def running(self) -> bool:
        """Whether there is more to feed."""
        return self._thread is not None and self._thread.is_alive()

    def finish(self) -> None:
        """Wait for the end and raise what went wrong."""
        if self._thread is not None:
            self._thread.join(30)
        if self._error is not None:
            raise self._error


def _until_done(
    pipeline: LocalPipeline,
    feeding: _Feeding,
    stop: threading.Event,
    until_drained: bool,
    say: Callable[[str], None],
) -> Standing:
    """Watch the pipeline, telling how far it is, until it is drained or somebody stops it."""
    told, ended = "", not until_drained
    standing = Standing(0, -1, settled=False)
    while True:
        fed_out = not feeding.running
        stop.wait(_LOOK_S)
        pipeline.watch()
        try:
            standing = pipeline.standing()
        except (ClickHouseError, KafkaException, HTTPError, OSError) as error:
            if stop.is_set():
                raise
            line = f"waiting: {' '.join(str(error).split())[:150]}"
        else:
            line = f"{standing.arrived:,} events in, {standing.accounted:,} done"
            if standing.arrived == standing.accounted and not standing.settled:
                line += ", computing windows" if standing.arrived else ""
                if fed_out and not ended:
                    pipeline.feed_ended()
                    ended = True
        if line != told:
            say(line)
            told = line
        if fed_out:
            feeding.finish()
        if stop.is_set() or (until_drained and fed_out and standing.drained):
            return standing


def _summarise(pipeline: LocalPipeline, standing: Standing, fed: int, seconds: float) -> None:
    ledger = pipeline.ask(
        "SELECT sum(stored), sum(duplicate), sum(rejected) FROM release_monitor.reconciliation"
    )[0]
    reasons = pipeline.ask(
        "SELECT reason, count() FROM release_monitor.rejected_events GROUP BY 1 ORDER BY 2 DESC, 1"
    )
    intervals = pipeline.ask(
        "SELECT interval_code, count(elapsed_s), count(), avg(elapsed_s), quantileExactInclusive(0.5)(elapsed_s)"
        " FROM release_monitor.intervals GROUP BY 1"
    )
    intervals.sort(key=lambda row: INTERVAL_CODES.index(str(row[0])))
    declarations = pipeline.ask(
        "SELECT countIf(registered_at IS NOT NULL), countIf(status = 'open'), countIf(registered_at IS NULL)"
        " FROM release_monitor.declarations_current"
    )[0]
    windows = pipeline.ask(
        "SELECT direction, window_end, n, mean_s, live_p50_s, live_p90_s, open_n FROM release_monitor.windows"
        " WHERE window_size = '7d' AND is_final AND interval_code = 'REG_REL' AND clock = 'elapsed'"
        " AND office = 'all' AND channel = 'all' AND direction != 'none'"
        " ORDER BY window_end DESC, direction = 'all', direction LIMIT 1 BY direction"
    )
    kept = pipeline.ask("SELECT count(), countIf(is_final) FROM release_monitor.windows")[0]
    table = Table(title="Summary", show_header=False, title_justify="left")
    rows: list[tuple[str, object]] = [
        ("messages fed in this run", fed),
        ("messages in", standing.arrived),
        ("  stored", ledger[0]),
        ("  recognised as duplicates", ledger[1]),
        ("  rejected", ledger[2]),
        *((f"    {reason}", count) for reason, count in reasons),
        ("not yet accounted for", standing.arrived - standing.accounted),
        ("declarations registered", declarations[0]),
        ("  open", declarations[1]),
        ("not registered (orphans and expired)", declarations[2]),
        ("intervals: n of N; mean, median", ""),
        *(
            (f"  {code}", f"{n:,} of {of:,}; {_hours(mean)}, {_hours(median)}")
            for code, n, of, mean, median in intervals
        ),
        ("rows of windows; of final ones", f"{kept[0]:,}; {kept[1]:,}"),
        ("last final 7d: n; mean; live P50, P90; open", ""),
        *(
            (
                f"  {direction}, to {end:%m-%d %H:%M} UTC",
                f"{n:,}; {_hours(mean)}; {_hours(median)}, {_hours(p90)}; {opened:,}",
            )
            for direction, end, n, mean, median, p90, opened in windows
        ),
        ("worker restarts", pipeline.restarts),
        ("seconds", round(seconds, 1)),
    ]
    table.add_column()
    table.add_column(justify="right")
    for name, value in rows:
        table.add_row(name, f"{value:,}" if isinstance(value, int) else str(value))
    Console(file=sys.stdout, width=100 if not sys.stdout.isatty() else None).print(table)


def _hours(seconds: object) -> str:
    """Write a length as domain rule 15 wants it: `13 h 41 min`."""
    if not isinstance(seconds, int | float) or seconds != seconds:
        return "none"
    minutes = int(seconds) // 60
    return f"{minutes // 60} h {minutes % 60:02d} min"
