"""The folding step: packs in, a batch of rows out, with the histories of the declarations at hand kept in memory.

The memory is a cache over the event store, never the truth: a declaration that is not in it is read from the store
with all its events. So a worker starts at once whatever the history, forgets what it has not touched for long, and a
restart needs nothing but the store and the committed offsets (decision 0004).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Protocol

import msgspec

from streams.core.declaration import Declaration, History, Outcome, Rulebook
from streams.core.event import Accepted, Event, Feed
from streams.core.measure import Interval
from streams.core.pack import Pack
from streams.core.vocabulary import FOLD_RULES
from streams.pipeline.batch import Batch, DuplicateRow, IntervalChange, RejectedRow

_STORED, _DUPLICATE, _REPLAYED = Outcome.STORED, Outcome.DUPLICATE, Outcome.REPLAYED


class HistorySource(Protocol):
    """Where the accepted events of declarations are kept."""

    def load(self, keys: Sequence[str]) -> Mapping[str, Sequence[Accepted]]:
        """Return the accepted events of each of these declarations; those without any may be left out."""


def fold_id_of(rulebook: Rulebook) -> int:
    """Name what rows of declarations are made by: this version's rules and the reference data."""
    return (rulebook.fingerprint + FOLD_RULES) % 2**64


class FedPack(msgspec.Struct, frozen=True):
    """A pack with the feed that its events came from."""

    pack: Pack
    feed: Feed


class _Entry:
    __slots__ = ("history", "last", "touched")

    def __init__(self, history: History, last: Declaration | None) -> None:
        self.history = history
        self.last = last
        self.touched = 0


class _Touch:
    """What one batch does to one declaration."""

    __slots__ = ("add", "entry", "new", "replayed")

    def __init__(self, entry: _Entry) -> None:
        self.entry = entry
        self.add = entry.history.add
        self.new: list[Accepted] = []
        self.replayed = False


class Folder:
    """Folds packs. Not thread-safe: one step at a time.

    `rulebook` is the reference data. `capacity` is the number of declarations kept in memory. Only those are
    forgotten whose last batch is known to be written (`written`), for the store is what they would be read from again.
    """

    def __init__(self, histories: HistorySource, rulebook: Rulebook, capacity: int = 50_000) -> None:
        self._histories = histories
        self._rulebook = rulebook
        self._fold_id = fold_id_of(rulebook)
        self._capacity = capacity
        self._entries: OrderedDict[str, _Entry] = OrderedDict()
        self._step = 0
        self._written = 0

    @property
    def step(self) -> int:
        """Number of the last batch folded."""
        return self._step

    def written(self, step: int) -> None:
        """Say that every batch up to this one is in the store."""
        self._written = step

    def forget(self) -> None:
        """Drop all memory, as is right when partitions change hands. Call only when all batches are written."""
        self._entries.clear()

    def fold(self, packs: Sequence[FedPack]) -> Batch:
        """Take packs in, return what has to be written. Histories keep the change even if the writing fails later."""
        self._step += 1
        batch = Batch(self._fold_id, outcomes=dict.fromkeys(Outcome, 0))
        self._fetch(packs)
        touched: dict[str, _Touch] = {}
        for fed in packs:
            self._take(fed, touched, batch)
        for key, touch in touched.items():
            self._conclude(key, touch, batch)
        self._evict()
        return batch

    def _fetch(self, packs: Sequence[FedPack]) -> None:
        entries = self._entries
        keys = dict.fromkeys([event.declaration_key for fed in packs for event in fed.pack.events])
        missing = [key for key in keys if key not in entries]
        if not missing:
            return
        stored = self._histories.load(missing)
        for key in missing:
            history = History()
            known = stored.get(key, ())
            for accepted in known:
                history.add(accepted)
            history.take_touched()
            entries[key] = _Entry(history, history.fold(key, self._rulebook) if known else None)

    def _take(self, fed: FedPack, touched: dict[str, _Touch], batch: Batch) -> None:
        pack, feed, received_us = fed.pack, fed.feed, fed.pack.received_us
        known: dict[int, Outcome] = {}
        for place, event in enumerate(pack.events):
            key = event.declaration_key
            touch = touched.get(key)
            if touch is None:
                entry = self._entries[key]
                entry.touched = self._step
                self._entries.move_to_end(key)
                touch = touched[key] = _Touch(entry)
            accepted = Accepted(event, feed, received_us)
            outcome = touch.add(accepted)
            if outcome is _STORED:
                touch.new.append(accepted)
            else:
                known[place] = outcome
                touch.replayed |= outcome is _REPLAYED
        batch.outcomes[Outcome.STORED] += len(pack.events) - len(known)
        if known:
            _tell_apart(fed, known, batch)
        else:
            batch.fresh += pack.events
            batch.positions += [(feed, event.partition, event.offset, "stored") for event in pack.events]
        for rejected in pack.rejected:
            batch.rejected.append(RejectedRow(rejected, feed, pack.received_us))
            batch.positions.append((feed, rejected.partition, rejected.offset, "rejected"))

    def _conclude(self, key: str, touch: _Touch, batch: Batch) -> None:
        if not touch.new:
            if touch.replayed and touch.entry.last is not None:
                batch.again.append(touch.entry.last)
            return
        entry, history = touch.entry, touch.entry.history
        version = history.revision
        if history.uncontested:
            batch.events += [(one, "effective", version) for one in touch.new]
        else:
            events = {id(one): one for one in (*touch.new, *history.take_touched())}
            batch.events += [(one, history.state_of(one.event), version) for one in events.values()]
        now = history.fold(key, self._rulebook)
        if now is None:
            return
        batch.declarations.append(now)
        batch.changes.extend(_changes(entry.last, now))
        if _has_channel(now) and not _has_channel(entry.last) and any(map(_tells_channel, touch.new)):
            batch.noticed.append(now)
        entry.last = now

    def _evict(self) -> None:
        entries = self._entries
        while len(entries) > self._capacity:
            key, entry = next(iter(entries.items()))
            if entry.touched > self._written:
                return
            del entries[key]


def _tell_apart(fed: FedPack, known: Mapping[int, Outcome], batch: Batch) -> None:
    """Tell the new events of a pack from the known ones, given by their places.

    A message of several events may repeat some of them, as a clearance repeats the registration: it is a duplicate only
    where all it says was known.
    """
    feed, told = fed.feed, set[tuple[int, int]]()
    repeated: list[Event] = []
    for place, event in enumerate(fed.pack.events):
        outcome = known.get(place)
        if outcome is None:
            batch.fresh.append(event)
        else:
            batch.outcomes[outcome] += 1
        if outcome is _DUPLICATE:
            repeated.append(event)
        else:
            told.add(event.position)
        stored = "duplicate" if outcome is _DUPLICATE else "stored"
        batch.positions.append((feed, event.partition, event.offset, stored))
    batch.duplicates += [DuplicateRow(event, feed) for event in repeated if event.position not in told]


def _has_channel(declaration: Declaration | None) -> bool:
    return declaration is not None and declaration.channel_initial is not None


def _tells_channel(accepted: Accepted) -> bool:
    event = accepted.event
    return event.attrs is not None and event.attrs.channel is not None and not event.is_backfill


def _changes(before: Declaration | None, now: Declaration) -> list[IntervalChange]:
    if before is None:
        return [IntervalChange(now, i.code, None, i) for i in now.intervals if i.ended_us is not None]
    moved = _told_of(before) != _told_of(now)
    if before.intervals == now.intervals and not moved:
        return []
    old: dict[str, Interval] = {i.code: i for i in before.intervals}
    new = {interval.code: interval for interval in now.intervals}
    return [
        IntervalChange(now, code, before_, now_)
        for code in {**old, **new}
        if ((before_ := old.get(code)) != (now_ := new.get(code)) or moved)
        and (_ended(before_) or _ended(now_))
    ]


def _told_of(declaration: Declaration) -> tuple[object, ...]:
    """What a change tells of the declaration beside the interval: it says so too when only this is another."""
    of = declaration
    return (of.direction, of.office, of.channel_final, of.kind, of.registered_us)


def _ended(interval: Interval | None) -> bool:
    return interval is not None and interval.ended_us is not None
