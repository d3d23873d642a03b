"""Rule 1 of the domain, event by event: which content stands for an event_id, and which event for a natural key.

The outcome is a function of the set of contents; the order in which they came leaves no trace in it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

from streams.core.event import Event
from streams.core.order import choice_of, outranks

NaturalKey = tuple[str, int, int]
"""Source, lifecycle rank and occurrence number; the declaration is the one whose contest it is."""


def natural_key(event: Event) -> NaturalKey:
    """Return what makes two messages tell of the same event."""
    return (event.source, event.rank, event.occurrence_no)


class Change:
    """What one new content did: the events that became effective, those that are no more, those whose state moved."""

    __slots__ = ("entered", "left", "touched")

    def __init__(self) -> None:
        self.entered: list[Event] = []
        self.left: list[Event] = []
        self.touched: list[Event] = []


class Contest:
    """The contents of one declaration that stand by their event_id, grouped by natural key.

    `conflicting` has, for each event_id that came with several contents, the one that stands; `retracted` the
    retractions that are in force and take something back, by natural key; `repeated` the assertions, by event_id, that
    another one outranks though it has the same natural key and revision: one event told twice under two ids.
    """

    __slots__ = ("_groups", "conflicting", "repeated", "retracted")

    def __init__(self) -> None:
        self._groups: dict[NaturalKey, Event | list[Event]] = {}
        self.conflicting: dict[str, Event] = {}
        self.retracted: dict[NaturalKey, Event] = {}
        self.repeated: dict[str, Event] = {}

    def alone(self, event: Event) -> bool:
        """Take in an event of a new event_id that contends with nobody, as nearly all do, and say so.

        One that does, or takes something back, is not taken in here.
        """
        key = (event.source, event.rank, event.occurrence_no)
        if event.retract or key in self._groups:
            return False
        self._groups[key] = event
        return True

    def join(self, event: Event) -> Change:
        """Take in any event of a new event_id, and tell what changed by it."""
        change = Change()
        self._join(event, change)
        return change

    def contradict(self, event: Event, first: Event) -> Change:
        """Take in another content of an event_id; `first` is the first one that came."""
        change = Change()
        holder = self.conflicting.get(event.event_id, first)
        if not outranks(event, holder):
            self.conflicting[event.event_id] = holder
            return change
        self.conflicting[event.event_id] = event
        change.touched.append(holder)
        self._leave(holder, change)
        self._join(event, change)
        return change

    def state_of(self, event: Event) -> str:
        """Tell what became of an accepted content: `effective`, `replaced`, `retracted` or `conflicting`.

        `retracted` is the retraction itself and what it takes back; `conflicting` lost against another content that
        came under the same event_id.
        """
        if self.conflicting.get(event.event_id, event) is not event:
            return "conflicting"
        held = self._groups[natural_key(event)]
        chosen = held[-1] if isinstance(held, list) else held
        if chosen.retract:
            return "retracted"
        return "effective" if chosen is event else "replaced"

    def _join(self, event: Event, change: Change) -> None:
        key = natural_key(event)
        held = self._groups.get(key)
        group = [] if held is None else held if isinstance(held, list) else [held]
        before = group[-1] if group else None
        place = bisect_left(group, choice_of(event), key=choice_of)
        group.insert(place, event)
        self._groups[key] = group
        if not event.retract:
            if _asserted(group[place + 1 :], event.revision) is not None:
                self.repeated[event.event_id] = event
            outranked = _asserted(reversed(group[:place]), event.revision)
            if outranked is not None:
                self.repeated[outranked.event_id] = outranked
        self._choose(key, before, group, change)

    def _leave(self, event: Event, change: Change) -> None:
        key = natural_key(event)
        held = self._groups[key]
        group = held if isinstance(held, list) else [held]
        before = group[-1]
        for one in group:
            self.repeated.pop(one.event_id, None)
        del group[next(place for place, one in enumerate(group) if one is event)]
        if group:
            self._groups[key] = group
        else:
            del self._groups[key]
        for place, one in enumerate(group):
            if not one.retract and _asserted(group[place + 1 :], one.revision) is not None:
                self.repeated[one.event_id] = one
        self._choose(key, before, group, change)

    def _choose(self, key: NaturalKey, before: Event | None, group: list[Event], change: Change) -> None:
        now = group[-1] if group else None
        if now is not None and now.retract and not all(one.retract for one in group):
            self.retracted[key] = now
        else:
            self.retracted.pop(key, None)
        if before is now:
            return
        if before is not None and not before.retract:
            if before in change.entered:
                change.entered.remove(before)
            else:
                change.left.append(before)
        if now is not None and not now.retract:
            change.entered.append(now)
        if (before is not None and before.retract) != (now is not None and now.retract):
            change.touched.extend(group)
        else:
            change.touched.extend(one for one in (before, now) if one is not None)


def _asserted(events: Iterable[Event], revision: int) -> Event | None:
    """Return the first assertion among the events, as long as they are of this revision."""
    for one in events:
        if one.revision != revision:
            return None
        if not one.retract:
            return one
    return None
