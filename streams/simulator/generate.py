"""A generated feed: seeded, with the faults that are asked for, in the order in which it would arrive."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from random import Random
from typing import Final

from streams.core.reference import Reference
from streams.reference import load_reference
from streams.simulator.arrivals import HOUR, ZONE, daily_numbers, instants, usual_number
from streams.simulator.author import Author
from streams.simulator.delivery import Delivery, Generated
from streams.simulator.faults import FAULTS, check_names
from streams.simulator.goods import OFFICES, draw_goods
from streams.simulator.lives import LONGEST_LEAD, Life, draw_life
from streams.simulator.spells import LARGEST_SKEW, Aim, Spells
from streams.simulator.truth import Tell

__all__ = ["FAULTS", "Generated", "generate", "lives"]

MOST_DECLARATIONS: Final = 1_500_000
_BLOCK: Final = 2_000_000
_BLOCKS: Final = 499
_SPLIT: Final = 1_600_000
"""A seed has a block of numbers of its own, splits and pre-registrations in its upper part."""
_ANYWHERE: Final = Aim()


def generate(
    seed: int,
    declarations: int | None,
    start: dt.datetime,
    days: int,
    faults: frozenset[str] = frozenset(),
    tell_truth: Tell | None = None,
    aim: Aim = _ANYWHERE,
) -> Iterator[Generated]:
    """Yield the messages of declarations that are registered over some days from the day of `start` in Viet Nam.

    `declarations` is how many, without those that come of splits; None is the department's usual volume, 127,524 a
    year. The feed ends when everything is told of all of them. The same arguments give the same bytes; declaration
    numbers differ between seeds that differ modulo 499. `tell_truth` takes what really happened, as it becomes known.
    `aim` puts the faults that have a begin and an end on a day and at an office. Memory is that of some weeks of the
    feed. Raises ValueError for a fault or an office that there is not, for a day that is none of the feed's, and for
    more than 1.5 million declarations.
    """
    check_names(faults)
    reference = load_reference(None)
    dates = _dates(start, days)
    _check_aim(aim, dates)
    number = _number(declarations, dates, reference)
    return _generate(seed, number, dates, faults, tell_truth, reference, aim)


def lives(seed: int, declarations: int | None, start: dt.datetime, days: int) -> Iterator[Life]:
    """Yield what really happens to the declarations of the feed of the same arguments, without telling of it."""
    reference = load_reference(None)
    dates = _dates(start, days)
    return _lives(seed, _number(declarations, dates, reference), dates, reference)


def _dates(start: dt.datetime, days: int) -> list[dt.date]:
    first = start.astimezone(ZONE).date()
    return [first + dt.timedelta(number) for number in range(days)]


def _check_aim(aim: Aim, dates: list[dt.date]) -> None:
    offices = [office.code for office in OFFICES]
    if aim.office is not None and aim.office not in offices:
        raise ValueError(f"no such office: {aim.office}; there are {', '.join(offices)}")
    if aim.day is not None and aim.day not in dates:
        raise ValueError(f"{aim.day} is no day of this feed: {dates[0]} to {dates[-1]}")


def _number(declarations: int | None, dates: list[dt.date], reference: Reference) -> int:
    number = usual_number(dates, reference.calendar_of(None)) if declarations is None else declarations
    if number > MOST_DECLARATIONS:
        raise ValueError(f"{number:,} declarations are too many for one feed, at most {MOST_DECLARATIONS:,}")
    return number


def _lives(seed: int, number: int, dates: list[dt.date], reference: Reference) -> Iterator[Life]:
    """Yield all lives in order of registration."""
    chance = Random(f"{seed} lives")
    usual = reference.calendar_of(None)
    serial = seed % _BLOCKS * _BLOCK
    for date, of_day in zip(dates, daily_numbers(chance, dates, number, usual), strict=True):
        for at in instants(chance, date, of_day):
            serial += 1
            goods = draw_goods(chance)
            yield draw_life(chance, reference.calendar_of(goods.office.code), serial, goods, at)


def _generate(
    seed: int,
    number: int,
    dates: list[dt.date],
    faults: frozenset[str],
    tell_truth: Tell | None,
    reference: Reference,
    aim: Aim,
) -> Iterator[Generated]:
    spells = Spells(Random(f"{seed} spells"), dates, reference, faults, aim)
    if tell_truth is not None:
        for truth in spells.truths():
            tell_truth(truth)
    delivery = Delivery(Random(f"{seed} delivery"), spells, faults, tell_truth)
    author = Author(seed, faults, spells, delivery, reference, seed % _BLOCKS * _BLOCK + _SPLIT)
    due = 0
    for life in _lives(seed, number, dates, reference):
        assert life.registered is not None
        if life.registered >= due:
            # Nothing of this or a later declaration is sent before this instant.
            yield from delivery.until(life.registered - LONGEST_LEAD - LARGEST_SKEW)
            due = life.registered + HOUR
        author.write(life)
    yield from delivery.rest()
