"""Reads the accepted events of declarations back from the store: the state of a worker that does not remember them."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Final
from zlib import crc32

from clickhouse_connect.driver.client import Client

from streams.core.decode import decode_event
from streams.core.event import Accepted, Event, Feed
from streams.store.schema import DATABASE

_KEYS_A_QUERY: Final = 2_000
_MERGE_AT: Final = 200_000

_QUERY = (
    "SELECT canonical, kafka_topic, generation, kafka_partition, kafka_offset, toUnixTimestamp64Milli(ingested_at)"
    f" FROM {DATABASE}.declaration_events FINAL WHERE declaration_key IN {{keys:Array(String)}}"
)


class StoreError(Exception):
    """The store holds something that this program can't have written."""


def stored_events(client: Client, keys: Sequence[str]) -> Iterator[Accepted]:
    """Give every accepted event of these declarations, in no order. Raises StoreError where one can't be read."""
    for canonical, topic, generation, partition, offset, received_ms in client.query(
        _QUERY, parameters={"keys": keys}
    ).result_rows:
        event = decode_event(canonical.encode(), partition, offset, max_bytes=2**30)
        if not isinstance(event, Event):
            raise StoreError(f"stored event at {topic}/{partition}/{offset} can't be read: {event.detail}")
        yield Accepted(event, Feed(topic, generation), received_ms * 1000)


class StoredHistories:
    """The event store as the source of histories.

    Most declarations that are not in memory are new. To know that without asking, the checksums of all stored keys are
    held, 4 bytes each; a false alarm costs one look-up and changes nothing. `refresh` reads them again, which is due
    whenever another worker may have written what is ours from now on.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._known: array[int] = array("I")
        self._recent: set[int] = set()
        self.lookups = 0
        self.refresh()

    def refresh(self) -> None:
        """Read the keys of all stored declarations again."""
        rows = self._client.query(
            f"SELECT DISTINCT CRC32(declaration_key) AS c FROM {DATABASE}.declaration_events ORDER BY c"
        )
        self._known = array("I", (int(row[0]) for row in rows.result_rows))
        self._recent.clear()

    def load(self, keys: Sequence[str]) -> Mapping[str, Sequence[Accepted]]:
        """Return the stored events of those of these declarations that have any."""
        wanted = [key for key in keys if self._maybe_stored(key)]
        self._remember(keys)
        found: dict[str, list[Accepted]] = {}
        remaining = iter(wanted)
        while part := list(islice(remaining, _KEYS_A_QUERY)):
            self.lookups += 1
            for accepted in stored_events(self._client, part):
                found.setdefault(accepted.event.declaration_key, []).append(accepted)
        return found

    def _maybe_stored(self, key: str) -> bool:
        checksum = crc32(key.encode())
        if checksum in self._recent:
            return True
        place = bisect_left(self._known, checksum)
        return place < len(self._known) and self._known[place] == checksum

    def _remember(self, keys: Sequence[str]) -> None:
        self._recent.update(crc32(key.encode()) for key in keys)
        if len(self._recent) > _MERGE_AT:
            self._known = array("I", sorted({*self._known, *self._recent}))
            self._recent.clear()
