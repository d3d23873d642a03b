"""The whole pipeline on this machine: a real Kafka, the store, workers; started, watched, and stopped in order."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from pydantic import SecretStr

from streams.core.event import Feed
from streams.core.span_message import end_message
from streams.kafka.extents import Extents
from streams.kafka.publisher import Publisher
from streams.kafka.topics import INPUTS, SPANS, create_topics, identify
from streams.local.broker import LocalBroker
from streams.local.children import ChildError, StoreChild, WorkerChild
from streams.local.refold import refold_stale
from streams.local.runtime import Runtime, publish, withdraw
from streams.local.watching import Watch, Watching, find_programs
from streams.reference import load_reference
from streams.settings import Settings
from streams.store.client import connect
from streams.store.clock import write_clock
from streams.store.cohorts import refresh, set_schedule
from streams.store.generations import generation_of
from streams.store.reconciliation import accounted_positions
from streams.store.reference_tables import sync
from streams.store.window_progress import read_progress, unsettle


class Standing(NamedTuple):
    """How far the pipeline has come: messages in the input topics, and those of them with an outcome in the store.

    `settled` says that the windows are computed from all of them, by the settings and reference data of this run.
    """

    arrived: int
    accounted: int
    settled: bool

    @property
    def drained(self) -> bool:
        """Whether every message has an outcome, and the windows have taken it in."""
        return self.arrived == self.accounted and self.settled


class LocalPipeline:
    """Use as a context manager. `say` is told, in a few words, what is being started or stopped.

    With `watch`, Prometheus and Alertmanager run beside it.
    """

    def __init__(
        self,
        data_dir: Path,
        settings: Settings,
        workers: int,
        say: Callable[[str], None],
        watch: Watch | None = None,
    ) -> None:
        self.data_dir = data_dir
        self._settings = settings
        self._reference = load_reference(settings.reference_file)
        self._count = workers
        self._say = say
        self._broker = LocalBroker(data_dir / "kafka")
        self._store: StoreChild | None = None
        self._workers: list[WorkerChild] = []
        self._watch = watch
        self._watching: Watching | None = None
        self._inputs: list[tuple[Feed, Extents]] = []

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _start(self) -> None:
        if self._watch is not None:
            find_programs()  # what is missing is said before anything is started
        self.data_dir.mkdir(parents=True, exist_ok=True)
        self._say("store: opening the embedded ClickHouse engine")
        self._store = store = StoreChild(self.data_dir)
        self._say("kafka: starting")
        self._broker.start()
        self.settings = self._settings.model_copy(
            update={
                "kafka_bootstrap_servers": self._broker.bootstrap,
                "kafka_security_protocol": "PLAINTEXT",
                "clickhouse_host": "127.0.0.1",
                "clickhouse_port": store.port,
                "clickhouse_user": "writer",
                "clickhouse_password": SecretStr(store.writer_password),
                "clickhouse_secure": False,
            }
        )
        self._say(f"kafka: ready on {self._broker.bootstrap}")
        create_topics(self.settings)
        self._client = connect(store.program())
        numbering = connect(store.writer(), timeout_s=120)
        # What the run before this one said of the windows tells nothing of this one's settings and reference data.
        unsettle(numbering)
        sync(numbering, self._reference)
        write_clock(numbering, self._settings.clock)
        refold_stale(numbering, self._reference, lambda text: self._say(f"store: {text}"))
        set_schedule(numbering, self._settings.cohort_refresh_minutes)
        for name in INPUTS:
            source = identify(self.settings, name)
            # Numbered here already, so that the standing can be told before the first worker is up.
            feed = Feed(name, generation_of(numbering, source.feed, int(time.time())))
            self._inputs.append((feed, Extents(self.settings, name)))
        numbering.close()
        self._spans = Extents(self.settings, SPANS)
        for number in range(self._count):
            self._say(f"worker {number + 1} of {self._count}: starting")
            port = _free_port(self._settings.metrics_port if number == 0 else 0)
            self._workers.append(
                WorkerChild(self.data_dir, f"worker-{number + 1}", self._environment(), port)
            )
        if self._watch is not None:
            self._watching = Watching(
                self.data_dir, self._watch, self._reference.targets, self.metrics_urls, self._say
            )
        self._publish()

    def _environment(self) -> Mapping[str, str]:
        of = self.settings
        return {
            "RELEASE_MONITOR_KAFKA_BOOTSTRAP_SERVERS": of.kafka_bootstrap_servers,
            "RELEASE_MONITOR_KAFKA_SECURITY_PROTOCOL": "PLAINTEXT",
            "RELEASE_MONITOR_CLICKHOUSE_HOST": of.clickhouse_host,
            "RELEASE_MONITOR_CLICKHOUSE_PORT": str(of.clickhouse_port),
            "RELEASE_MONITOR_CLICKHOUSE_USER": of.clickhouse_user,
            "RELEASE_MONITOR_CLICKHOUSE_PASSWORD": of.clickhouse_password.get_secret_value(),
            "RELEASE_MONITOR_CLICKHOUSE_SECURE": "false",
            "RELEASE_MONITOR_CLOCK": of.clock,
        }

    def _publish(self) -> None:
        store = self._running_store()
        publish(
            self.data_dir,
            Runtime(
                pid=os.getpid(),
                bootstrap=self._broker.bootstrap,
                store_port=store.port,
                writer_password=store.writer_password,
                reader_password=store.reader_password,
                program_password=store.program_password,
                metrics=[worker.metrics_url for worker in self._workers],
                workers=[worker.pid for worker in self._workers],
                restarts=self.restarts,
                prometheus=self._watching.prometheus if self._watching is not None else "",
                alertmanager=self._watching.alertmanager if self._watching is not None else "",
            ),
        )

    def _running_store(self) -> StoreChild:
        if self._store is None:
            raise ChildError("the store is not running")
        return self._store

    @property
    def metrics_urls(self) -> list[str]:
        """Where the workers' metrics are served."""
        return [worker.metrics_url for worker in self._workers]

    @property
    def restarts(self) -> int:
        """How often workers had to be started anew."""
        return sum(worker.restarts for worker in self._workers)

    def watch(self) -> None:
        """Start anew the workers that have ended. Raises ChildError where that does not help."""
        for worker in self._workers:
            if worker.watch():
                self._say("a worker ended and was started anew; see its log")
                self._publish()
        if not self._broker.alive():
            raise ChildError(f"Kafka ended: see {self.data_dir / 'kafka' / 'logs' / 'kafka.log'}")
        if not self._running_store().alive():
            raise ChildError(f"the store ended: see {self.data_dir / 'logs' / 'store.log'}")
        if self._watching is not None:
            self._watching.check()

    def standing(self) -> Standing:
        """Ask Kafka and the store how far the pipeline has come."""
        arrived = accounted = 0
        for feed, topic in self._inputs:
            extents = topic.now()
            arrived += sum(high - low for low, high in extents.values())
            accounted += sum(accounted_positions(self._client, feed, extents).values())
        (_, end) = self._spans.now()[0]
        progress = read_progress(self._client)
        return Standing(arrived, accounted, progress.settled and progress.spans_offset >= end)

    def feed_ended(self) -> None:
        """Tell the windows that no more is fed: they wait for no input any longer."""
        publisher = Publisher(self.settings)
        publisher.publish(SPANS, [(None, end_message())])

    def refresh_figures(self) -> None:
        """Make the figures of cohorts anew from all that is stored, instead of at the next time of their schedule."""
        self._say("store: making the figures of cohorts")
        with closing(connect(self._running_store().writer(), timeout_s=3_600)) as client:
            refresh(client)

    def ask(self, sql: str) -> list[tuple[object, ...]]:
        """Ask the store through its door, which lets this program read all of it."""
        return [tuple(row) for row in self._client.query(sql).result_rows]

    def stop(self) -> None:
        """Stop everything that runs, workers first, after whoever would miss them; safe to call again."""
        if self._watching is not None:
            self._say("prometheus, alertmanager: stopping")
            self._watching.stop()
            self._watching = None
        for worker in self._workers:
            self._say("worker: stopping")
            worker.stop()
        self._workers = []
        for _, topic in self._inputs:
            topic.close()
        self._inputs = []
        if self._store is not None:
            self._say("store: closing")
            self._store.stop()
            self._store = None
        self._broker.stop()
        withdraw(self.data_dir)


def _free_port(wanted: int) -> int:
    """Return the wanted port if nothing has it, else any free one."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise ChildError("no free port on 127.0.0.1")
