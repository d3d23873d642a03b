"""Writes a life as a story for the feed: what happens, what goes wrong in it, and what is told of it."""

from __future__ import annotations

from itertools import count
from random import Random

from streams.core.reference import Reference
from streams.simulator.delivery import Delivery, Story
from streams.simulator.faults import LIFE_FAULTS, RECORD_FAULTS, Roll
from streams.simulator.goods import draw_goods
from streams.simulator.life_faults import Counter, split_label
from streams.simulator.lives import PRE_REGISTERED_ONLY, Life
from streams.simulator.spells import Spells
from streams.simulator.telling import Draft, tell
from streams.simulator.truth import Label


class Author:
    """Writes the stories of one feed.

    A declaration that a spell touches, or that has one fault, gets no other; only delayed, doubled, swapped and
    poisonous messages come to any.
    """

    def __init__(
        self,
        seed: int,
        faults: frozenset[str],
        spells: Spells,
        delivery: Delivery,
        reference: Reference,
        first_serial: int,
    ) -> None:
        self._telling = Random(f"{seed} telling")
        self._chance = Random(f"{seed} faults")
        self._roll = Roll(faults)
        self._spells = spells
        self._delivery = delivery
        self._reference = reference
        self._serials = count(first_serial)

    def write(self, life: Life) -> None:
        """Write one life, and those that come of it."""
        labels = self._spells.stop(life)
        drafts = tell(self._telling, life)
        labels += self._spells.strike(self._chance, drafts)
        fault = self._roll.choose(self._chance)
        if fault is not None and not labels:
            drafts, labels = self._spoil(fault, life, drafts)
        self._hand_over(life, drafts, labels)
        if self._telling.random() < PRE_REGISTERED_ONLY:
            assert life.registered is not None
            goods = draw_goods(self._telling)
            only = Life(next(self._serials), goods, None, pre_registered=life.registered)
            self._hand_over(only, tell(self._telling, only), [])

    def _spoil(self, fault: str, life: Life, drafts: list[Draft]) -> tuple[list[Draft], list[Label]]:
        if fault in RECORD_FAULTS:
            spoilt = RECORD_FAULTS[fault][1](self._chance, life, drafts)
            return drafts, [] if spoilt is None else [Label(fault, spoilt.event_id, spoilt.detail or None)]
        calendar = self._reference.calendar_of(life.goods.office.code)
        change = LIFE_FAULTS[fault][1](self._chance, life, Counter(calendar, lambda: next(self._serials)))
        if change is None:
            return drafts, []
        for child in change.children:
            labels = [split_label(child), *self._spells.stop(child)]
            self._hand_over(child, tell(self._telling, child), labels)
        return tell(self._telling, life), [Label(fault, change.event_id, change.detail or None)]

    def _hand_over(self, life: Life, drafts: list[Draft], labels: list[Label]) -> None:
        self._spells.skew(drafts)
        self._delivery.take(Story(life, labels), drafts)
