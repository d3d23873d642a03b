"""When each office was heard of last: by this worker's batches, and at its start by what the store has."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping

from clickhouse_connect.driver.client import Client

from streams.core.declaration import Declaration
from streams.core.event import Event
from streams.core.watermark import moves_time
from streams.store.schema import DATABASE

_STORED = (
    "SELECT office, max(registered_at), max(released_at), max(cleared_at), max(exited_at), max(cancelled_at),"
    f" max(stage_since) FROM {DATABASE}.declarations WHERE office IS NOT NULL GROUP BY office"
)


class Heard:
    """The latest event of each known office, in microseconds since the epoch. One thread writes, others may read."""

    def __init__(self, offices: Collection[str]) -> None:
        self._offices = frozenset(offices)
        self._latest_us: dict[str, int] = {}

    def events(self, events: Iterable[Event], declarations: Iterable[Declaration]) -> None:
        """Take note of new events. One that says no office is of its declaration's.

        An event whose time is not to be believed (decision 0018) is passed over.
        """
        office_of = {one.declaration_key: one.office for one in declarations}
        latest = self._latest_us
        now_us = time.time_ns() // 1000
        for event in events:
            office = event.attrs.office if event.attrs else None
            if office is None:
                office = office_of.get(event.declaration_key)
            if office not in self._offices or event.occurred_us <= latest.get(office, -1):
                continue
            if moves_time(event, now_us):
                latest[office] = event.occurred_us

    def stored(self, latest_us: Mapping[str, int]) -> None:
        """Take note of what the store knows of offices."""
        for office, instant_us in latest_us.items():
            if office in self._offices:
                self._latest_us[office] = max(instant_us, self._latest_us.get(office, instant_us))

    def latest_us(self) -> Mapping[str, int]:
        """Return the latest event of each office that was heard of."""
        return dict(self._latest_us)


def stored_latest_us(client: Client) -> dict[str, int]:
    """Return the latest milestone in the store of each office: a little before its latest event, at worst."""
    latest = {}
    for office, *instants in client.query(_STORED).result_rows:
        known = [round(one.timestamp() * 1_000_000) for one in instants if one is not None]
        if known:
            latest[office] = max(known)
    return latest
