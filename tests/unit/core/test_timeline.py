"""The milestones of a declaration, and what each event changed on the way there."""

from __future__ import annotations

import random
from itertools import count, pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import oracle
from agreement import OfficeCalendars
from builders import CALENDARS, FEED, channel, event, history
from drawn import KEY, Case, cases, microseconds
from histories import histories
from oracle.working import Hours, Office
from streams.core.declaration import History
from streams.core.decode import decode_event
from streams.core.event import Accepted, Event, Feed
from streams.core.timeline import (
    MILESTONES,
    STATE,
    Change,
    Length,
    Reached,
    Revision,
    Value,
    arrived_as,
    reached,
    revisions,
)
from streams.core.vocabulary import INTERVAL_CODES
from streams.reference import load_reference

REFERENCE = load_reference(None)
CASES = cases(Path(__file__).parent / "cases")
LONG: Hours = (("06:00", "22:00"),)
OFFICES = {"27F1": Office(week=(LONG,) * 6 + ((),)), "27B1": Office(zone="Asia/Seoul")}
OFFICE_CALENDARS = OfficeCalendars(OFFICES, 1)


def accepted(messages: list[bytes]) -> list[Accepted]:
    """Messages as they came, a second apart."""
    told = []
    for place, raw in enumerate(messages):
        decoded = decode_event(raw, 0, place)
        assert isinstance(decoded, Event), decoded
        told.append(Accepted(decoded, FEED, place * 1_000_000))
    return told


def filled(all_of_them: list[Accepted]) -> History:
    found = History()
    for one in all_of_them:
        found.add(one)
    return found


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if any(name in MILESTONES for name, _ in case.expectations())],
    ids=lambda case: case.name,
)
def test_the_milestones_of_the_hand_written_cases(case: Case) -> None:
    events = filled(accepted(case.messages()))
    state = events.fold(KEY, REFERENCE)
    assert state is not None
    found = reached(events.milestones(), REFERENCE.calendar_of(state.office))
    for name, wanted in case.expectations():
        if name in MILESTONES:
            assert (found[name].instant_us if name in found else None) == microseconds(wanted), name


@settings(max_examples=500, deadline=None)
@given(messages=histories())
def test_milestones_are_the_oracle_s_in_the_domain_s_order(messages: list[bytes]) -> None:
    events = filled(accepted(messages))
    state = events.fold(KEY, OFFICE_CALENDARS)
    if state is None:
        return
    found = reached(events.milestones(), OFFICE_CALENDARS.calendar_of(state.office))
    wanted = oracle.declare(messages, OFFICES).milestones
    assert {code: found[code].instant_us if code in found else None for code in MILESTONES} == wanted
    assert list(found) == [code for code in MILESTONES if code in found]


@settings(max_examples=300, deadline=None)
@given(messages=histories(), seed=st.integers(0, 2**32 - 1))
def test_the_last_revision_is_the_declaration_and_the_changes_lead_there(
    messages: list[bytes], seed: int
) -> None:
    stored = accepted(messages)
    whole = filled(stored)
    state = whole.fold(KEY, OFFICE_CALENDARS)
    random.Random(seed).shuffle(stored)  # the store gives them in no order
    made = list(revisions(KEY, stored, OFFICE_CALENDARS))
    now: dict[str, Value] = {}
    for revision in made:
        for change in revision.changes:
            assert now.get(change.name) == change.before or same_instant(now.get(change.name), change.before)
            now[change.name] = change.after
    if state is None:
        assert not any(now.values())
        return
    assert made[-1].number == state.revision
    assert {name: now.get(name) for name in STATE} == {name: getattr(state, name) for name in STATE}
    lengths = {
        one.code: (one.elapsed_s, one.working_s) for one in state.intervals if one.elapsed_s is not None
    }
    assert {code: now[code] for code in INTERVAL_CODES if now.get(code) is not None} == lengths
    found = reached(whole.milestones(), OFFICE_CALENDARS.calendar_of(state.office))
    for code in MILESTONES:
        assert now.get(code) == found.get(code) or same_instant(now.get(code), found.get(code))


def same_instant(a: Value, b: Value) -> bool:
    return isinstance(a, Reached) and isinstance(b, Reached) and a.instant_us == b.instant_us


@settings(max_examples=100, deadline=None)
@given(messages=histories())
def test_every_accepted_event_is_a_revision_with_its_number(messages: list[bytes]) -> None:
    stored = list(filled(accepted(messages)).accepted)
    made = list(revisions(KEY, stored, OFFICE_CALENDARS))
    assert [revision.number for revision in made] == list(range(1, len(stored) + 1))
    assert all(a.accepted.received_us <= b.accepted.received_us for a, b in pairwise(made))


def test_events_come_by_our_clock_then_by_their_place() -> None:
    offsets = count()
    wanted = [
        Accepted(event("CLEARED", "09:00:00", next(offsets)), feed, received_us)
        for received_us, feed in (
            (1, Feed("b", 1)),
            (2, Feed("a", 1)),
            (2, Feed("a", 2)),
            (2, Feed("b", 1)),
            (2, Feed("b", 1)),
        )
    ]
    mixed = wanted[:]
    random.Random(3).shuffle(mixed)
    assert arrived_as(mixed) == wanted


def made_of(*events: Event) -> list[Revision]:
    stored = [Accepted(one, FEED, place) for place, one in enumerate(events)]
    return list(revisions("10000000001", stored, CALENDARS))


def test_each_event_tells_what_it_changed() -> None:
    registered = event("REGISTERED", "08:00:00")
    cleared = event("CLEARED", "10:00:00")
    first, second, third = made_of(registered, cleared, channel(1, "08:01:00"))
    assert first.changes == (
        Change("status", None, "open"),
        Change("stage", None, "registered"),
        Change("waiting_on", None, "customs"),
        Change("M1", None, Reached(registered.occurred_us, registered)),
    )
    assert second.changes == (
        Change("status", "open", "cleared"),
        Change("stage", "registered", "done"),
        Change("waiting_on", "customs", None),
        Change("M8", None, Reached(cleared.occurred_us, cleared)),
        Change("M9", None, Reached(cleared.occurred_us, cleared)),
        Change("REG_REL", None, Length(7200, 7200)),
    )
    assert third.changes == (Change("channel_final", None, 1), Change("DECIDE", None, Length(7140, 7140)))


def test_a_correction_tells_what_it_moved_and_a_retraction_what_it_took() -> None:
    *_, corrected, taken = made_of(
        event("REGISTERED", "08:00:00"),
        event("CLEARED", "10:00:00"),
        event("CLEARED", "09:00:00", revision=1),
        event("CLEARED", "09:00:00", revision=2, op="RETRACT"),
    )
    assert [change.name for change in corrected.changes] == ["M8", "M9", "REG_REL"]
    assert corrected.changes[2] == Change("REG_REL", Length(7200, 7200), Length(3600, 3600))
    assert [change.name for change in taken.changes] == [
        "status",
        "stage",
        "waiting_on",
        "M8",
        "M9",
        "REG_REL",
    ]
    assert taken.changes[0] == Change("status", "cleared", "open")
    assert taken.changes[-1] == Change("REG_REL", Length(3600, 3600), None)


def test_what_changes_nothing_is_a_revision_all_the_same() -> None:
    *_, last = made_of(event("REGISTERED", "08:00:00"), event("REGISTERED", "09:00:00", occurrence_no=2))
    assert (last.number, last.changes) == (2, ())


def test_the_dossier_is_deemed_complete_an_hour_of_work_after_the_registration() -> None:
    told = history(event("REGISTERED", "11:00:00"), channel(2, "11:01:00"))
    m2 = reached(told.milestones(), CALENDARS.calendar_of(None))["M2"]
    assert m2 == Reached(event("DOSSIER_COMPLETE", "13:30:00").occurred_us, None)
