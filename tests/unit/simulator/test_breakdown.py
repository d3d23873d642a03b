"""While a scanner is down nothing is inspected, and what follows an inspection comes as much later as it must."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from random import Random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.reference import load_reference
from streams.simulator.arrivals import ZONE, midnight_us
from streams.simulator.breakdown import stand_still
from streams.simulator.generate import generate
from streams.simulator.goods import draw_goods
from streams.simulator.lives import Life, draw_life
from streams.simulator.spells import Aim
from streams.simulator.truth import DeclarationTruth, FeedTruth, Truth

CALENDAR = load_reference(None).calendar_of("27F1")
MINUTE = 60_000_000
HOUR = 60 * MINUTE
FRIDAY, MONDAY, TUESDAY, WEDNESDAY = (dt.date(2026, 3, day) for day in (6, 9, 10, 11))


def at(day: dt.date, hour: int, minute: int = 0) -> int:
    return midnight_us(day) + hour * HOUR + minute * MINUTE


DOWN, UP = at(TUESDAY, 7, 30), at(WEDNESDAY, 11, 30)


def life(**instants: int) -> Life:
    """A red declaration of an import, with these instants."""
    return Life(1, draw_goods(Random(1)), at(MONDAY, 8), channel=3, notice=at(MONDAY, 8), **instants)


def test_an_inspection_that_would_begin_waits_for_the_repair() -> None:
    red = life(
        presented=at(MONDAY, 23),
        inspection_started=at(TUESDAY, 7, 45),
        inspection_completed=at(TUESDAY, 10),
        released=at(TUESDAY, 10, 10),
        cleared=at(TUESDAY, 10, 10),
        gate_in=at(TUESDAY, 12),
        gate_out=at(TUESDAY, 12, 30),
    )
    # A quarter of an hour after the scanner did not start: 5 minutes after the repair, that is after the lunch break.
    assert stand_still(red, DOWN, UP, CALENDAR) == at(WEDNESDAY, 15, 20) - at(TUESDAY, 10)
    assert red.presented == at(MONDAY, 23)
    assert red.inspection_started == at(WEDNESDAY, 13, 5)
    assert red.inspection_completed == at(WEDNESDAY, 15, 20)
    assert red.released == red.cleared == at(WEDNESDAY, 15, 30)
    assert (red.gate_in, red.gate_out) == (at(WEDNESDAY, 17, 20), at(WEDNESDAY, 17, 50))


def test_an_inspection_that_is_going_on_pauses() -> None:
    red = life(inspection_started=at(MONDAY, 16, 30), inspection_completed=at(TUESDAY, 8))
    stand_still(red, DOWN, UP, CALENDAR)
    assert red.inspection_started == at(MONDAY, 16, 30)
    assert red.inspection_completed == at(WEDNESDAY, 13, 30)


@pytest.mark.parametrize(
    "instants",
    [
        {},
        {"inspection_started": at(MONDAY, 14), "inspection_completed": at(TUESDAY, 7, 30)},
        {"inspection_started": at(WEDNESDAY, 13, 1), "inspection_completed": at(WEDNESDAY, 16)},
    ],
    ids=["not inspected", "done before", "begun after"],
)
def test_others_are_left_alone(instants: dict[str, int]) -> None:
    red = life(**instants)
    before = msgspec.structs.replace(red)
    assert stand_still(red, DOWN, UP, CALENDAR) is None
    assert red == before


def test_a_release_that_waited_for_the_tax_waits_for_what_is_longer() -> None:
    inspected = {"inspection_started": at(TUESDAY, 8), "inspection_completed": at(TUESDAY, 9)}
    soon = life(**inspected, tax_secured=at(TUESDAY, 20), released=at(TUESDAY, 20, 4))
    stand_still(soon, DOWN, UP, CALENDAR)
    assert soon.inspection_completed == at(WEDNESDAY, 14, 10)
    assert soon.released == at(WEDNESDAY, 14, 14)
    late = life(**inspected, tax_secured=at(WEDNESDAY, 20), released=at(WEDNESDAY, 20, 4))
    stand_still(late, DOWN, UP, CALENDAR)
    assert late.inspection_completed == at(WEDNESDAY, 14, 10)
    assert late.released == at(WEDNESDAY, 20, 4)


def test_a_specialised_inspection_follows_the_inspection() -> None:
    red = life(
        inspection_started=at(TUESDAY, 8),
        inspection_completed=at(TUESDAY, 9),
        oga_started=at(TUESDAY, 9, 1),
        oga_result=at(TUESDAY, 19, 1),
        released=at(TUESDAY, 19, 5),
    )
    stand_still(red, DOWN, UP, CALENDAR)
    assert red.inspection_completed == at(WEDNESDAY, 14, 10)
    assert (red.oga_started, red.oga_result) == (at(WEDNESDAY, 14, 11), at(WEDNESDAY, 14, 11) + 10 * HOUR)
    assert red.released == at(WEDNESDAY, 14, 15) + 10 * HOUR


def test_what_would_come_after_the_cancellation_does_not_come() -> None:
    inspected = {"inspection_started": at(TUESDAY, 8), "inspection_completed": at(TUESDAY, 9)}
    red = life(**inspected, cancel_requested=at(WEDNESDAY, 13, 30), cancelled=at(WEDNESDAY, 14))
    stand_still(red, DOWN, UP, CALENDAR)
    assert red.inspection_started == at(WEDNESDAY, 13, 10)
    assert red.inspection_completed is None
    assert red.cancelled == at(WEDNESDAY, 14)


def test_over_a_week_end() -> None:
    down, up = at(FRIDAY, 7, 30), at(MONDAY, 11, 30)
    red = life(inspection_started=at(FRIDAY, 10, 30), inspection_completed=at(FRIDAY, 11))
    stand_still(red, down, up, CALENDAR)
    assert red.inspection_started == at(MONDAY, 14)
    assert red.inspection_completed == at(MONDAY, 14, 30)


@given(seed=st.integers(0, 2**32))
def test_nothing_is_inspected_meanwhile_and_the_order_stays(seed: int) -> None:
    chance = Random(seed)
    waiting = []
    for serial in range(60):
        registered = DOWN - int(30 * HOUR * chance.random())
        one = draw_life(chance, CALENDAR, serial, draw_goods(chance), registered)
        started, released = one.inspection_started, one.released
        delay = stand_still(one, DOWN, UP, CALENDAR)
        for instant in (one.inspection_started, one.inspection_completed):
            assert instant is None or not DOWN < instant < UP
        if released is not None:
            assert one.released is not None
            assert released <= one.released <= released + (delay or 0)
        if started is not None and started >= DOWN and delay and one.inspection_started is not None:
            waiting.append((started, one.inspection_started))
        told = [one.inspection_ordered, one.presented, one.inspection_started, one.inspection_completed]
        told += [one.oga_started, one.oga_result, one.released, one.cleared]
        instants = [instant for instant in told if instant is not None]
        assert instants == sorted(instants)
    assert all(first[1] <= second[1] for first, second in pairwise(sorted(waiting)))


def told(seed: int, *faults: str) -> list[Truth]:
    """What is true of ten days of the usual volume, the scanner down on the second Tuesday."""
    found: list[Truth] = []
    start = dt.datetime(2026, 3, 2, tzinfo=ZONE)
    for _ in generate(seed, None, start, 10, frozenset(faults), found.append, Aim(day=TUESDAY)):
        pass
    return found


def worked(begin_us: int, end_us: int) -> int:
    """Working minutes between two instants without a holiday between, counted one by one."""
    first, last = (dt.datetime.fromtimestamp(one / 1_000_000, ZONE) for one in (begin_us, end_us))
    found = 0
    while first < last:
        clock = first.time()
        if first.weekday() < 5 and (
            dt.time(7, 30) <= clock < dt.time(11, 30) or dt.time(13) <= clock < dt.time(17)
        ):
            found += 1
        first += dt.timedelta(minutes=1)
    return found


def stuck(truths: list[Truth], at_us: int) -> list[DeclarationTruth]:
    """Declarations whose goods have waited for the end of their inspection for over 8 working hours."""
    return [
        one
        for one in truths
        if isinstance(one, DeclarationTruth)
        and one.milestones.get("M5", at_us) < at_us < one.milestones.get("M6", 2**63)
        and one.milestones.get("MX", 2**63) > at_us
        and worked(one.milestones["M5"], at_us) > 8 * 60
    ]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_it_is_loud_enough_for_an_alert_and_at_one_office_only(seed: int) -> None:
    look = at(WEDNESDAY, 9, 40)
    broken = stuck(told(seed, "scanner_breakdown"), look)
    usual = stuck(told(seed), look)
    assert len(usual) < 5
    assert len([one for one in broken if one.office == "27F1"]) >= 10
    assert [one for one in broken if one.office != "27F1"] == [one for one in usual if one.office != "27F1"]


def test_the_truth_tells_the_spell_and_the_rest_is_as_it_was() -> None:
    broken, usual = told(4, "scanner_breakdown"), told(4)
    assert [one for one in broken if isinstance(one, FeedTruth)] == [
        FeedTruth("scanner_breakdown", office="27F1", from_us=DOWN, to_us=UP)
    ]
    plain = {one.declaration_key: one for one in usual if isinstance(one, DeclarationTruth)}
    late = 0
    for one in broken:
        if not isinstance(one, DeclarationTruth):
            continue
        before = plain.pop(one.declaration_key)
        if not one.faults:
            assert one == before
            continue
        late += 1
        assert (one.office, one.channel) == ("27F1", 3)
        for name in one.milestones:
            assert one.milestones[name] >= before.milestones[name]
            assert name in ("M6", "M8", "M9", "M10") or one.milestones[name] == before.milestones[name]
    assert not plain
    assert late >= 15
