"""Faults from one instant to another: a source is down, steps its clock; an office is silent, has no scanner; a replay.

The feed's days are cut into periods of 90; each sees each fault once, in a quarter of its own, the scanner's in the
second half. Who wants a fault on a day or at an office of his choice has it there, once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from random import Random
from typing import Final, NamedTuple

import msgspec

from streams.core.reference import Reference
from streams.core.working_time import WorkingCalendar
from streams.simulator.arrivals import DAY, HOUR, MINUTE, day_factor, midnight_us
from streams.simulator.breakdown import stand_still
from streams.simulator.faults import BREAKDOWN, SPELL_FAULTS
from streams.simulator.goods import OFFICES
from streams.simulator.lives import SECOND, Life
from streams.simulator.telling import Draft, event_id
from streams.simulator.truth import FeedTruth, Label

PERIOD_DAYS: Final = 90
OUTAGE: Final = 16 * HOUR
SILENCE: Final = 24 * HOUR
STEP: Final = 7 * HOUR
STEPPED_FOR: Final = 8 * HOUR
LARGEST_SKEW: Final = 90 * SECOND
BROKEN_FROM: Final = 7 * HOUR + 30 * MINUTE
"""The hour of the day at which the scanner does not start."""
BROKEN_FOR: Final = 12 * HOUR
"""In working time of the office: that day, and the morning of the next working day."""
BREAKDOWN_OFFICE: Final = "27F1"
"""It inspects about eleven declarations a day, the others so few that a breakdown there is easily missed."""

STEPPING: Final = ("ECUSTOMS5", "ETAX", "VASSCM")
SKEWED: Final = ("ECUSTOMS5", "ETAX", "NSW", "VASSCM")
"""Sources beside VNACCS and VCIS, which keep each other's time."""


class Spell(msgspec.Struct, frozen=True):
    """A fault from one instant until another; of one source, or of one office, or of all."""

    fault: str
    begin: int
    end: int
    source: str | None = None
    office: str | None = None

    def covers(self, at_us: int) -> bool:
        """Say whether an instant lies in the spell."""
        return self.begin <= at_us < self.end


class Aim(NamedTuple):
    """Where and when the spells shall be, instead of where the seed puts them; None leaves it to the seed."""

    office: str | None = None
    day: dt.date | None = None


class Spells:
    """The spells of one feed, and what they do to a declaration and its drafts."""

    def __init__(
        self, chance: Random, days: list[dt.date], reference: Reference, faults: frozenset[str], aim: Aim
    ) -> None:
        self._reference = reference
        calendar = reference.calendar_of(None)
        drawn = list(_draw(chance, days, calendar, aim))
        skews = {
            (source, office.code): chance.randrange(-LARGEST_SKEW, LARGEST_SKEW + 1)
            for source in SKEWED
            for office in OFFICES
        }
        self.skews = skews if "clock_skew" in faults else {}
        # Drawn last: the other faults are what they were before there was this one.
        breakdowns = list(_breakdowns(chance, days, reference, aim))
        self.all = [spell for spell in (*drawn, *breakdowns) if spell.fault in faults]
        self._breakdowns = [spell for spell in self.all if spell.fault == BREAKDOWN]
        self._of_source: dict[str, list[Spell]] = {}
        for spell in self.all:
            if spell.source is not None:
                self._of_source.setdefault(spell.source, []).append(spell)
        self.silent = [spell for spell in self.all if spell.fault == "silent_office"]
        self.replayed = [spell for spell in self.all if spell.fault == "replayed_day"]

    def stop(self, life: Life) -> list[Label]:
        """Keep a declaration from being inspected while its office's scanner is down; return a label if it was."""
        office = life.goods.office.code
        labels = []
        for spell in self._breakdowns:
            if spell.office == office:
                calendar = self._reference.calendar_of(office)
                delay = stand_still(life, spell.begin, spell.end, calendar)
                if delay is not None:
                    labels.append(Label(BREAKDOWN, _inspection_of(life), f"{delay // SECOND} s"))
        return labels

    def strike(self, chance: Random, drafts: list[Draft]) -> list[Label]:
        """Change what outages and stepped clocks touch, and return a label for each message."""
        labels: list[Label] = []
        if not self._of_source:
            return labels
        for draft in drafts:
            for spell in self._of_source.get(draft.source, ()):
                if spell.fault == "clock_step" and spell.covers(draft.sent_us):
                    draft.at_us -= STEP
                    labels.append(Label("clock_step", draft.event_id, "-7 h"))
                elif spell.fault == "outage" and spell.covers(draft.sent_us):
                    draft.sent_us = spell.end + int(2 * HOUR * chance.random())
                    draft.is_backfill = True
                    labels.append(Label("outage", draft.event_id))
        return labels

    def skew(self, drafts: list[Draft]) -> None:
        """Shift both times of every message by the error of its source's clock at its office."""
        if not self.skews:
            return
        for draft in drafts:
            by = self.skews.get((draft.source, draft.partition))
            if by is not None and draft.precision != "day":
                draft.at_us += by
                draft.sent_us += by

    def truths(self) -> Iterator[FeedTruth]:
        """Yield what is known of the feed before its first message; a replayed day is told when it is over."""
        for spell in self.all:
            if spell.fault != "replayed_day":
                yield FeedTruth(
                    spell.fault,
                    source=spell.source,
                    office=spell.office,
                    from_us=spell.begin,
                    to_us=spell.end,
                )
        for (source, office), by in self.skews.items():
            yield FeedTruth("clock_skew", source=source, source_partition=office, skew_us=by)


def _inspection_of(life: Life) -> str | None:
    """Name the event of the inspection that comes late: its end, or its begin where there is no end."""
    if life.inspection_completed is not None:
        return event_id("ECUSTOMS5", life.key, "INSPECTION_COMPLETED", 1)
    if life.inspection_started is not None:
        return event_id("ECUSTOMS5", life.key, "INSPECTION_STARTED", 1)
    return None


def _periods(days: list[dt.date], aim: Aim) -> Iterator[list[dt.date]]:
    """Yield the days of each period; a day that somebody chose is the only one."""
    if aim.day is not None:
        yield [aim.day]
        return
    for first in range(0, len(days), PERIOD_DAYS):
        period = days[first : first + PERIOD_DAYS]
        if first and len(period) < PERIOD_DAYS // 4:
            return
        yield period


def _some_day(chance: Random, days: list[dt.date], calendar: WorkingCalendar) -> dt.date:
    """Choose a working day if there is one: on others there would be little to see."""
    return chance.choice([day for day in days if day_factor(day, calendar) == 1.0] or days)


def _draw(chance: Random, days: list[dt.date], calendar: WorkingCalendar, aim: Aim) -> Iterator[Spell]:
    for period in _periods(days, aim):
        for place, fault in enumerate(SPELL_FAULTS):
            begin, end = place * len(period) // 4, (place + 1) * len(period) // 4
            day = _some_day(chance, period[begin:end] or period[:1], calendar)
            yield _spell(chance, fault, midnight_us(day), aim)


def _spell(chance: Random, fault: str, midnight: int, aim: Aim) -> Spell:
    if fault == "outage":
        begin = midnight + 6 * HOUR + int(4 * HOUR * chance.random())
        return Spell(fault, begin, begin + OUTAGE, source=chance.choice(("ECUSTOMS5", "VASSCM", "VNACCS")))
    if fault == "clock_step":
        begin = midnight + 8 * HOUR
        return Spell(fault, begin, begin + STEPPED_FOR, source=chance.choice(STEPPING))
    if fault == "silent_office":
        begin = midnight + 8 * HOUR
        drawn = chance.choice(OFFICES).code
        return Spell(fault, begin, begin + SILENCE, office=aim.office or drawn)
    return Spell(fault, midnight, midnight + DAY)


def _breakdowns(chance: Random, days: list[dt.date], reference: Reference, aim: Aim) -> Iterator[Spell]:
    office = aim.office or BREAKDOWN_OFFICE
    calendar = reference.calendar_of(office)
    for period in _periods(days, aim):
        begin = midnight_us(_some_day(chance, period[len(period) // 2 :], calendar)) + BROKEN_FROM
        yield Spell(BREAKDOWN, begin, calendar.after(begin, BROKEN_FOR), office=office)
