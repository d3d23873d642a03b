"""The history of one declaration and what it amounts to: a pure fold over the set of its events."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from itertools import chain
from typing import Protocol

import msgspec

from streams.core.clock_watch import LEAST_LAG_US, ClockWatch
from streams.core.contest import Change, Contest
from streams.core.deadlines import Deadlines, KeptDeadlines, TargetSource
from streams.core.event import Accepted, Event
from streams.core.findings import Finding, find_faults
from streams.core.intervals import find_intervals
from streams.core.lines import Lines
from streams.core.measure import Interval, Measure
from streams.core.milestones import Milestones, find_milestones
from streams.core.scope import Scope
from streams.core.stage import find_stage
from streams.core.stage_due import KeptStageDue, LimitSource
from streams.core.stage_since import open_stage_since
from streams.core.vocabulary import LIFECYCLE_RANK
from streams.core.working_time import WorkingCalendar

_HEARTBEAT = LIFECYCLE_RANK["HEARTBEAT"]
_PRE_REGISTERED = LIFECYCLE_RANK["PRE_REGISTERED"]
_BEFORE_REGISTRATION = {_PRE_REGISTERED, _HEARTBEAT}


class Calendars(Protocol):
    """Each office's working time."""

    def calendar_of(self, office: str | None) -> WorkingCalendar:
        """Return the calendar of an office; of one that is not known, or not said, the default one."""


class Rulebook(Calendars, TargetSource, LimitSource, Protocol):
    """What the fold needs to know of the world: offices' working times, targets, limits, and what figures are about.

    `fingerprint` is equal for equal rulebooks and below 2**64.
    """

    fingerprint: int
    scope: Scope


class Outcome(IntEnum):
    """What became of one accepted input message."""

    STORED = 0
    """New content: it is written to the store."""
    DUPLICATE = 1
    """Content that is already there from another position."""
    REPLAYED = 2
    """The very message that is already there: read again after a restart."""


_STORED = Outcome.STORED


class Declaration(msgspec.Struct, frozen=True, gc=False):
    """The state of one declaration. Times in microseconds since the epoch; None is absent.

    `orphan_since_us` is the earliest effective event of an orphan; `pre_registered_only` says that it was announced and
    no more is known of it. With the watermark far enough past, the one makes it a finding (rule 13), the other expired
    (rule 10). `in_scope` says that figures are about it (rule 14): never about what is not registered. `deadlines` are
    those of what is open. A declaration cancelled before its release, or with none, has no intervals (rule 7):
    `withdrawn` has what would be its intervals, for a window that ended before the cancellation knew nothing of it.
    `registered_day` and `released_day` are the days of M1 and M8 on the office's calendar, counted from 1970-01-01, and
    `registered_hour` is the hour of M1 on its clock, 0 to 23 (domain, section 11). What is open has been in its stage,
    waiting for the same party, since `stage_since_us`, and the limit of that stage expires at `stage_due_us`.
    """

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
    findings: tuple[Finding, ...]
    orphan_since_us: int | None
    pre_registered_only: bool
    in_scope: bool
    withdrawn: tuple[Interval, ...]
    deadlines: Deadlines | None
    transport: int | None
    registered_day: int | None
    registered_hour: int | None
    released_day: int | None
    stage_since_us: int | None
    stage_due_us: int | None


class History:
    """Every accepted event of one declaration; the order in which they were added leaves no trace in what it says.

    What an event costs does not grow with the events before it: they are kept in the order in which they are asked for.
    """

    __slots__ = (
        "_clocks",
        "_contest",
        "_contradictions",
        "_deadlines",
        "_first",
        "_lines",
        "_others",
        "_stage_due",
        "_touched",
        "only_heartbeats",
        "uncontested",
    )

    def __init__(self) -> None:
        self._first: dict[str, Accepted] = {}
        self._others: dict[str, list[Accepted]] = {}
        self._contradictions = 0
        self._contest = Contest()
        self._lines = Lines()
        self._clocks = ClockWatch()
        self._deadlines = KeptDeadlines()
        self._stage_due = KeptStageDue()
        self._touched: list[Event] = []
        self.only_heartbeats = True
        """Nothing but signs of life were heard: there is no declaration to speak of."""
        self.uncontested = True
        """No two contents contend and none is a retraction, so all are effective: the usual case."""

    def add(self, accepted: Accepted) -> Outcome:
        """Take one accepted event in and say whether it was new."""
        event = accepted.event
        known = self._first.get(event.event_id)
        if known is not None:
            return self._add_again(accepted, known)
        self._first[event.event_id] = accepted
        if event.rank != _HEARTBEAT:
            self.only_heartbeats = False
        if self._contest.alone(event):
            self._lines.put(event)
            if event.emitted_us is not None and event.emitted_us - event.occurred_us >= LEAST_LAG_US:
                self._clocks.put(event)
            return _STORED
        self._apply(self._contest.join(event))
        return Outcome.STORED

    def _add_again(self, accepted: Accepted, first: Accepted) -> Outcome:
        """Take in what came under a known event_id: mostly the same content once more."""
        event = accepted.event
        others = self._others.get(event.event_id, ())
        for known in (first, *others):
            if known.event.canonical == event.canonical:
                same_place = known.event.position == event.position and known.feed == accepted.feed
                return Outcome.REPLAYED if same_place else Outcome.DUPLICATE
        self._others.setdefault(event.event_id, []).append(accepted)
        self._contradictions += 1
        if event.rank != _HEARTBEAT:
            self.only_heartbeats = False
        self._apply(self._contest.contradict(event, first.event))
        return Outcome.STORED

    def _apply(self, change: Change) -> None:
        self.uncontested = False
        for one in change.left:
            self._lines.drop(one)
            self._clocks.drop(one)
        for one in change.entered:
            self._lines.put(one)
            self._clocks.put(one)
        self._touched += change.touched

    @property
    def accepted(self) -> Iterable[Accepted]:
        """Every accepted content, replaced, retracted and conflicting ones too."""
        return chain(self._first.values(), *self._others.values())

    @property
    def revision(self) -> int:
        """The number of accepted contents. It grows with every one, and equal histories have equal revisions."""
        return len(self._first) + self._contradictions

    def effective(self) -> list[Event]:
        """The events that count, in rule-2 order."""
        return self._lines.everything()

    def state_of(self, event: Event) -> str:
        """Tell what became of an accepted content: `effective`, `replaced`, `retracted` or `conflicting`.

        `retracted` is the retraction itself and what it takes back; `conflicting` lost against another content that
        came under the same event_id.
        """
        return self._contest.state_of(event)

    def take_touched(self) -> list[Accepted]:
        """Return the contents whose state others may have changed since this was last asked."""
        touched, self._touched = self._touched, []
        return [self._accepted_of(event) for event in touched]

    def _accepted_of(self, event: Event) -> Accepted:
        first = self._first[event.event_id]
        others = self._others.get(event.event_id, [])
        return next((accepted for accepted in others if accepted.event is event), first)

    def milestones(self) -> Milestones:
        """Find the milestones, all but the deemed completion of the dossier, which needs a calendar."""
        return find_milestones(self._lines)

    def fold(self, key: str, rulebook: Rulebook) -> Declaration | None:
        """Compute the state of the declaration; None where nothing but heartbeats were heard of it."""
        if self.only_heartbeats:
            return None
        lines = self._lines
        timed = lines.timed
        said = lines.last_said()
        number = None if said[0] is None else said[0].declaration_no
        direction, office, kind, tax, value, replaces, transport = (
            None if one is None else one.attrs for one in said[1:]
        )
        office_code = None if office is None else office.office
        tax_vnd = None if tax is None else tax.tax_vnd
        found = find_milestones(lines)
        taxed = tax_vnd is not None and tax_vnd > 0
        calendar = rulebook.calendar_of(office_code)
        measure = Measure(calendar)
        find_intervals(lines, found, taxed, measure)
        rows = tuple(measure.rows)
        intervals, withdrawn = ((), rows) if found.cancelled_first else (rows, ())
        negative = [] if found.cancelled_first else measure.negative
        status = _status(found)
        stage, waiting_on = find_stage(timed, found, status, taxed)
        direction_word = None if direction is None else direction.direction
        kind_code = None if kind is None else kind.kind
        in_scope, deadlines = False, None
        registered_day = registered_hour = released_day = stage_since_us = stage_due_us = None
        if found.registered is not None:
            registered_us, scope = found.registered.occurred_us, rulebook.scope
            registered_day, registered_hour = calendar.day_and_hour(registered_us)
            if found.released is not None:
                released_day, _ = calendar.day_and_hour(found.released.occurred_us)
            in_scope = scope.covers(kind_code, scope.is_low_value(lines.messages), registered_us)
            if status == "open":
                deadlines = self._deadlines.of(
                    registered_us, direction_word, found.channel_final, office_code, calendar, rulebook
                )
                assert stage is not None
                stage_since_us = open_stage_since(lines)
                stage_due_us = self._stage_due.of(
                    stage, waiting_on, stage_since_us, office_code, calendar, rulebook
                )
        return Declaration(
            key,
            number,
            direction_word,
            office_code,
            kind_code,
            found.channel_initial,
            found.channel_final,
            _when(found.registered),
            _when(found.released),
            _when(found.cleared),
            _when(found.exited),
            _when(found.cancelled),
            status,
            stage,
            waiting_on,
            tax_vnd,
            None if value is None else value.value_usd,
            None if replaces is None else replaces.replaces,
            self.revision,
            intervals,
            find_faults(self._contest, timed, self._clocks, found, negative, calendar),
            lines.first_us() if status == "orphan" else None,
            status == "orphan" and _PRE_REGISTERED in timed and not timed.keys() - _BEFORE_REGISTRATION,
            in_scope,
            withdrawn,
            deadlines,
            None if transport is None else transport.transport,
            registered_day,
            registered_hour,
            released_day,
            stage_since_us,
            stage_due_us,
        )


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
