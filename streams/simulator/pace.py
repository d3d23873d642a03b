"""The live part of a feed: each message at its moment, by a clock that runs so many times as fast."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple

from streams.simulator.delivery import Generated

TELL_EVERY_S: Final = 10.0
_INSTANT_S: Final = 0.001
"""What is due within it is due now: no clock waits so shortly."""
_US: Final = 1_000_000


class Clock(NamedTuple):
    """What the time is, in seconds from any begin, and how to wait for so many of them."""

    now: Callable[[], float] = time.monotonic
    wait: Callable[[float], None] = time.sleep


REAL_TIME: Final = Clock()


class Pace(NamedTuple):
    """From which instant on a feed is live, in microseconds since the epoch, and how many times as fast it comes."""

    live_from_us: int
    times: float


class Live(NamedTuple):
    """How far the live part is."""

    at_us: int
    """What the feed's clock shows, in microseconds since the epoch; when behind, the arrival of what is sent now."""
    messages: int
    behind_s: float
    """How late the latest message came, of those since this was told last, in seconds; 0 when all were in time."""


class Pacer:
    """Gives the live part of a feed out, each message when it is due.

    Its clock starts when the first message is asked for. What is too late, because making or sending it takes longer,
    comes at once: nothing is left out, and the clock is not put back. `tell` is told every 10 seconds, in the feed's
    nights too.
    """

    def __init__(self, pace: Pace, tell: Callable[[Live], None], clock: Clock = REAL_TIME) -> None:
        self._pace = pace
        self._tell = tell
        self._clock = clock
        self._begin_s = 0.0
        self._told_s = 0.0
        self._behind_s = 0.0
        self.messages = 0
        """How many came in the live part."""
        self.latest_s = 0.0
        """How late the latest of them came, in seconds."""

    def run(self, live: Iterable[Generated]) -> Iterator[Generated]:
        """Yield the messages, which are in order of arrival, none of them before the live part."""
        self._begin_s = self._clock.now()
        for message in live:
            self._wait_for(message.arrives_us)
            yield message

    def _wait_for(self, at_us: int) -> None:
        due_s = (at_us - self._pace.live_from_us) / _US / self._pace.times
        while True:
            gone_s = self._clock.now() - self._begin_s
            if gone_s >= self._told_s + TELL_EVERY_S - _INSTANT_S:
                self._told_s = gone_s
                shown_us = self._pace.live_from_us + int(gone_s * self._pace.times * _US)
                self._tell(Live(min(shown_us, at_us), self.messages, self._behind_s))
                self._behind_s = 0.0
            if gone_s >= due_s - _INSTANT_S:
                break
            self._clock.wait(min(due_s, self._told_s + TELL_EVERY_S) - gone_s)
        self.messages += 1
        self._behind_s = max(self._behind_s, gone_s - due_s)
        self.latest_s = max(self.latest_s, self._behind_s)
