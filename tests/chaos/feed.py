"""The events of a run: generated with every fault into a file, and fed from there while the chaos goes on."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Final

from streams.adapters.files import open_source
from streams.adapters.record import Source
from streams.kafka.load import Loader
from streams.settings import Settings
from streams.simulator.generate import FAULTS, generate

from .store import ChaosError

_START: Final = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
_EVENTS_A_DECLARATION: Final = 6
"""At least: a feed of n events is cut from that of n/6 declarations."""
_STRIDE: Final = 50
"""So many events are sent at a time."""
_LONG: Final = 200_000
_DAYS: Final = (10, 30)


def write_events(path: Path, seed: int, events: int) -> None:
    """Write so many messages, one a line: duplicates, disorder, corrections, retractions, and poison of every kind."""
    days = _DAYS[events >= _LONG]
    feed = generate(seed, events // _EVENTS_A_DECLARATION, _START, days, frozenset(FAULTS))
    lines = (one.value.replace(b"\n", b" ") for one in feed)
    with path.open("wb") as file:
        written = 0
        for line in islice((line for line in lines if line.strip()), events):
            file.write(line + b"\n")
            written += 1
    if written < events:
        raise ChaosError(f"the generated feed has {written:,} messages, not {events:,}")


class Feeding:
    """Feeds a file from a thread, at a speed in events a second.

    It holds while the pipeline is `most_behind` events behind, or a schedule made for a pipeline that comes back would
    spend itself on one that is down: on a busy machine a start takes three times as long.
    """

    def __init__(
        self, settings: Settings, path: Path, speed: float, most_behind: int, accounted: Callable[[], int]
    ) -> None:
        self._stop = threading.Event()
        self._loader = Loader(settings, self._stop.is_set)
        self._error: Exception | None = None
        self._speed = speed
        self._most_behind = most_behind
        self._accounted = accounted
        source = open_source(path, None)

        def run() -> None:
            try:
                self._loader.load(self._paced(source))
            except Exception as error:
                self._error = error

        self._thread = threading.Thread(target=run, name="feed", daemon=True)

    def _paced(self, source: Source) -> Iterator[tuple[bytes | None, bytes]]:
        due = time.monotonic()
        for number, record in enumerate(source):
            if number % _STRIDE == 0:
                while number - self._accounted() > self._most_behind and not self._stop.wait(0.05):
                    pass
                now = time.monotonic()
                self._stop.wait(max(0.0, due - now))
                due = max(due, now) + _STRIDE / self._speed
            yield record.key, record.value

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Feed no more, the end of the file reached or not."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(30)

    @property
    def sent(self) -> int:
        """How many messages were handed to the client of Kafka."""
        return self._loader.sent

    def done(self) -> bool:
        """Whether Kafka has all of them. Raises ChaosError when it did not take one."""
        if self._error is not None:
            raise ChaosError(f"the feed broke off: {self._error}")
        return not self._thread.is_alive()
