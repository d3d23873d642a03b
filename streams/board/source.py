"""Asks whoever knows: the store, the workers, Prometheus. What does not answer keeps its last answer, with its age."""

from __future__ import annotations

import time
import urllib.request
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, Protocol
from urllib.error import URLError

import msgspec
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError
from urllib3.exceptions import HTTPError

from streams.board.answers import Alert, Filter, Health, Heard, Known, Told
from streams.board.prometheus_api import ALERTS, QUERY, read_alerts, read_pages
from streams.board.samples import NAMES, Sample, health_of, read_exposition
from streams.board.store_questions import ask_store
from streams.local.access import reading_target
from streams.local.runtime import Runtime, running
from streams.settings import Settings
from streams.store.client import HttpTarget, StoreUnavailableError, connect

_STORE_TIMEOUT_S: Final = 15
_HTTP_TIMEOUT_S: Final = 3.0
_MOST_BYTES: Final = 5_000_000
_FAILURES: Final = (ClickHouseError, StoreUnavailableError, HTTPError, OSError)


class Source(Protocol):
    """Whoever the board asks. `ask` may take its time: it is called from a thread."""

    def ask(self, asked: Filter, before: Known) -> Known:
        """Return what is known now; of what does not answer, what was known before."""


class LiveSource:
    """Asks a pipeline that runs on a folder, or the configured server with its workers and its Prometheus.

    Where a pipeline is, it looks up at every question: it may have been started anew, with other doors.
    """

    def __init__(self, settings: Settings, data_dir: Path | None) -> None:
        self._settings = settings
        self._data_dir = data_dir
        self._client: Client | None = None
        self._target: HttpTarget | None = None

    def ask(self, asked: Filter, before: Known) -> Known:
        """Ask all of them, one after the other."""
        runtime = self._runtime()
        own = runtime.prometheus if runtime is not None else ""
        prometheus = (own or self._settings.prometheus_url).rstrip("/")
        return Known(
            self._store(asked, before.store),
            self._health(runtime, prometheus, before.health),
            _alerts(prometheus, before.alerts or Heard()) if prometheus else None,
        )

    def close(self) -> None:
        """Close the connection to the store."""
        if self._client is not None:
            with suppress(*_FAILURES):
                self._client.close()
        self._client = None

    def _runtime(self) -> Runtime | None:
        if self._data_dir is None and self._settings.clickhouse_host:
            return None
        return running(self._data_dir or self._settings.data_dir)

    def _store(self, asked: Filter, before: Heard[Told]) -> Heard[Told]:
        try:
            target = reading_target(self._settings, self._data_dir)
            if self._client is None or target != self._target:
                self.close()
                self._client, self._target = connect(target, timeout_s=_STORE_TIMEOUT_S), target
            return Heard(ask_store(self._client, asked), time.monotonic())
        except _FAILURES as error:
            self.close()
            return before.but(_reason(error))

    def _health(self, runtime: Runtime | None, prometheus: str, before: Heard[Health]) -> Heard[Health]:
        try:
            if runtime is not None:
                found = health_of({url: _page(url) for url in runtime.metrics}, runtime.restarts)
            elif prometheus:
                found = health_of(read_pages(_get(prometheus + QUERY)))
            else:
                of = self._settings
                url = f"http://{of.metrics_host}:{of.metrics_port}/metrics"
                found = health_of({url: _page(url)})
        except (OSError, ValueError, msgspec.MsgspecError) as error:
            return before.but(_reason(error))
        if not found.workers or len(found.silent) == found.workers:
            return before.but(", ".join(found.silent) or "no worker is known")
        return Heard(found, time.monotonic())


def _page(url: str) -> Sequence[Sample] | None:
    """Return what a worker says of itself, None where it does not answer."""
    names = "&".join(f"name[]={name}" for name in NAMES)
    try:
        return read_exposition(_get(f"{url}?{names}").decode())
    except (OSError, ValueError):
        return None


def _alerts(prometheus: str, before: Heard[tuple[Alert, ...]]) -> Heard[tuple[Alert, ...]]:
    try:
        return Heard(read_alerts(_get(prometheus + ALERTS)), time.monotonic())
    except (OSError, ValueError, msgspec.MsgspecError) as error:
        return before.but(_reason(error))


def _get(url: str) -> bytes:
    if not url.startswith(("http://", "https://")):
        raise ValueError(f"{url} is no http address")
    with urllib.request.urlopen(url, timeout=_HTTP_TIMEOUT_S) as answer:
        return bytes(answer.read(_MOST_BYTES))


def _reason(error: BaseException) -> str:
    reason = error.reason if isinstance(error, URLError) else error
    return " ".join(str(reason).split())[:300] or type(error).__name__
