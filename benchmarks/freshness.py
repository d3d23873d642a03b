"""How fresh what people see is: from the sending of a marker to the first look that shows it.

Each thing that people look at is looked at by a thread of its own, as a reader of the store or of /metrics would. A
look costs the pipeline something too, so a thread rests at least as long as it looked, and looks only while markers
are awaited.
"""

from __future__ import annotations

import re
import threading
import time
import urllib.request
from collections.abc import Callable, Collection, Iterable
from contextlib import ExitStack
from typing import Final, NamedTuple

from clickhouse_connect.driver.client import Client

from benchmarks.delays import Delays, delays
from benchmarks.live_feed import MARKED
from streams.local.access import open_store
from streams.local.pipeline import LocalPipeline

_REST_S: Final = 0.005
_EVENTS: Final = (
    "SELECT declaration_key FROM release_monitor.events"
    " WHERE declaration_key IN {keys:Array(String)} AND event_type = 'CLEARED'"
)
_WINDOWS: Final = (
    "SELECT max(n) FROM release_monitor.windows"
    " WHERE window_size = '1h' AND window_end > now() - INTERVAL 5 MINUTE AND interval_code = 'REG_REL'"
    f" AND clock = 'elapsed' AND office = '{MARKED}' AND direction = 'all' AND channel = 'all'"
)
_HAVE_WINDOWS: Final = "EXISTS VIEW release_monitor.windows"
_SAMPLE: Final = re.compile(r"(?P<name>\w+)\{(?P<labels>[^}]*)\} (?P<value>\S+)")


class Marker(NamedTuple):
    """A declaration that was sent to be looked for; `sent_s` by the monotonic clock, `cleared_ms` since the epoch."""

    number: int
    key: str
    sent_s: float
    cleared_ms: int


Look = Callable[[Collection[Marker]], Iterable[Marker]]
"""Looks once: returns those of the awaited markers that are to be seen."""


class Watch:
    """Looks for markers at one place, in a thread, from `start` to `finish`."""

    def __init__(self, what: str, look: Look) -> None:
        self.what = what
        self._look = look
        self._awaited: dict[int, Marker] = {}
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._delays_s: list[float] = []
        self._looks_s: list[float] = []
        self._failure: Exception | None = None
        self._thread = threading.Thread(target=self._run, name=f"watch {what}", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def await_(self, marker: Marker) -> None:
        """Look for this one too."""
        with self._lock:
            self._awaited[marker.number] = marker

    @property
    def awaiting(self) -> int:
        """How many markers were not seen yet."""
        return len(self._awaited)

    def finish(self) -> Delays | None:
        """Stop looking and return what was seen; None where nothing was to be seen. Raises what a look raised."""
        self._stopping.set()
        self._thread.join(30)
        if self._failure is not None:
            raise self._failure
        return delays(self.what, self._delays_s, self.awaiting, self._looks_s)

    def _run(self) -> None:
        before: float | None = None
        while not self._stopping.is_set():
            with self._lock:
                awaited = list(self._awaited.values())
            if not awaited:
                before = None
                self._stopping.wait(_REST_S)
                continue
            begin = time.monotonic()
            try:
                seen = list(self._look(awaited))
            except Exception as error:
                self._failure = error
                return
            now = time.monotonic()
            if before is not None:
                self._looks_s.append(now - before)
            before = now
            with self._lock:
                for marker in seen:
                    del self._awaited[marker.number]
                    self._delays_s.append(now - marker.sent_s)
            self._stopping.wait(max(_REST_S, now - begin))


def watches(running: LocalPipeline, stack: ExitStack) -> list[Watch]:
    """Return a watch for each thing that this pipeline has to look at. `stack` closes what they open."""

    def client() -> Client:
        return stack.enter_context(open_store(running.settings, running.data_dir))

    url = running.metrics_urls[0]
    found = [
        Watch("view events", _in_events(client())),
        Watch(
            "metric release_last_event_timestamp_seconds", lambda awaited: told_by_clock(scrape(url), awaited)
        ),
    ]
    if running.ask(_HAVE_WINDOWS)[0][0]:
        found.append(Watch("view windows", _in_windows(client())))
        found.append(
            Watch("metric release_window_declarations", lambda awaited: told_by_count(scrape(url), awaited))
        )
    return found


def _in_events(client: Client) -> Look:
    def look(awaited: Collection[Marker]) -> Iterable[Marker]:
        rows = client.query(_EVENTS, parameters={"keys": [marker.key for marker in awaited]}).result_rows
        keys = {row[0] for row in rows}
        return [marker for marker in awaited if marker.key in keys]

    return look


def _in_windows(client: Client) -> Look:
    def look(awaited: Collection[Marker]) -> Iterable[Marker]:
        count = client.query(_WINDOWS).result_rows[0][0]
        return [marker for marker in awaited if marker.number <= count]

    return look


def scrape(url: str) -> str:
    """Read a metrics endpoint as Prometheus does."""
    with urllib.request.urlopen(url, timeout=30) as answer:
        return bytes(answer.read()).decode()


def told_by_count(page: str, awaited: Collection[Marker]) -> list[Marker]:
    """Return the markers that the running 1h window counts by its gauge: of the marked office, all are markers."""
    labels = {"window": "1h", "interval": "REG_REL", "office": MARKED}
    count = largest(page, "release_window_declarations", labels)
    return [marker for marker in awaited if marker.number <= count]


def told_by_clock(page: str, awaited: Collection[Marker]) -> list[Marker]:
    """Return the markers that are not later than the latest event of the marked office."""
    latest_s = largest(page, "release_last_event_timestamp_seconds", {"office": MARKED, "source": "VNACCS"})
    return [marker for marker in awaited if marker.cleared_ms <= round(latest_s * 1000)]


def largest(page: str, name: str, labels: dict[str, str]) -> float:
    """Return the largest value of a metric among the series that have these labels; 0 where there is none."""
    wanted = [f'{label}="{value}"' for label, value in labels.items()]
    values = [
        float(found["value"])
        for found in _SAMPLE.finditer(page)
        if found["name"] == name and all(one in found["labels"].split(",") for one in wanted)
    ]
    return max(values, default=0.0)
