"""When each office was heard of last: by this worker's batches, and at its start by what the store has."""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping

from clickhouse_connect.driver.client import Client

from streams.store.schema import DATABASE

_STORED = (
    "SELECT office, max(registered_at), max(released_at), max(cleared_at), max(exited_at), max(cancelled_at),"
    f" max(stage_since) FROM {DATABASE}.declarations WHERE office IS NOT NULL GROUP BY office"
)


class Heard:
    """The latest event of each known office, in microseconds since the epoch. Safe to use from several threads."""

    def __init__(self, offices: Collection[str]) -> None:
        self._offices = frozenset(offices)
        self._lock = threading.Lock()
        self._latest_us: dict[str, int] = {}

    def of(self, office: str | None, instant_us: int) -> None:
        """Take note of an event of an office; of one that is not known, or not said, nothing is kept."""
        if office not in self._offices:
            return
        with self._lock:
            self._latest_us[office] = max(instant_us, self._latest_us.get(office, instant_us))

    def latest_us(self) -> Mapping[str, int]:
        """Return the latest event of each office that was heard of."""
        with self._lock:
            return dict(self._latest_us)


def stored_latest_us(client: Client) -> dict[str, int]:
    """Return the latest milestone in the store of each office: a little before its latest event, at worst."""
    latest = {}
    for office, *instants in client.query(_STORED).result_rows:
        known = [round(one.timestamp() * 1_000_000) for one in instants if one is not None]
        if known:
            latest[office] = max(known)
    return latest
