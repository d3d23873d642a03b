"""How far event time has come: a watermark for each input, and the one that is merged from all of them.

A watermark says that everything up to and including that instant is taken to have arrived (domain, section 11). Nothing
here runs by itself: time moves only when an event or a verdict of silence is told, so in silence it holds. All instants
are whole milliseconds since the epoch; None stands for "before any event".
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Generic, NamedTuple, TypeVar

from streams.core.decode import FUTURE_TOLERANCE_US
from streams.core.event import Event

Input = TypeVar("Input", bound=Hashable)
"""What a watermark comes from: a partition, say."""


def moves_time(event: Event, received_us: int) -> bool:
    """Say whether the time of an event that we received at an instant (microseconds, our clock) is to be believed.

    An event that tells when it was emitted was judged by that (domain, rule 5). Of one that does not, nobody could tell
    a wrong year: it counts like any other, but where it is ahead of our clock it moves no watermark (decision 0018).
    """
    return event.emitted_us is not None or event.occurred_us <= received_us + FUTURE_TOLERANCE_US


class BoundedClock:
    """The event time of one input whose events are at most `bound_ms` out of order.

    `newest_ms` is the newest instant seen; give it to go on from where another clock stopped.
    """

    __slots__ = ("_bound_ms", "newest_ms")

    def __init__(self, bound_ms: int, newest_ms: int | None = None) -> None:
        self._bound_ms = bound_ms
        self.newest_ms = newest_ms

    def see(self, instant_ms: int) -> None:
        """Take notice of an event; one that is older than another changes nothing."""
        if self.newest_ms is None or instant_ms > self.newest_ms:
            self.newest_ms = instant_ms

    @property
    def watermark_ms(self) -> int | None:
        """The newest instant, less the bound, less 1 ms: a later event may still be as old as the instant after it."""
        return None if self.newest_ms is None else self.newest_ms - self._bound_ms - 1


class ValveState(NamedTuple, Generic[Input]):
    """All that a valve knows: the watermark of each input, which of them are idle, and what was merged of them."""

    watermarks_ms: dict[Input, int | None]
    idle: frozenset[Input]
    merged_ms: int | None


class Valve(Generic[Input]):
    """Merges the watermarks of several inputs into one that never goes back.

    It is the least of those that are active and not behind it. An input that comes back behind it is a laggard: its
    events count, but it holds nothing back until it has caught up. When every input is idle nothing can be waited for,
    so the merged watermark becomes the greatest of all, and stays there.

    `expected` are inputs that are waited for though nothing was heard of them yet; others may join at any time.
    After Flink's StatusWatermarkValve, save that what is merged depends on the inputs only: Flink leaves out the last
    step, to the greatest, if the input that fell idle last was a laggard.
    """

    __slots__ = ("_idle", "_merged_ms", "_watermarks_ms")

    def __init__(self, expected: Iterable[Input] = ()) -> None:
        self._watermarks_ms: dict[Input, int | None] = dict.fromkeys(expected)
        self._idle: set[Input] = set()
        self._merged_ms: int | None = None

    @classmethod
    def restored(cls, state: ValveState[Input]) -> Valve[Input]:
        """Return a valve that goes on from a state."""
        valve = cls()
        valve._watermarks_ms.update(state.watermarks_ms)
        valve._idle.update(state.idle)
        valve._merged_ms = state.merged_ms
        return valve

    @property
    def state(self) -> ValveState[Input]:
        """What to give to `restored`; a copy."""
        return ValveState(dict(self._watermarks_ms), frozenset(self._idle), self._merged_ms)

    @property
    def merged_ms(self) -> int | None:
        """The merged watermark; None while an input that is waited for has said nothing."""
        return self._merged_ms

    def advance(self, source: Input, watermark_ms: int) -> None:
        """Move the watermark of an input, never back; whoever says something is active.

        Where several are told at once the least goes first, so that none is left behind by another of them.
        """
        before_ms = self._watermarks_ms.get(source)
        if before_ms is None or watermark_ms > before_ms:
            self._watermarks_ms[source] = watermark_ms
        self.active(source)

    def idle(self, source: Input) -> None:
        """Wait for an input no longer."""
        self._watermarks_ms.setdefault(source, None)
        self._idle.add(source)
        self._merge()

    def active(self, source: Input) -> None:
        """Wait for an input again, unless it is behind."""
        self._watermarks_ms.setdefault(source, None)
        self._idle.discard(source)
        self._merge()

    def _merge(self) -> None:
        marks_ms = self._watermarks_ms
        if len(self._idle) == len(marks_ms):
            self._merged_ms = max((mark for mark in marks_ms.values() if mark is not None), default=None)
            return
        waited_for = [mark for source, mark in marks_ms.items() if source not in self._idle]
        known = [mark for mark in waited_for if mark is not None]
        if self._merged_ms is not None:
            known = [mark for mark in known if mark >= self._merged_ms]
        elif len(known) < len(waited_for):
            return
        self._merged_ms = min(known, default=self._merged_ms)


class IdleWatch(Generic[Input]):
    """Tells which inputs have fallen silent: idle is one without a sign of life for `idle_after_s` seconds.

    `now_s` is read by the caller from a clock that never goes back. A sign of life need not be an event: while there
    are messages to be read an input is not idle. What is remembered means nothing to another process, so it is not
    kept: after a restart every input is `heard` once.
    """

    __slots__ = ("_heard_s", "_idle_after_s")

    def __init__(self, idle_after_s: float) -> None:
        self._idle_after_s = idle_after_s
        self._heard_s: dict[Input, float] = {}

    def heard(self, source: Input, now_s: float) -> None:
        """Take notice of a sign of life, or begin to watch an input."""
        self._heard_s[source] = now_s

    def fallen_idle(self, now_s: float) -> list[Input]:
        """Return the inputs that are idle since the last call; each is told once until it is heard again."""
        silent = [source for source, at_s in self._heard_s.items() if now_s - at_s >= self._idle_after_s]
        for source in silent:
            del self._heard_s[source]
        return silent
