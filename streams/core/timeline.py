"""One declaration told in full: when each milestone was reached, and what each accepted event changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from streams.core.declaration import Calendars, Declaration, History, Rulebook
from streams.core.event import Accepted, Event
from streams.core.measure import DEEMED_US
from streams.core.milestones import Milestones
from streams.core.vocabulary import INTERVAL_CODES
from streams.core.working_time import WorkingCalendar

MILESTONES: Final[dict[str, str]] = {
    "M0": "arrived",
    "M1": "registered",
    "M2": "dossier",
    "M3": "check_started",
    "M4": "check_completed",
    "M5": "presented",
    "M6": "inspected",
    "M7": "tax_secured",
    "M8": "released",
    "M9": "cleared",
    "M10": "exited",
    "MX": "cancelled",
}
"""The milestones of the domain (section 6), each with its name in `Milestones`."""

STATE: Final = ("status", "stage", "waiting_on", "channel_final")
"""What of a declaration's state is followed from event to event."""


class Reached(NamedTuple):
    """When a milestone was reached, in microseconds since the epoch; `event` is None where no event says so (M2)."""

    instant_us: int
    event: Event | None


class Length(NamedTuple):
    """How long an interval is, in seconds."""

    elapsed_s: int
    working_s: int


Value = str | int | Length | Reached | None


class Change(NamedTuple):
    """What an event changed: a name of STATE, a milestone or an interval code, and its values; None is absent."""

    name: str
    before: Value
    after: Value


class Revision(NamedTuple):
    """One accepted event as it came: the revision it made, and what it changed then."""

    number: int
    accepted: Accepted
    changes: tuple[Change, ...]


def arrived_as(accepted: Iterable[Accepted]) -> list[Accepted]:
    """Put accepted events in the order in which they came: by our clock, then by their place in the feed."""
    return sorted(
        accepted, key=lambda one: (one.received_us, one.feed.topic, one.feed.generation, one.event.position)
    )


def reached(found: Milestones, calendar: WorkingCalendar) -> dict[str, Reached]:
    """Return the milestones that were reached, by code, in the order of the domain; the deemed M2 too."""
    told: dict[str, Reached] = {}
    for code, name in MILESTONES.items():
        event: Event | None = getattr(found, name)
        if event is not None:
            told[code] = Reached(event.occurred_us, event)
        elif code == "M2" and found.ever_checked and found.registered is not None:
            told[code] = Reached(calendar.after(found.registered.occurred_us, DEEMED_US), None)
    return told


def revisions(key: str, accepted: Iterable[Accepted], rulebook: Rulebook) -> Iterator[Revision]:
    """Fold the accepted events of a declaration one by one, as they came, and tell what each changed.

    The last revision is the declaration as it stands; on the way there it is what was known then.
    """
    history = History()
    before: dict[str, Value] = {}
    for one in arrived_as(accepted):
        history.add(one)
        declaration = history.fold(key, rulebook)
        after = {} if declaration is None else _values(declaration, history, rulebook)
        names = dict.fromkeys((*STATE, *MILESTONES, *INTERVAL_CODES))
        changes = (Change(name, before.get(name), after.get(name)) for name in names)
        yield Revision(
            history.revision,
            one,
            tuple(change for change in changes if _differs(change.before, change.after)),
        )
        before = after


def _values(declaration: Declaration, history: History, calendars: Calendars) -> dict[str, Value]:
    found: dict[str, Value] = {name: getattr(declaration, name) for name in STATE}
    found.update(reached(history.milestones(), calendars.calendar_of(declaration.office)))
    for interval in declaration.intervals:
        if interval.elapsed_s is not None and interval.working_s is not None:
            found[interval.code] = Length(interval.elapsed_s, interval.working_s)
    return found


def _differs(before: Value, after: Value) -> bool:
    """Compare values; a milestone is the same while its instant is, whichever event says so."""
    if isinstance(before, Reached) and isinstance(after, Reached):
        return before.instant_us != after.instant_us
    return before != after
