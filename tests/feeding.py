"""Feeds a store as workers do, for tests of what is published: whole declarations, and what comes later."""

from __future__ import annotations

import datetime as dt

import msgspec
from clickhouse_connect.driver.client import Client

from builders import CALENDARS, event
from streams.core.event import Event, Feed
from streams.core.pack import Pack
from streams.pipeline.folder import FedPack, Folder
from streams.store.histories import StoredHistories
from streams.store.sink import ClickHouseSink
from streams.store.window_progress import Progress, write_progress

FILLED = (
    "declarations",
    "declaration_intervals",
    "declaration_events",
    "event_position_sets",
    "window_progress",
    "published_reports",
    "publication_revisions",
    "published_declarations",
    "published_positions",
    "publication_log",
    "publication_figure_log",
)
"""The tables that these tests fill."""


class Feeding:
    """Writes events as a worker does; each call is a batch of its own, known a minute after the one before."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._at_us = 1_772_400_000_000_000
        self._offset = 0

    def __call__(self, *events: Event, topic: str = "declaration-events") -> dt.datetime:
        """Write a batch and return when it was known."""
        self._at_us += 60_000_000
        placed = [
            msgspec.structs.replace(one, offset=self._offset + place) for place, one in enumerate(events)
        ]
        self._offset += len(events)
        pack = Pack(topic, "id", self._at_us, placed, [])
        batch = Folder(StoredHistories(self._client), CALENDARS).fold([FedPack(pack, Feed(topic, 7))])
        ClickHouseSink(self._client).write(batch)
        return dt.datetime.fromtimestamp(self._at_us / 1_000_000, dt.UTC)


def reach(client: Client, watermark: dt.datetime, version: int = 1) -> None:
    """Move the watermark of the store."""
    write_progress(client, Progress(int(watermark.timestamp() * 1000), {}, 0, True), version, 300_000, {})


def life(
    key: str, *, office: str = "27F1", channel: int = 1, usd: float = 100.5, kind: str = "A11"
) -> list[Event]:
    """A declaration of 2 March, registered at 08:00, checked in the yellow channel from 08:30, cleared at 10:00."""
    attrs = {"office": office, "direction": "import", "kind": kind, "value_usd": usd, "tax_vnd": 7_000_000}
    told = [
        event("REGISTERED", "08:00:00", declaration_key=key, attrs=attrs),
        event("CHANNEL_ASSIGNED", "08:00:03", declaration_key=key, attrs={"channel": channel}),
        event("CLEARED", "10:00:00", declaration_key=key),
    ]
    if channel > 1:
        told.append(event("DOC_CHECK_STARTED", "08:30:00", declaration_key=key))
    return told
