"""One worker from its settings to its end."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import sys
import threading

import faust
import structlog

from streams.kafka.publisher import Publisher
from streams.kafka.topics import INPUTS, PACKED, SPANS, WINDOWS, identify
from streams.metrics.registry import Metrics
from streams.metrics.series import detail_within, shape_of, telling
from streams.metrics.server import MetricsServer
from streams.pipeline.folder import Folder
from streams.reference import load_reference
from streams.settings import Settings
from streams.store.client import StoreUnavailableError, connect, server_target
from streams.store.clock import write_clock
from streams.store.histories import StoredHistories
from streams.store.reference_tables import sync
from streams.store.schema import pending
from streams.store.sink import ClickHouseSink
from streams.worker.app import create_app
from streams.worker.child import Child
from streams.worker.counting import Counting
from streams.worker.feeds import Feeds
from streams.worker.heard import Heard
from streams.worker.monitor import Monitor
from streams.worker.status import Status
from streams.worker.steps import Steps
from streams.worker.stragglers import Stragglers
from streams.worker.watchdog import Watchdog

log = structlog.get_logger()

_LAST_WORDS_S = 15.0


class Ending:
    """Ends the process from any part of it: in order if it can, by force where that takes too long."""

    def __init__(self) -> None:
        self.code = 0
        self._once = threading.Lock()

    def __call__(self) -> None:
        """Ask for the end; the exit code will be 1."""
        self.code = 1
        os.kill(os.getpid(), signal.SIGTERM)
        self.soon()

    def soon(self) -> None:
        """Give the process some seconds to end in order, which it can't where Kafka is gone: then it is cut short."""
        if self._once.acquire(blocking=False):
            threading.Thread(target=self._by_force, name="ending", daemon=True).start()

    def _by_force(self) -> None:
        threading.Event().wait(_LAST_WORDS_S)
        os._exit(1)


def _end_with_stdin(ending: Ending) -> None:
    while sys.stdin.readline():
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    ending.soon()


def run_worker(settings: Settings, *, until_stdin_closes: bool = False) -> int:
    """Run a worker until SIGTERM or SIGINT; return the exit code, 0 only when it was asked to stop.

    With `until_stdin_closes` it also ends when its parent does: a worker that outlives its store would hold partitions
    and could write nothing.
    """
    ending = Ending()
    if until_stdin_closes:
        threading.Thread(target=_end_with_stdin, args=(ending,), name="parent", daemon=True).start()
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    reference = load_reference(settings.reference_file)
    target = server_target(settings)
    sources = [identify(settings, name) for name in INPUTS]
    for name in (PACKED, SPANS, WINDOWS):
        identify(settings, name)  # says at once that it is missing, and what to do
    writer, loader, watcher = connect(target), connect(target), connect(target)
    lacking = pending(writer)
    if lacking:
        raise StoreUnavailableError(
            f"the store lacks {', '.join(lacking)}: run `release-monitor migrate` first"
        )
    sync(writer, reference)
    write_clock(writer, settings.clock)
    shape = shape_of(reference, settings.topic_partitions)
    metrics = Metrics(
        reference, detail_within(shape, settings.metric_series_budget), settings.metric_series_budget
    )
    if any(metrics.detail.dropped.values()):
        log.warning("metrics: less detail than there is", told=telling(shape, settings.metric_series_budget))
    status = Status(metrics, settings.stall_timeout_s)

    def fatal(error: BaseException | None) -> None:
        reason = f"agent: {type(error).__name__}: {error}"
        log.error("the worker can't go on", error=reason, exc_info=error)
        status.died(reason)
        ending()

    heard = Heard(reference.offices)
    histories = StoredHistories(loader)
    stragglers = Stragglers(settings.watermark_bound_s + settings.window_grace_s)
    steps = Steps(
        Folder(histories, reference, settings.cache_declarations),
        histories,
        ClickHouseSink(writer),
        Publisher(settings),
        Feeds(loader),
        Counting(metrics, settings.watermark_bound_s, heard),
        status,
        fatal,
        stragglers,
        settings.batch_events,
    )
    server = MetricsServer(
        settings.metrics_host,
        settings.metrics_port,
        metrics.registry,
        status.healthy,
        status.ready,
        metrics.served,
    )
    server.start()
    monitor = Monitor(
        settings, watcher, Feeds(watcher), sources, metrics, stragglers, heard, reference, status
    )
    monitor.start()
    Watchdog(status.stalls).start()
    intake = Child("intake", "streams.kafka.intake_process", status, ending)
    windows = Child("windows", "streams.worker.windows_process", status, ending, metrics.hearing.take)
    print(
        f"worker {os.getpid()}: metrics on http://{settings.metrics_host}:{server.port}/metrics", flush=True
    )
    # Histories are many small objects that hold no cycles: looking through them for cycles at the usual pace took 15 %
    # of the worker's time with 5,000 declarations in memory, and more with more.
    gc.freeze()
    gc.set_threshold(200_000, 50, 100)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)

    def start_children() -> None:
        intake.start()
        windows.start()

    app = create_app(settings, steps, status, start_children, ending.soon, fatal)
    try:
        faust.Worker(
            app, loglevel="WARNING", redirect_stdouts=False, quiet=True, loop=loop
        ).execute_from_commandline()
    except SystemExit as end:
        ending.code = ending.code or int(end.code or 0)
    finally:
        intake.stop()
        windows.stop()
        monitor.stop()
        server.stop()
    return ending.code
