"""Knows which windows have to be computed: those that run, those that something changed in, those not looked at yet.

Nothing is added up here. A window is computed from the records as they are then, so it may be computed late, again or
in any order, and comes out the same (decision 0016). The running windows of all sizes go first, then the newest of each
size in turn: after an outage the boards are right at once, and the past fills in behind.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from streams.core.closing import lateness
from streams.core.end_ranges import EndRanges
from streams.core.span_block import NEVER
from streams.core.span_message import SpanMessage, Straggler, block_of
from streams.core.span_table import SpanTable
from streams.core.watermark import IdleWatch, Valve, ValveState
from streams.core.window import WindowKind

_HURRIED_REST_S: Final = 1.0

_QUIET_AFTER_S: Final = 2.0
_SHARE_OF_THE_PAST: Final = 0.1
"""While workers have something to tell, this share of the time goes into windows of the past: what changes in them
comes in small pieces, and to wait for some is to compute once what would be computed for each. In quiet all of it."""

_PIECE_S: Final = 0.25
_MOST_ENDS: Final = 64
"""How much is computed in one piece: seconds, about, and window ends."""


class Plan(NamedTuple):
    """What windows there are, and the rules of their time.

    `bound_ms` is how much disorder the watermark allows for, `grace_ms` how long after its end a window stays open for
    what comes late, `kept_ms` for how long before the watermark the windows of each size are kept. An input counts as
    idle after `idle_after_s` seconds without a sign of life. `rests` says, by size, which share of the time may go into
    running windows, which are computed again and again, and for how many seconds they rest at most.
    """

    kinds: tuple[WindowKind, ...]
    bound_ms: int
    grace_ms: int
    kept_ms: Mapping[str, int]
    idle_after_s: float
    rests: Mapping[str, tuple[float, float]]


class Work(NamedTuple):
    """Windows to be computed now: ends in order, all of one kind."""

    kind: WindowKind
    ends: range


class LateEvent(NamedTuple):
    """An event that came when windows that hold it were final: their sizes, and how far behind the latest it was."""

    event: Straggler
    late_ms: int
    sizes: tuple[str, ...]


class WindowKeeper:
    """One keeper of all windows. Times `now_s` are of a clock that never goes back, passed in by the caller.

    `marks` are the latest instants seen of each input and `watermark_ms` the merged watermark when the keeper before
    this one stopped. `expected` are the inputs that are waited for though nothing was heard of them yet, `ended` those
    of which nothing more will come. At first every window that is kept is taken for not computed.
    """

    def __init__(
        self,
        table: SpanTable,
        plan: Plan,
        marks: Mapping[str, int],
        watermark_ms: int | None,
        now_s: float,
        expected: Iterable[str] = (),
        ended: Iterable[str] = (),
    ) -> None:
        self.table = table
        self.plan = plan
        self._marks: dict[str, int] = dict(marks)
        self._newest_ms = max(marks.values(), default=None)
        watermarks: dict[str, int | None] = dict.fromkeys(expected)
        watermarks |= {source: mark - plan.bound_ms - 1 for source, mark in marks.items()}
        self._valve: Valve[str] = Valve.restored(ValveState(watermarks, frozenset(), watermark_ms))
        self._watch: IdleWatch[str] = IdleWatch(plan.idle_after_s)
        for source in watermarks:
            self._watch.heard(source, now_s)
        for source in ended:
            self._valve.idle(source)
        self._waiting = {kind: EndRanges(kind) for kind in plan.kinds}
        self._running: dict[WindowKind, int] = {}
        self._turns = deque(plan.kinds)
        self._quiet_at_s = self._past_rests_until_s = 0.0
        self._cost_s = dict.fromkeys(plan.kinds, 0.0)
        self._rests_until_s = dict.fromkeys(plan.kinds, 0.0)
        self._reach()

    @property
    def watermark_ms(self) -> int | None:
        """Event time up to which everything is taken to have arrived, over all inputs."""
        return self._valve.merged_ms

    @property
    def newest_ms(self) -> int | None:
        """The latest instant seen."""
        return self._newest_ms

    @property
    def marks(self) -> Mapping[str, int]:
        """The latest instant seen of each input."""
        return self._marks

    @property
    def waiting(self) -> int:
        """How many windows have to be computed."""
        return sum(len(ends) for ends in self._waiting.values())

    @property
    def settled(self) -> bool:
        """Whether every window is computed from all that is known, and no input is waited for."""
        watermark, newest = self.watermark_ms, self._newest_ms
        flushed = newest is None or (watermark is not None and watermark >= newest - self.plan.bound_ms - 1)
        return flushed and not any(self._waiting.values())

    def take(self, message: SpanMessage, now_s: float) -> list[LateEvent]:
        """Take in what a worker tells; return the events among it that came late, judged by the watermark before."""
        late = self._late(message)
        self._quiet_at_s = now_s + _QUIET_AFTER_S
        if message.keys:
            since_ms = self.table.put(block_of(message)).since_ms
            if since_ms is not None:
                for kind, running in self._running.items():
                    self._waiting[kind].add(since_ms, running)
        # The one that is furthest behind goes first, else it would be a laggard of its own message.
        for source, mark in sorted(message.marks.items(), key=lambda item: item[1]):
            self._marks[source] = max(mark, self._marks.get(source, mark))
            self._newest_ms = mark if self._newest_ms is None else max(self._newest_ms, mark)
            self._watch.heard(source, now_s)
            self._valve.advance(source, mark - self.plan.bound_ms - 1)
        if message.ended:
            self.ended()
        self._reach()
        return late

    def ended(self) -> None:
        """Take note that the feed has ended: no input is waited for."""
        self._quiet_at_s = self._past_rests_until_s = 0.0
        for source in self._valve.state.watermarks_ms:
            self._valve.idle(source)
        self._reach()

    def look(self, now_s: float) -> None:
        """Notice which inputs have fallen silent: they are waited for no longer."""
        silent = self._watch.fallen_idle(now_s)
        for source in silent:
            self._valve.idle(source)
        if silent:
            self._reach()

    def next_work(self, now_s: float, *, hurried: bool = False) -> Work | None:
        """Return what is to be computed next, and take it for computed; None where nothing is.

        `hurried`: more is about to be folded, which will change what is computed now, so only running windows are.
        """
        watermark = self.watermark_ms
        if watermark is None:
            return None
        for kind, waiting in self._waiting.items():
            newest = waiting.newest
            if newest is not None and newest > watermark and now_s >= self._rests_until_s[kind]:
                return Work(kind, waiting.take_newest(1 if hurried else self._most(kind), watermark, newest))
        if hurried or now_s < self._past_rests_until_s:
            return None
        for _ in self._waiting:
            kind = self._turns[0]
            self._turns.rotate(-1)
            ends = self._waiting[kind].take_newest(self._most(kind), -NEVER, watermark)
            if ends:
                return Work(kind, ends)
        return None

    def _most(self, kind: WindowKind) -> int:
        """Return how many windows of a kind make a piece of work."""
        return max(1, min(_MOST_ENDS, int(_PIECE_S / max(self._cost_s[kind], 0.001))))

    def computed(self, work: Work, seconds: float, now_s: float, *, hurried: bool = False) -> None:
        """Say how long some work took, so that the same windows are not computed all the time."""
        kind = work.kind
        self._cost_s[kind] = seconds / len(work.ends)
        watermark = self.watermark_ms
        if watermark is None or work.ends[-1] > watermark:
            share, longest_s = self.plan.rests[kind.name]
            rest_s = min(seconds * (1 / share - 1), longest_s)
            self._rests_until_s[kind] = now_s + max(rest_s, _HURRIED_REST_S if hurried else 0.0)
        elif now_s < self._quiet_at_s:
            self._past_rests_until_s = now_s + seconds * (1 / _SHARE_OF_THE_PAST - 1)

    def again(self, work: Work) -> None:
        """Take work for not computed: writing it failed."""
        self._waiting[work.kind].add(work.ends[0] - 1, work.ends[-1])

    def forget(self) -> int:
        """Drop the records that no window that is kept can need; return how many."""
        watermark = self.watermark_ms
        if watermark is None:
            return 0
        longest = max(kind.size_ms + self.plan.kept_ms[kind.name] for kind in self.plan.kinds)
        return self.table.forget(watermark - longest)

    def _reach(self) -> None:
        """Add the windows that have begun to run, and drop those that are kept no longer."""
        watermark, newest = self.watermark_ms, self._newest_ms
        if watermark is None or newest is None:
            return
        for kind, ends in self._waiting.items():
            kept_from = watermark - self.plan.kept_ms[kind.name]
            running = kind.first_end(newest)
            before = self._running.get(kind, kept_from)
            if running > before:
                ends.add(max(before, kept_from), running)
                self._running[kind] = running
            ends.drop_until(kept_from)

    def _late(self, message: SpanMessage) -> list[LateEvent]:
        watermark, newest = self.watermark_ms, self._newest_ms
        if watermark is None or newest is None:
            return []
        late = []
        for event in message.stragglers:
            judged = {
                kind.name: lateness(kind, event.occurred_ms, watermark, self.plan.grace_ms, newest)
                for kind in self.plan.kinds
            }
            sizes = tuple(name for name, one in judged.items() if one is not None)
            if sizes:
                late.append(LateEvent(event, newest - event.occurred_ms, sizes))
        return late
