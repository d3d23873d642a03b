"""Notices a partition of which messages wait and none is acknowledged.

An agent or a consumer can die without a word: the event loop lives, no step has begun, nothing comes. Only what is
committed tells, set against the end of the partition.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

_LONGEST_STEP_S: Final = 5.0
"""Two looks further apart count as this far: nobody knows what was in between."""


class Standstill:
    """Adds up for each partition that this worker reads how long it was seen to stand still. Times in seconds."""

    def __init__(self) -> None:
        self._mine: frozenset[int] = frozenset()
        self._committed: dict[int, int] = {}
        self._still_s: dict[int, float] = {}
        self._looked_s: float | None = None

    def given(self, partitions: Iterable[int]) -> None:
        """Say which partitions this worker reads from now on."""
        self._mine = frozenset(partitions)
        self._committed.clear()
        self._still_s.clear()

    def look(self, now_s: float, places: Mapping[int, tuple[int, int]], waits: bool) -> None:
        """Take in what is committed of each partition and where it ends. `waits`: the worker waits for its sink."""
        step_s = 0.0 if self._looked_s is None else min(now_s - self._looked_s, _LONGEST_STEP_S)
        self._looked_s = now_s
        for partition in self._mine & places.keys():
            committed, end = places[partition]
            moved = self._committed.get(partition) != committed
            self._committed[partition] = committed
            if moved or waits or committed >= end:
                self._still_s[partition] = 0.0
            else:
                self._still_s[partition] = self._still_s.get(partition, 0.0) + step_s

    def longer_than(self, limit_s: float) -> dict[int, float]:
        """Return the partitions that stand still for longer than that, with their seconds."""
        return {number: still for number, still in sorted(self._still_s.items()) if still > limit_s}
