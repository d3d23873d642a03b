"""How fresh what people see is: from the sending of a marker to the first look that shows it.

Each thing that people look at is looked at by a thread of its own, as a reader of the store or of /metrics would. A
question costs the pipeline several milliseconds, a page of all metrics tens of them, so a thread looks 50 times a
second at most and rests most of the time: asking all the time would measure the asking.
"""

from __future__ import annotations

import re
import threading
import time
import urllib.request
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import ExitStack
from typing import Any, Final, NamedTuple

from clickhouse_connect.driver.client import Client

from benchmarks.delays import Delays, delays
from benchmarks.live_feed import MARKED
from streams.local.access import open_store
from streams.local.pipeline import LocalPipeline

_EVERY_S: Final = 0.5
_RESTS: Final = 1.0
"""Looks are so far apart, and a look is followed by a rest of so many times what it took."""

_EVENTS: Final = (
    "SELECT declaration_key FROM release_monitor.events"
    " WHERE declaration_key IN {keys:Array(String)} AND event_type = 'CLEARED'"
)
_WINDOWS: Final = (
    "SELECT max(n) FROM release_monitor.windows"
    " WHERE window_size = '1h' AND window_end > now() - INTERVAL 5 MINUTE AND interval_code = 'REG_REL'"
    f" AND clock = 'elapsed' AND office = '{MARKED}' AND direction = 'all' AND channel = 'all'"
)
_METRICS: Final = ("release_last_event_timestamp_seconds", "release_window_declarations")
_SAMPLE: Final = re.compile(r"(?P<name>\w+)\{(?P<labels>[^}]*)\} (?P<value>\S+)")


class Marker(NamedTuple):
    """A declaration that was sent to be looked for; `sent_s` by the monotonic clock, `cleared_ms` since the epoch."""

    number: int
    key: str
    sent_s: float
    cleared_ms: int


Judge = Callable[[Any, Collection[Marker]], Iterable[Marker]]
"""Returns those of the awaited markers that an answer shows."""


class Watch:
    """Looks for markers at one place, in a thread, from `start` to `finish`.

    `read` asks once, and gets the markers that are awaited; `judges` say by name what an answer shows, for one page may
    have several things on it.
    """

    def __init__(self, read: Callable[[Collection[Marker]], Any], judges: Mapping[str, Judge]) -> None:
        self._read = read
        self._judges = judges
        self._awaited: dict[str, dict[int, Marker]] = {what: {} for what in judges}
        self._delays_s: dict[str, list[float]] = {what: [] for what in judges}
        self._looks_s: list[float] = []
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._failure: Exception | None = None
        self._thread = threading.Thread(target=self._run, name=f"watch {next(iter(judges))}", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def await_(self, marker: Marker) -> None:
        """Look for this one too."""
        with self._lock:
            for awaited in self._awaited.values():
                awaited[marker.number] = marker

    @property
    def awaiting(self) -> int:
        """How many markers were not seen yet, of what has seen the fewest."""
        return max(len(awaited) for awaited in self._awaited.values())

    def finish(self) -> list[Delays]:
        """Stop looking and return what was seen, of each thing. Raises what a look raised."""
        self._stopping.set()
        self._thread.join(30)
        if self._failure is not None:
            raise self._failure
        found = [
            delays(what, self._delays_s[what], len(self._awaited[what]), self._looks_s)
            for what in self._judges
        ]
        return [one for one in found if one is not None]

    def _run(self) -> None:
        before: float | None = None
        while not self._stopping.is_set():
            with self._lock:
                awaited = {number: one for all_of in self._awaited.values() for number, one in all_of.items()}
            if not awaited:
                before = None
                self._stopping.wait(_EVERY_S)
                continue
            begin = time.monotonic()
            try:
                answer = self._read(awaited.values())
            except Exception as error:
                self._failure = error
                return
            now = time.monotonic()
            if before is not None:
                self._looks_s.append(now - before)
            before = now
            self._judge(answer, now)
            self._stopping.wait(max(_EVERY_S - (now - begin), _RESTS * (now - begin)))

    def _judge(self, answer: Any, now: float) -> None:
        with self._lock:
            for what, judge in self._judges.items():
                awaited = self._awaited[what]
                for marker in list(judge(answer, awaited.values())):
                    # One sent while the question was asked may be in the answer.
                    self._delays_s[what].append(max(0.0, now - marker.sent_s))
                    del awaited[marker.number]


def watches(running: LocalPipeline, stack: ExitStack) -> list[Watch]:
    """Return what looks at everything that this pipeline has to look at. `stack` closes what they open."""

    def client() -> Client:
        return stack.enter_context(open_store(running.settings, running.data_dir))

    url = running.metrics_urls[0] + "?" + "&".join(f"name[]={name}" for name in _METRICS)
    events, windows = client(), client()

    def keys_in_events(awaited: Collection[Marker]) -> set[str]:
        rows = events.query(_EVENTS, parameters={"keys": [marker.key for marker in awaited]}).result_rows
        return {row[0] for row in rows}

    return [
        Watch(
            keys_in_events, {"view events": lambda keys, awaited: [one for one in awaited if one.key in keys]}
        ),
        Watch(
            lambda _: int(windows.query(_WINDOWS).result_rows[0][0]),
            {"view windows": lambda count, awaited: [one for one in awaited if one.number <= count]},
        ),
        Watch(
            lambda _: scrape(url),
            {
                "metric release_last_event_timestamp_seconds": told_by_clock,
                "metric release_window_declarations": told_by_count,
            },
        ),
    ]


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
