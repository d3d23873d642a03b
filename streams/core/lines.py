"""The effective events of one declaration, kept in rule-2 order as they come and go.

Everything that milestones ask (first, last, before, after, the one last said) is then an end of a line or a bisection,
so an event costs about the same whether 5 or 500 events came before it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import Final

from streams.core.episodes import Episodes
from streams.core.event import ATTRIBUTES, Event
from streams.core.order import instant_of, settle
from streams.core.vocabulary import LIFECYCLE_RANK

_CHANNEL_RANKS: Final = frozenset((LIFECYCLE_RANK["CHANNEL_ASSIGNED"], LIFECYCLE_RANK["CHANNEL_CHANGED"]))
_AMENDMENT_REQUESTED: Final = LIFECYCLE_RANK["AMENDMENT_REQUESTED"]
_AMENDED: Final = LIFECYCLE_RANK["AMENDED"]
_OGA_STARTED: Final = LIFECYCLE_RANK["OGA_STARTED"]
_OGA_RESULT: Final = LIFECYCLE_RANK["OGA_RESULT"]
_EPISODE_RANKS: Final = frozenset((_AMENDMENT_REQUESTED, _AMENDED, _OGA_STARTED, _OGA_RESULT))
_BITS: Final = tuple(
    tuple(bit for bit in range(len(ATTRIBUTES)) if says >> bit & 1) for says in range(1 << len(ATTRIBUTES))
)
"""For each value of `Event.says` the places in ATTRIBUTES that it stands for."""


class Lines:
    """Lines of effective events.

    `timed` has, by lifecycle rank, the events of second or minute precision: those of day precision set no milestone.
    `channels` are the events that say a channel, of any precision, `checked` those of them that say one with a document
    check; `messages` counts the events, of any precision, by their message code; `said` has the events that say
    attributes, by which; `amendments` and `specialised` are the episodes of AMEND and OGA.
    """

    __slots__ = ("_dated", "amendments", "channels", "checked", "messages", "said", "specialised", "timed")

    def __init__(self) -> None:
        self.timed: dict[int, list[Event]] = {}
        self.channels: list[Event] = []
        self.checked = 0
        self.messages: dict[str, int] = {}
        self.amendments: Episodes | None = None
        self.specialised: Episodes | None = None
        self.said: dict[int, list[Event]] = {}
        self._dated: dict[int, list[Event]] | None = None

    def put(self, event: Event) -> None:
        """Take an event in that has become effective."""
        rank = event.rank
        if event.precision == "day":
            if self._dated is None:
                self._dated = {}
            line = self._dated.setdefault(rank, [])
            tied = _insert(line, event) or bool(_tie(self.timed.get(rank), event))
        else:
            timed = self.timed.get(rank)
            if timed is None:
                self.timed[rank] = [event]
                tied = False
            else:
                tied = _insert(timed, event)
            if self._dated is not None:
                tied = tied or bool(_tie(self._dated.get(rank), event))
            if rank in _EPISODE_RANKS:
                self._episodes_of(rank).put(event)
        if event.says:
            said = self.said.get(event.says)
            if said is None:
                self.said[event.says] = [event]
            else:
                _insert(said, event)
        if rank in _CHANNEL_RANKS and event.attrs is not None and event.attrs.channel is not None:
            _insert(self.channels, event)
            self.checked += event.attrs.channel >= 2
        code = event.message_code
        if code is not None:
            self.messages[code] = self.messages.get(code, 0) + 1
        if tied:
            self._settle(event)

    def drop(self, event: Event) -> None:
        """Let an event go that is effective no more."""
        rank = event.rank
        lines = self._dated if event.precision == "day" else self.timed
        assert lines is not None
        line = lines[rank]
        _remove(line, event)
        if not line:
            del lines[rank]
        if rank in _EPISODE_RANKS and lines is self.timed:
            self._episodes_of(rank).drop(event)
        if event.says:
            _remove(self.said[event.says], event)
            if not self.said[event.says]:
                del self.said[event.says]
        if rank in _CHANNEL_RANKS and event.attrs is not None and event.attrs.channel is not None:
            _remove(self.channels, event)
            self.checked -= event.attrs.channel >= 2
        code = event.message_code
        if code is not None:
            self.messages[code] -= 1
            if not self.messages[code]:
                del self.messages[code]
        self._settle(event)

    def first_us(self) -> int | None:
        """Return the instant of the earliest event, None where there is none."""
        lines = [*self.timed.values(), *(self._dated or {}).values()]
        return min((line[0].occurred_us for line in lines), default=None)

    def last_said(self) -> list[Event | None]:
        """Return for each of ATTRIBUTES the event that said it last, None where none did."""
        found: list[Event | None] = [None] * len(ATTRIBUTES)
        for says, line in self.said.items():
            event = line[-1]
            for bit in _BITS[says]:
                holder = found[bit]
                if holder is None or self._later(event, holder):
                    found[bit] = event
        return found

    def everything(self) -> list[Event]:
        """Return all effective events in rule-2 order."""
        lines = [*self.timed.values(), *(self._dated or {}).values()]
        return self.in_order([event for line in lines for event in line])

    def in_order(self, events: list[Event]) -> list[Event]:
        """Return some of the effective events in rule-2 order, each given once."""
        events.sort(key=instant_of)
        if not any(map(_tied, events, events[1:])):
            return events
        ordered: list[Event] = []
        while len(ordered) < len(events):
            first = events[len(ordered)]
            given = set(map(id, _tie(events, first)))
            ordered += [one for one in self._whole_tie(first) if id(one) in given]
        return ordered

    def _episodes_of(self, rank: int) -> Episodes:
        if rank in (_AMENDMENT_REQUESTED, _AMENDED):
            if self.amendments is None:
                self.amendments = Episodes(_AMENDED)
            return self.amendments
        if self.specialised is None:
            self.specialised = Episodes(_OGA_RESULT)
        return self.specialised

    def _later(self, event: Event, than: Event) -> bool:
        a, b = event.occurred_us, than.occurred_us
        if a != b:
            return a > b
        if event.rank != than.rank:
            return event.rank > than.rank
        tie = [one.event_id for one in self._whole_tie(event)]
        return tie.index(event.event_id) > tie.index(than.event_id)

    def _whole_tie(self, event: Event) -> list[Event]:
        """Return every effective event of this instant and type, of any precision, in order."""
        tie = _tie(self.timed.get(event.rank), event)
        if self._dated is not None:
            tie = tie + _tie(self._dated.get(event.rank), event)
        return tie if len(tie) < 2 else settle(tie)

    def _settle(self, event: Event) -> None:
        """Bring the events of this instant and type into their order in every line where several of them stand."""
        tie = self._whole_tie(event)
        if len(tie) < 2:
            return
        lines = [self.timed.get(event.rank), self.channels, *self.said.values()]
        for line in lines:
            held = _tie(line, event)
            if line is not None and len(held) > 1:
                members = {one.event_id for one in held}
                place = bisect_left(line, instant_of(event), key=instant_of)
                line[place : place + len(held)] = [one for one in tie if one.event_id in members]
        if event.rank in _EPISODE_RANKS:
            timed = [one for one in tie if one.precision != "day"]
            if len(timed) > 1:
                self._episodes_of(event.rank).settle(timed)


def _insert(line: list[Event], event: Event) -> bool:
    """Put an event at its instant; say whether others of this instant and type stand there already."""
    if not line:
        line.append(event)
        return False
    last = line[-1]
    if event.occurred_us > last.occurred_us or (
        event.occurred_us == last.occurred_us and event.rank > last.rank
    ):
        line.append(event)
        return False
    here = instant_of(event)
    place = bisect_right(line, here, key=instant_of)
    line.insert(place, event)
    return place > 0 and instant_of(line[place - 1]) == here


def _tied(event: Event, other: Event) -> bool:
    return event.occurred_us == other.occurred_us and event.rank == other.rank


def _remove(line: list[Event], event: Event) -> None:
    place = bisect_left(line, instant_of(event), key=instant_of)
    while line[place] is not event:
        place += 1
    del line[place]


def _tie(line: list[Event] | None, event: Event) -> list[Event]:
    """Return the events of a line at this very instant and of this very type."""
    if not line:
        return []
    here = instant_of(event)
    place = bisect_left(line, here, key=instant_of)
    return line[place : bisect_right(line, here, place, key=instant_of)]
