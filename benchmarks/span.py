"""The one definition of speed that every part is measured by.

The whole input is in the topic before a part starts. Its clock starts when the part has taken up its first messages and
stops when the last one is done; all messages are counted. What comes before, starting a process and joining a consumer
group, costs nobody anything; filling the part's own buffers costs each what it costs.
"""

from __future__ import annotations

import time

import msgspec

from benchmarks.processes import ONLOOKERS, Usage, between, usage


class BenchmarkError(Exception):
    """A part failed, so there is nothing to compare."""


class Measured(msgspec.Struct, frozen=True):
    """One part: events done within `seconds`, the events a second, and what the process groups used meanwhile.

    `waited_s` is the time from the start of the part's processes to the start of the clock; `ramp_s` the part of
    `seconds` until first messages were seen to be done, None where the first is done at once. `settled_s` is the time
    from the start of the clock until the windows were settled, None where there are none or they were not in time.
    """

    name: str
    events: int
    seconds: float
    rate: float
    waited_s: float
    ramp_s: float | None
    groups: dict[str, Usage]
    settled_s: float | None = None

    @property
    def cpu_s(self) -> float:
        """CPU seconds of all groups but those who only look on."""
        return sum(used.cpu_s for name, used in self.groups.items() if name not in ONLOOKERS)


class Stopwatch:
    """Measures one part. Made when the processes of the part are started."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._made = time.perf_counter()
        self._begun: float | None = None
        self._ramp_s: float | None = None
        self._used: dict[str, Usage] = {}

    @property
    def elapsed_s(self) -> float | None:
        """Seconds since the clock started; None before."""
        return None if self._begun is None else time.perf_counter() - self._begun

    def begin(self) -> None:
        """Start the clock."""
        self._begun = time.perf_counter()
        self._used = usage()

    def first_done(self) -> None:
        """Note that first messages are done; only the first call counts."""
        if self._ramp_s is None:
            self._ramp_s = self.elapsed_s

    def end(self, events: int) -> Measured:
        """Stop the clock: so many events are done. Raises BenchmarkError when it was never started."""
        now = time.perf_counter()
        if self._begun is None:
            raise BenchmarkError(f"{self._name}: ended before it began")
        seconds = now - self._begun
        return Measured(
            self._name,
            events,
            round(seconds, 3),
            round(events / seconds, 1),
            round(self._begun - self._made, 3),
            None if self._ramp_s is None else round(self._ramp_s, 3),
            between(self._used, usage()),
        )
