"""From drafts to the feed: sources number what they send, and the way to the feed delays, repeats, swaps and loses it.

Two queues, so that a feed of years needs no more memory than a few weeks of it: one in order of sending, in which the
sources give their numbers, and one in order of arrival.
"""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heappop, heappush
from itertools import pairwise
from math import exp, log
from random import Random
from typing import Final

import msgspec

from streams.core.vocabulary import RejectReason
from streams.simulator.arrivals import DAY, HOUR, MINUTE
from streams.simulator.faults import (
    DISORDER_SHARE,
    DUPLICATE_SHARE,
    LATE_SHARE,
    LOST_SHARE,
    POISON_SHARE,
    VERY_LATE_SHARE,
)
from streams.simulator.lives import SECOND, Life
from streams.simulator.poison import POISONS
from streams.simulator.spells import Spells
from streams.simulator.telling import Draft, instant
from streams.simulator.truth import FeedTruth, Label, Tell, true_record

_LAG: Final = (20 * SECOND, 0.8)
"""How long a message is on its way where messages can be late: median and sigma (domain, section 9)."""
_PROMPT: Final = SECOND
_LATE: Final = 15 * MINUTE
_VERY_LATE: Final = DAY
_LATEST: Final = 6 * DAY
_NEVER_LOST: Final = frozenset({"REGISTERED", "DOC_CHECK_STARTED", "CLEARED", "RELEASED_CONDITIONAL"})
"""What makes findings of its own, or no release, when it is missing."""
_SPOILS: Final = tuple(
    (reason, spoil)
    for reason, spoil in POISONS
    if reason not in (RejectReason.FUTURE, RejectReason.UNKNOWN_TYPE)
)
"""Poison without the two that are faults of their own."""

_encode = msgspec.json.Encoder().encode


class Generated(msgspec.Struct, frozen=True, gc=False):
    """One message of the feed. `reason` is why it must be refused, None for a good one."""

    key: bytes | None
    value: bytes
    reason: str | None
    arrives_us: int
    """When it reaches the feed, in microseconds since the epoch."""


class Story(msgspec.Struct, gc=False):
    """One declaration on its way into the feed."""

    life: Life
    labels: list[Label]
    pending: int = 0
    """Messages that are not out yet."""
    last_us: int = 0
    """Arrival of the last message that came in order."""
    held_back: list[tuple[Draft, bytes]] = []
    """A message that the next one overtakes."""


class Delivery:
    """Takes drafts in and gives messages out. The same drafts in the same order give the same messages."""

    def __init__(self, chance: Random, spells: Spells, faults: frozenset[str], tell: Tell | None) -> None:
        self._chance = chance
        self._spells = spells
        self._faults = faults
        self._tell = tell
        self._serial = 0
        self._sent: list[tuple[int, int, Story, Draft]] = []
        self._arriving: list[tuple[int, int, Story | None, Generated]] = []
        self._numbers: dict[tuple[str, str], int] = {}
        self._missing: dict[tuple[str, str], tuple[Story, Draft, bytes, int]] = {}
        self._replaying: list[Generated] = []
        self._days = list(spells.replayed)
        spread = {name: name in faults for name in ("late", "disorder", "duplicate", "poison", "lost")}
        self._late, self._disorder, self._duplicate, self._poison, self._lost = spread.values()

    def take(self, story: Story, drafts: list[Draft]) -> None:
        """Take the drafts of a declaration in."""
        story.pending += len(drafts)
        if self._disorder and len({draft.event_id for draft in drafts}) == len(drafts):
            self._choose_overtaken(drafts)  # an event_id that comes twice would name either message
        for draft in drafts:
            self._serial += 1
            heappush(self._sent, (draft.sent_us, self._serial, story, draft))

    def until(self, sent_us: int) -> Iterator[Generated]:
        """Yield what arrives before an instant; nothing that is sent before it may be taken in afterwards."""
        sent = self._sent
        while sent and sent[0][0] < sent_us:
            _, _, story, draft = heappop(sent)
            self._send(story, draft)
        arriving = self._arriving
        while arriving and arriving[0][0] < sent_us:
            _, _, told, message = heappop(arriving)
            if self._days:
                self._replay(message)
            yield message
            if told is not None:
                self._finish(told)

    def rest(self) -> Iterator[Generated]:
        """Yield everything that is still on its way."""
        end = 2**63
        while self._sent or self._arriving or self._missing:
            yield from self.until(end)
            for story, draft, value, arrives_us in self._missing.values():  # nothing came after it: no gap
                self._arrive(arrives_us, story, draft.declaration_key.encode(), value)
            self._missing.clear()
        for day in self._days:
            self._told_replay(day.begin, day.end, 0)
        self._days.clear()

    def _choose_overtaken(self, drafts: list[Draft]) -> None:
        """Choose a message that the next one of its declaration, within 10 minutes, will overtake."""
        if self._chance.random() >= DISORDER_SHARE * len(drafts):
            return
        drafts.sort(key=lambda draft: draft.sent_us)
        near = [
            first
            for first, second in pairwise(drafts)
            if second.sent_us - first.sent_us < 10 * MINUTE and not first.future_first
        ]
        if near:
            self._chance.choice(near).overtaken = True

    def _send(self, story: Story, draft: Draft) -> None:
        source = (draft.source, draft.partition)
        if draft.numbered:
            draft.seq = self._numbers[source] = self._numbers.get(source, 0) + 1
            if self._missing:
                self._confirm_lost(source)
        content = draft.content()
        value = _encode(content)
        chance = self._chance
        lag = self._lag(story, draft)
        arrives_us = draft.sent_us + lag
        if lag < _LATE:
            arrives_us = story.last_us = max(self._after_silence(story, arrives_us), story.last_us + 1)
        key = draft.declaration_key.encode()
        if draft.future_first:
            ahead = 3 * MINUTE + int(3 * HOUR * chance.random())
            early = {**content, "occurred_at": instant(draft.sent_us + ahead)}
            self._extra(arrives_us, story, key, _encode(early), RejectReason.FUTURE.value)
            arrives_us += 10 * MINUTE + int(50 * MINUTE * chance.random())
        if draft.overtaken:
            story.held_back.append((draft, value))
            return
        if self._lost and self._loses(story, draft, source):
            self._missing[source] = (story, draft, value, arrives_us)
        else:
            self._deliver(story, draft, content, value, arrives_us)
        if story.held_back:
            held, story.held_back = story.held_back, []
            for other, said in held:
                behind = arrives_us + SECOND + int(29 * SECOND * chance.random())
                self._label(story, "disorder", other, draft.event_id)
                self._deliver(story, other, other.content(), said, behind)

    def _deliver(
        self, story: Story, draft: Draft, content: dict[str, object], value: bytes, arrives_us: int
    ) -> None:
        chance = self._chance
        key = draft.declaration_key.encode()
        unknown = RejectReason.UNKNOWN_TYPE.value if draft.event_id.endswith("-u") else None
        self._arrive(arrives_us, story, key, value, unknown)
        if self._duplicate and unknown is None and chance.random() < DUPLICATE_SHARE:
            self._label(story, "duplicate", draft)
            again_us = arrives_us + SECOND + int(5 * HOUR * chance.random() ** 2)
            self._extra(again_us, story, key, value)
        if self._poison and unknown is None and chance.random() < POISON_SHARE:
            reason, spoil = chance.choice(_SPOILS)
            self._label(story, "poison", draft, reason.value)
            self._extra(arrives_us, story, key, spoil(content, chance), reason.value)

    def _lag(self, story: Story, draft: Draft) -> int:
        """Draw how long a message is on its way: seconds, for one in a hundred over 15 minutes, in a thousand days."""
        if not self._late:
            return _PROMPT
        chance = self._chance
        drawn = chance.random()
        if drawn >= LATE_SHARE or draft.overtaken or story.held_back:
            median, sigma = _LAG
            return min(_LATE - 1, int(median * exp(sigma * chance.gauss(0, 1))))
        shortest, longest = (_VERY_LATE, _LATEST) if drawn < VERY_LATE_SHARE else (_LATE, _VERY_LATE)
        lag = int(shortest * exp(log(longest / shortest) * chance.random()))
        self._label(story, "late", draft, f"{lag // SECOND} s")
        return lag

    def _loses(self, story: Story, draft: Draft, source: tuple[str, str]) -> bool:
        """Say whether a message is lost; one at a time of each source, so that a gap is one message wide."""
        return (
            draft.numbered
            and draft.seq != 1
            and draft.event_type not in _NEVER_LOST
            and story.life.registered is not None
            and not draft.future_first
            and not story.labels
            and source not in self._missing
            and self._chance.random() < LOST_SHARE
        )

    def _confirm_lost(self, source: tuple[str, str]) -> None:
        """The next number of a source shows that the one before is missing."""
        missing = self._missing.pop(source, None)
        if missing is None:
            return
        story, draft, _, _ = missing
        self._label(story, "lost", draft, f"{draft.source} {draft.partition} {draft.seq}")
        if self._tell is not None:
            self._tell(
                FeedTruth(
                    "lost",
                    source=draft.source,
                    source_partition=draft.partition,
                    source_seq=draft.seq,
                    event_id=draft.event_id,
                )
            )
        self._finish(story)

    def _label(self, story: Story, fault: str, draft: Draft, detail: str | None = None) -> None:
        story.labels.append(Label(fault, draft.event_id, detail))

    def _extra(
        self, arrives_us: int, story: Story, key: bytes, value: bytes, reason: str | None = None
    ) -> None:
        story.pending += 1
        self._arrive(arrives_us, story, key, value, reason)

    def _arrive(
        self, arrives_us: int, story: Story | None, key: bytes | None, value: bytes, reason: str | None = None
    ) -> None:
        self._serial += 1
        if story is not None:
            arrives_us = self._after_silence(story, arrives_us)
        heappush(self._arriving, (arrives_us, self._serial, story, Generated(key, value, reason, arrives_us)))

    def _after_silence(self, story: Story, arrives_us: int) -> int:
        """Put off what would arrive while its office is silent: all comes in the ten minutes after, in its order."""
        for spell in self._spells.silent:
            if spell.office == story.life.goods.office.code and spell.covers(arrives_us):
                return spell.end + (arrives_us - spell.begin) * 10 * MINUTE // (spell.end - spell.begin)
        return arrives_us

    def _finish(self, story: Story) -> None:
        story.pending -= 1
        if story.pending == 0 and self._tell is not None:
            self._tell(true_record(story.life, tuple(story.labels)))

    def _replay(self, message: Generated) -> None:
        """Keep what arrives on a day that will be replayed, and when it is over bring all of it again, a day later."""
        at_us = message.arrives_us
        while self._days and at_us >= self._days[0].end:
            day = self._days.pop(0)
            for again in self._replaying:
                self._arrive(max(at_us, again.arrives_us + DAY), None, again.key, again.value, again.reason)
            self._told_replay(day.begin, day.end, len(self._replaying))
            self._replaying = []
        if self._days and at_us >= self._days[0].begin:
            self._replaying.append(message)

    def _told_replay(self, begin: int, end: int, messages: int) -> None:
        if self._tell is not None:
            self._tell(FeedTruth("replayed_day", from_us=begin, to_us=end, messages=messages))
