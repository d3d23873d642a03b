"""The events of a run: generated with every fault into a file, and fed from there while the chaos goes on."""

from __future__ import annotations

import datetime as dt
import threading
from itertools import islice
from pathlib import Path
from typing import Final

from streams.adapters.files import open_source
from streams.kafka.load import Loader
from streams.settings import Settings
from streams.simulator.generate import FAULTS, generate

from .store import ChaosError

_START: Final = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
_EVENTS_A_DECLARATION: Final = 6
"""At least: a feed of n events is cut from that of n/6 declarations."""
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
    """Feeds a file from a thread, at a speed in events a second."""

    def __init__(self, settings: Settings, path: Path, speed: float) -> None:
        self._stop = threading.Event()
        self._loader = Loader(settings, self._stop.is_set)
        self._error: Exception | None = None
        source = open_source(path, None)

        def run() -> None:
            try:
                self._loader.load(((one.key, one.value) for one in source), speed)
            except Exception as error:
                self._error = error

        self._thread = threading.Thread(target=run, name="feed", daemon=True)

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
