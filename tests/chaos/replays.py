"""How many messages the workers recognised as read already, gathered from metrics that die with each worker."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from typing import Final

from .crew import Crew

_SAMPLE: Final = re.compile(r"^release_replayed_events_total (\S+)$", re.MULTILINE)


class Replays:
    """Adds up a counter over processes that come and go. What one counted after our last look at it is not in it."""

    def __init__(self, crew: Crew) -> None:
        self._crew = crew
        self._last: dict[int, float] = {}

    def look(self) -> None:
        """Ask every worker that answers."""
        for member in list(self._crew.members):
            pid = member.process.pid
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{member.port}/metrics", timeout=0.5) as answer:
                    found = _SAMPLE.search(answer.read().decode())
            except OSError:
                continue
            if found is not None:
                self._last[pid] = max(self._last.get(pid, 0.0), float(found[1]))

    @property
    def total(self) -> int:
        """How many, at least."""
        return int(sum(self._last.values()))
