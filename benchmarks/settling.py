"""When the windows are settled: computed from everything that was told, with nothing left to do.

The windows process keeps one row of progress in the store: `settled`, and the first message of the topic of spans that
is not in the windows yet.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from typing import Final, NamedTuple

from streams.kafka.extents import Extents
from streams.local.pipeline import LocalPipeline

_SPANS: Final = "release-monitor-declaration-spans"
_THERE: Final = "EXISTS TABLE release_monitor.window_progress"
_PROGRESS: Final = "SELECT settled, spans_offset FROM release_monitor.window_progress FINAL"
_LOOK_S: Final = 0.2


class Progress(NamedTuple):
    """The row of progress: whether every window is computed from what was read, and how far that is."""

    settled: bool
    spans_offset: int

    def complete(self, end: int) -> bool:
        """Tell whether the windows are made from all messages below this offset."""
        return self.settled and self.spans_offset >= end


def have_windows(running: LocalPipeline) -> bool:
    """Tell whether this store has windows at all."""
    return bool(running.ask(_THERE)[0][0])


def await_settled(running: LocalPipeline, patience_s: float, look_after: Callable[[], None]) -> bool:
    """Wait until the windows are settled; call only when all messages are accounted for, so that all spans are told.

    Return False when they are not in so many seconds. `look_after` is called at every look.
    """
    deadline = time.monotonic() + patience_s
    with closing(Extents(running.settings, _SPANS)) as spans:
        end = max((high for _, high in spans.now().values()), default=0)
    while time.monotonic() < deadline:
        rows = running.ask(_PROGRESS)
        if rows and Progress(bool(rows[0][0]), int(str(rows[0][1]))).complete(end):
            return True
        look_after()
        time.sleep(_LOOK_S)
    return False
