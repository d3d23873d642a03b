"""What was done to the pipeline, and how long it took until it went on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError
from urllib3.exceptions import HTTPError

from streams.store.client import HttpTarget, StoreUnavailableError, connect
from streams.store.schema import DATABASE

from .crew import Crew
from .replays import Replays

_EVERY_S: Final = 0.25
_LOOKS_A_SCRAPE: Final = 4
_QUERY: Final = f"SELECT sum(accounted) FROM {DATABASE}.reconciliation"


class Incident:
    """One deed and what followed. Times in seconds of the run."""

    def __init__(self, at_s: float, what: str, victim: str, sent: int, ended: bool) -> None:
        self.at_s = at_s
        self.what = what
        self.victim = victim
        self.ended_s = at_s if ended else None
        """When the cause was over: at once for a kill, later for an outage; None: not yet."""
        self.growth_s: float | None = None
        """When the accounted positions next grew after that."""
        self.caught_up_s: float | None = None
        """When as many positions were accounted for as messages had been sent when it began."""
        self._sent = sent
        self._base: int | None = None

    def see(self, begun_s: float, now_s: float, accounted: int) -> None:
        """Take a count of accounted positions in, asked for at one time and answered at another."""
        if self.ended_s is None or begun_s < self.ended_s:
            return
        if self.caught_up_s is None and accounted >= self._sent:
            self.caught_up_s = now_s
        if self.growth_s is None:
            if self._base is None:
                self._base = accounted
            elif accounted > self._base:
                self.growth_s = now_s


class Sampler:
    """Asks every quarter of a second how far the store is, and the workers what they recognised as replayed."""

    def __init__(self, target: HttpTarget, crew: Crew, clock: Callable[[], float]) -> None:
        self._target = target
        self._clock = clock
        self._client: Client | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sampler", daemon=True)
        self.incidents: list[Incident] = []
        self.accounted = 0
        self.replays = Replays(crew)

    def start(self) -> None:
        """Ask from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Ask no more."""
        self._stop.set()
        self._thread.join(10)
        if self._client is not None:
            self._client.close()

    def _run(self) -> None:
        looks = 0
        while not self._stop.wait(_EVERY_S):
            if looks % _LOOKS_A_SCRAPE == 0:
                self.replays.look()
            looks += 1
            begun_s = self._clock()
            try:
                if self._client is None:
                    self._client = connect(self._target, timeout_s=10)
                self.accounted = int(self._client.query(_QUERY).result_rows[0][0])
            except (ClickHouseError, HTTPError, OSError, StoreUnavailableError):
                continue  # the store is away: that is the point
            for incident in list(self.incidents):
                incident.see(begun_s, self._clock(), self.accounted)
