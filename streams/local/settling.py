"""Computes the windows of a store without Kafka: at the end of a backfill, or of folding anew."""

from __future__ import annotations

from collections.abc import Callable

from clickhouse_connect.driver.client import Client

from streams.core.declaration import Calendars
from streams.settings import Settings
from streams.worker.opening import open_windows


def settle_windows(
    client: Client,
    calendars: Calendars,
    settings: Settings,
    progress: Callable[[int, int], None] = lambda *_: None,
) -> None:
    """Compute every window that is kept, as it is when nothing more is waited for, and write what differs.

    `progress` gets how many windows are done and how many there are. No worker may run on the store meanwhile.
    """
    steps = open_windows(client, calendars, settings, None, lambda _: None)
    steps.ended()
    total = steps.waiting
    while not steps.settled:
        steps.round()
        progress(total - steps.waiting, total)
