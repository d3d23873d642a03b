"""The history of one declaration and what it amounts to: a pure fold over the set of its events."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import IntEnum

import msgspec

from streams.core.event import Accepted, Event
from streams.core.intervals import Interval, find_intervals
from streams.core.milestones import Milestones, find_milestones
from streams.core.order import effective, in_order, outranks, standing
from streams.core.stage import find_stage


class Outcome(IntEnum):
    """What became of one accepted input message."""

    STORED = 0
    """New content: it is written to the store."""
    DUPLICATE = 1
    """Content that is already there from another position."""
    REPLAYED = 2
    """The very message that is already there: read again after a restart."""


class Declaration(msgspec.Struct, frozen=True, gc=False):
    """The state of one declaration. Times in microseconds since the epoch; None is absent."""

    declaration_key: str
    declaration_no: str | None
    direction: str | None
    office: str | None
    kind: str | None
    channel_initial: int | None
    channel_final: int | None
    registered_us: int | None
    released_us: int | None
    cleared_us: int | None
    exited_us: int | None
    cancelled_us: int | None
    status: str
    stage: str | None
    waiting_on: str | None
    tax_vnd: float | None
    value_usd: float | None
    replaces: str | None
    revision: int
    intervals: tuple[Interval, ...]


class History:
    """Every accepted event of one declaration; the order in which they were added leaves no trace in what it says."""

    __slots__ = ("_by_event_id", "_naturals", "_seen", "only_heartbeats", "plain")

    def __init__(self) -> None:
        self._by_event_id: dict[str, Event] = {}
        self._naturals: set[tuple[str, str, int]] = set()
        self._seen: dict[int, Accepted] = {}
        self.plain = True
        """No two events contend and none is a retraction, so all are effective: the usual case, and a short cut."""
        self.only_heartbeats = True
        """Nothing but signs of life were heard: there is no declaration to speak of."""

    def add(self, accepted: Accepted) -> Outcome:
        """Take one accepted event in and say whether it was new."""
        event = accepted.event
        known = self._seen.get(event.digest)
        if known is not None:
            same_place = known.event.position == event.position and known.feed == accepted.feed
            return Outcome.REPLAYED if same_place else Outcome.DUPLICATE
        self._seen[event.digest] = accepted
        if event.event_type != "HEARTBEAT":
            self.only_heartbeats = False
        natural = _natural(event)
        holder = self._by_event_id.get(event.event_id)
        if holder is not None or event.retract or natural in self._naturals:
            self.plain = False
        self._naturals.add(natural)
        if holder is None or outranks(event, holder):
            self._by_event_id[event.event_id] = event
        return Outcome.STORED

    @property
    def accepted(self) -> Iterable[Accepted]:
        """Every accepted content, replaced, retracted and conflicting ones too."""
        return self._seen.values()

    @property
    def revision(self) -> int:
        """The number of accepted contents. It grows with every one, and equal histories have equal revisions."""
        return len(self._seen)

    def effective(self) -> list[Event]:
        """The events that count, in rule-2 order."""
        if not self.plain:
            return effective(self._by_event_id.values())
        events = list(self._by_event_id.values())
        in_order(events)
        return events

    def states(self) -> dict[int, str]:
        """Tell for each accepted content, by digest: `effective`, `replaced`, `retracted` or `conflicting`.

        `retracted` is the retraction itself and what it takes back; `conflicting` lost against another content that
        came under the same event_id.
        """
        if self.plain:
            return dict.fromkeys(self._seen, "effective")
        chosen = standing(self._by_event_id.values())
        retracted = {_natural(event) for event in chosen if event.retract}
        told: dict[int, str] = {}
        for digest, accepted in self._seen.items():
            event = accepted.event
            if self._by_event_id[event.event_id].digest != digest:
                told[digest] = "conflicting"
            elif _natural(event) in retracted:
                told[digest] = "retracted"
            else:
                told[digest] = "replaced"
        told.update((event.digest, "effective") for event in chosen if not event.retract)
        return told

    def fold(self, key: str) -> Declaration | None:
        """Compute the state of the declaration; None where nothing but heartbeats were heard of it."""
        if self.only_heartbeats:
            return None
        events = self.effective()
        milestones = find_milestones(events)
        said = _last_said(events)
        status = _status(milestones)
        stage, waiting_on = find_stage(
            events, status, milestones.channel_final, taxed=bool(said.tax_vnd and said.tax_vnd > 0)
        )
        return Declaration(
            key,
            said.declaration_no,
            said.direction,
            said.office,
            said.kind,
            milestones.channel_initial,
            milestones.channel_final,
            _when(milestones.registered),
            _when(milestones.released),
            _when(milestones.cleared),
            _when(milestones.exited),
            _when(milestones.cancelled),
            status,
            stage,
            waiting_on,
            said.tax_vnd,
            said.value_usd,
            said.replaces,
            self.revision,
            tuple(find_intervals(milestones)),
        )


class _Said(msgspec.Struct, gc=False):
    """Attributes of the declaration: each the one last said in rule-2 order (domain, section 4)."""

    declaration_no: str | None = None
    direction: str | None = None
    office: str | None = None
    kind: str | None = None
    tax_vnd: float | None = None
    value_usd: float | None = None
    replaces: str | None = None


def _last_said(events: Sequence[Event]) -> _Said:
    said = _Said()
    for event in events:
        if event.declaration_no is not None:
            said.declaration_no = event.declaration_no
        attrs = event.attrs
        if attrs is None:
            continue
        if attrs.direction is not None:
            said.direction = attrs.direction
        if attrs.office is not None:
            said.office = attrs.office
        if attrs.kind is not None:
            said.kind = attrs.kind
        if attrs.tax_vnd is not None:
            said.tax_vnd = attrs.tax_vnd
        if attrs.value_usd is not None:
            said.value_usd = attrs.value_usd
        if attrs.replaces is not None:
            said.replaces = attrs.replaces
    return said


def _natural(event: Event) -> tuple[str, str, int]:
    return (event.source, event.event_type, event.occurrence_no)


def _when(event: Event | None) -> int | None:
    return None if event is None else event.occurred_us


def _status(milestones: Milestones) -> str:
    if milestones.registered is None:
        return "orphan"
    if milestones.cancelled_first:
        return "cancelled"
    if milestones.cleared is not None:
        return "cleared"
    return "open" if milestones.released is None else "released"
