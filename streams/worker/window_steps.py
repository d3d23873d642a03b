"""The steps of the windows: take in what workers tell, compute what is due, write it, say how far it is.

A record that is taken in is in the store already, and at the begin of an ownership every window counts as not computed:
so nothing is lost by ending at any point.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from clickhouse_connect.driver.client import Client

from streams.core.closing import closed, last_closed_end
from streams.core.live_outlook import outlook_at
from streams.core.offset_ranges import RangeState, state_of
from streams.core.open_targets import Targeting
from streams.core.span_message import decode_spans
from streams.core.verdicts import Judged, Verdicts
from streams.core.window import WindowKind
from streams.core.window_values import Cut
from streams.kafka.late_messages import late_message
from streams.kafka.topics import LATE, WINDOWS
from streams.kafka.window_messages import emptied_message, final_message, window_messages
from streams.metrics.news import News, WindowNews
from streams.pipeline.window_keeper import LateEvent, WindowKeeper, Work
from streams.store.window_progress import Ownership, Progress, write_progress
from streams.store.windows import Computed, WindowStore, Written
from streams.worker.telling import decision_news, outlook_news, window_news

_ROUND_S: Final = 0.3
_PROGRESS_S: Final = 1.0
_HURRIED_S: Final = 2.0
_OUTLOOK_S: Final = 2.0
_OUTLOOK_REST: Final = 20.0
_FORGET_S: Final = 300.0
_MOST_MARKERS: Final = 1_000

Publish = Callable[[str, Iterable[tuple[str | None, bytes | None]]], None]
"""Sends messages to a topic and waits until they are durable."""


class LostOwnershipError(Exception):
    """Somebody else computes the windows now."""


class WindowSteps:
    """One owner of the windows, from its begin. Use from one thread.

    `publish` sends to Kafka, where there is one; `tell` passes news to the metrics. `offset` is the next message of the
    spans topic to be taken in, as far as is known.
    """

    def __init__(
        self,
        client: Client,
        ownership: Ownership,
        keeper: WindowKeeper,
        verdicts: Verdicts,
        publish: Publish | None,
        tell: Callable[[News], None],
        progress: Progress,
        reference: Targeting,
    ) -> None:
        self._client = client
        self._ownership = ownership
        self._keeper = keeper
        self._verdicts = verdicts
        self._judged: Counter[Judged] = Counter()
        self._store = WindowStore(client, ownership)
        self._publish = publish
        self._tell = tell
        self._applied = range(0)
        self._offset = progress.spans_offset
        self._reference = reference
        self._looked_ahead: tuple[int, int] | None = None
        self._look_ahead_at = 0.0
        self._told: Progress | None = None
        self._told_at = 0.0
        self._marked: dict[WindowKind, int] = {}
        self._hurried_until = 0.0
        self._forget_at = time.monotonic() + _FORGET_S
        self._late: list[LateEvent] = []
        self.replayed = 0
        """Messages that came again and were known."""
        if progress.watermark_ms is not None:
            for kind in keeper.plan.kinds:
                self._marked[kind] = last_closed_end(kind, progress.watermark_ms, keeper.plan.grace_ms)

    @property
    def settled(self) -> bool:
        """Whether nothing is left to be done until more is told."""
        return self._keeper.settled and self._told is not None and self._told.settled

    @property
    def waiting(self) -> int:
        """How many windows have to be computed."""
        return self._keeper.waiting

    def take(self, offset: int, value: bytes) -> None:
        """Take in one message of the spans topic. Raises msgspec.MsgspecError where it is not one."""
        incoming = range(offset, offset + 1)
        state = state_of(self._applied, incoming)
        if state in (RangeState.SAME, RangeState.CONTAINS, RangeState.PREVIOUS):
            self.replayed += 1
            return
        begin = offset if state is RangeState.ZERO or not self._applied else self._applied.start
        self._applied = range(begin, offset + 1)
        self._offset = offset + 1
        message = decode_spans(value)
        now = time.monotonic()
        self._late += self._keeper.take(message, now)
        self._judged += self._verdicts.taken_in(message.keys, self._keeper.watermark_ms)
        if message.behind:
            self._hurried_until = now + _HURRIED_S
        elif message.marks:
            self._hurried_until = 0.0

    def ended(self) -> None:
        """Take note that the feed has ended: no input is waited for."""
        self._keeper.ended()

    def round(self) -> bool:
        """Do a piece of what is due; say whether more is due now.

        Raises LostOwnershipError, or what the store raises.
        """
        now = begin = time.monotonic()
        self._keeper.look(now)
        self._judged += self._verdicts.passed(self._keeper.watermark_ms)
        if self._late:
            self._write_late()
        more = True
        while more and now - begin < _ROUND_S:
            hurried = now < self._hurried_until
            work = self._keeper.next_work(now, hurried=hurried)
            if work is None:
                more = False
                continue
            try:
                self._do(work)
            except BaseException:
                self._keeper.again(work)
                raise
            done = time.monotonic()
            self._keeper.computed(work, done - now, done, hurried=hurried)
            now = done
        self._look_ahead(now)
        self._say_progress(now)
        if now >= self._forget_at:
            self._forget_at = now + _FORGET_S
            self._keeper.forget()
        return more

    @property
    def said_offset(self) -> int:
        """Every message before this one is known to be taken in: those may be acknowledged."""
        return -1 if self._told is None else self._told.spans_offset

    def _do(self, work: Work) -> None:
        cut = Cut(self._keeper.table, work.kind, work.ends)
        computed = [Computed(end_ms, cut.values_at(end_ms)) for end_ms in work.ends]
        self._check()
        watermark = self._keeper.watermark_ms
        running_from_ms = computed[-1].end_ms if watermark is None else watermark
        self._store.write(work.kind.name, computed, running_from_ms, lambda new: self._send(work.kind, new))
        if not self._ownership.holds():
            # Where the new owner had compared before, this stands above what it found: it has to begin anew.
            Ownership(self._client)
            raise LostOwnershipError("another worker began to compute the windows during a write")
        newest = self._keeper.newest_ms
        if newest is not None and work.ends[-1] >= work.kind.first_end(newest):
            self._tell(window_news(work.kind, computed[-1]))

    def _send(self, kind: WindowKind, written: Sequence[Written]) -> None:
        if self._publish is not None:
            self._publish(WINDOWS, self._messages(kind, written))

    def _messages(
        self, kind: WindowKind, written: Sequence[Written]
    ) -> Iterable[tuple[str | None, bytes | None]]:
        for (end_ms, rows), found in written:
            is_final = closed(end_ms, self._keeper.watermark_ms, self._keeper.plan.grace_ms)
            gone = {(key[1], key[0], key[2]) for key, _ in found.gone}
            touched = list(found.places)
            if gone:
                there = zip(rows.direction.tolist(), rows.office.tolist(), rows.channel.tolist(), strict=True)
                again = [place for place, name in enumerate(there) if name in gone]
                touched += again
                left = {(rows.direction[place], rows.office[place], rows.channel[place]) for place in again}
                yield from (emptied_message(kind.name, end_ms, *place) for place in gone - left)
            yield from window_messages(kind.name, end_ms, rows, touched, is_final)

    def _write_late(self) -> None:
        self._check()
        late = self._late
        new = self._store.write_late(late, time.time_ns() // 1_000_000)
        if self._publish is not None:
            self._publish(LATE, map(late_message, late))
        if new:
            self._tell(WindowNews(late=new))
        self._late = []

    def _look_ahead(self, now: float) -> None:
        """Write the outlook as of the watermark, now and then."""
        as_of_ms, table = self._keeper.watermark_ms, self._keeper.table
        if as_of_ms is None or now < self._look_ahead_at or self._has_looked_ahead:
            return
        rows = outlook_at(table, as_of_ms, self._reference)
        self._check()
        self._store.write_outlook(rows, as_of_ms)
        self._tell(outlook_news(rows))
        self._looked_ahead = (as_of_ms, table.changes)
        done = time.monotonic()
        self._look_ahead_at = done + max(_OUTLOOK_S, _OUTLOOK_REST * (done - now))

    @property
    def _has_looked_ahead(self) -> bool:
        """Whether the outlook is of all that is known."""
        as_of_ms = self._keeper.watermark_ms
        return as_of_ms is None or self._looked_ahead == (as_of_ms, self._keeper.table.changes)

    def _say_progress(self, now: float) -> None:
        keeper = self._keeper
        settled = keeper.settled and self._has_looked_ahead
        progress = Progress(keeper.watermark_ms, dict(keeper.marks), self._offset, settled)
        if progress == self._told:
            return
        if self._told is not None and not progress.settled and now - self._told_at < _PROGRESS_S:
            return
        self._check()
        self._mark_final()
        version = self._ownership.next_version()
        write_progress(self._client, progress, version, keeper.plan.grace_ms, keeper.plan.kept_ms)
        self._told, self._told_at = progress, now
        self._tell_verdicts()

    def _tell_verdicts(self) -> None:
        """Tell the verdicts that the progress just written vouches for: no later owner gives them again.

        Who ends in between has not told them, and nobody will: better some too few than one twice.
        """
        judged, self._judged = self._judged, Counter()
        # Who holds them after the write is whose progress the next owner reads; else that one may give them again.
        if judged and self._ownership.holds():
            self._tell(decision_news(judged))

    def _mark_final(self) -> None:
        """Send the final markers of the windows that the watermark has closed, the last ones where there are many."""
        watermark, plan = self._keeper.watermark_ms, self._keeper.plan
        if watermark is None:
            return
        messages: list[tuple[str | None, bytes | None]] = []
        marked = dict[WindowKind, int]()
        for kind in plan.kinds:
            until = last_closed_end(kind, watermark, plan.grace_ms)
            after = self._marked.get(kind, until - kind.step_ms)
            ends = kind.ends_between(after, until)[-_MOST_MARKERS:]
            messages += [final_message(kind.name, end_ms) for end_ms in ends]
            marked[kind] = max(until, after)
        if messages and self._publish is not None:
            self._publish(WINDOWS, messages)
        self._marked = marked

    def _check(self) -> None:
        if not self._ownership.holds():
            raise LostOwnershipError("another worker computes the windows now")
