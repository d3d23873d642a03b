"""Computes the windows of a store without Kafka: at the end of a backfill, or of folding anew."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from clickhouse_connect.driver.client import Client

from streams.core.open_targets import Targeting
from streams.settings import Settings
from streams.worker.opening import open_windows

_LOOK_S: Final = 0.02


class Settling:
    """Computes every window that is kept, as it is when nothing more is waited for, and writes what differs.

    No worker may run on the store meanwhile.
    """

    def __init__(self, client: Client, reference: Targeting, settings: Settings) -> None:
        self._steps = open_windows(client, reference, settings, None, lambda _: None)
        self._steps.ended()
        self.total = self._steps.waiting
        """How many windows there are to compute."""

    def run(self, progress: Callable[[int], None] = lambda _: None) -> None:
        """Do it; `progress` gets how many are done."""
        while not self._steps.settled:
            self._steps.round()
            progress(self.total - self._steps.waiting)
            if not self._steps.waiting:
                time.sleep(_LOOK_S)  # the outlook comes now and then
