"""Faults of the feed as a whole: a source is down or steps its clock, an office is silent, a day is replayed.

The feed's days are cut into periods of 90; each sees each fault once, in a quarter of its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from random import Random
from typing import Final

import msgspec

from streams.core.working_time import WorkingCalendar
from streams.simulator.arrivals import DAY, HOUR, day_factor, midnight_us
from streams.simulator.faults import SPELL_FAULTS
from streams.simulator.goods import OFFICES
from streams.simulator.lives import SECOND
from streams.simulator.telling import Draft
from streams.simulator.truth import FeedTruth, Label

PERIOD_DAYS: Final = 90
OUTAGE: Final = 16 * HOUR
SILENCE: Final = 24 * HOUR
STEP: Final = 7 * HOUR
STEPPED_FOR: Final = 8 * HOUR
LARGEST_SKEW: Final = 90 * SECOND

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


class Spells:
    """The spells of one feed, and what they do to a declaration's drafts."""

    def __init__(
        self, chance: Random, days: list[dt.date], calendar: WorkingCalendar, faults: frozenset[str]
    ) -> None:
        drawn = list(_draw(chance, days, calendar))
        self.all = [spell for spell in drawn if spell.fault in faults]
        self._of_source: dict[str, list[Spell]] = {}
        for spell in self.all:
            if spell.source is not None:
                self._of_source.setdefault(spell.source, []).append(spell)
        self.silent = [spell for spell in self.all if spell.fault == "silent_office"]
        self.replayed = [spell for spell in self.all if spell.fault == "replayed_day"]
        skews = {
            (source, office.code): chance.randrange(-LARGEST_SKEW, LARGEST_SKEW + 1)
            for source in SKEWED
            for office in OFFICES
        }
        self.skews = skews if "clock_skew" in faults else {}

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


def _draw(chance: Random, days: list[dt.date], calendar: WorkingCalendar) -> Iterator[Spell]:
    for first in range(0, len(days), PERIOD_DAYS):
        period = days[first : first + PERIOD_DAYS]
        if first and len(period) < PERIOD_DAYS // 4:
            return
        for place, fault in enumerate(SPELL_FAULTS):
            begin, end = place * len(period) // 4, (place + 1) * len(period) // 4
            quarter = period[begin:end] or period[:1]
            # On a working day if there is one: on others there would be little to see.
            working = [day for day in quarter if day_factor(day, calendar) == 1.0] or quarter
            yield _spell(chance, fault, midnight_us(chance.choice(working)))


def _spell(chance: Random, fault: str, midnight: int) -> Spell:
    if fault == "outage":
        begin = midnight + 6 * HOUR + int(4 * HOUR * chance.random())
        return Spell(fault, begin, begin + OUTAGE, source=chance.choice(("ECUSTOMS5", "VASSCM", "VNACCS")))
    if fault == "clock_step":
        begin = midnight + 8 * HOUR
        return Spell(fault, begin, begin + STEPPED_FOR, source=chance.choice(STEPPING))
    if fault == "silent_office":
        begin = midnight + 8 * HOUR
        return Spell(fault, begin, begin + SILENCE, office=chance.choice(OFFICES).code)
    return Spell(fault, midnight, midnight + DAY)
