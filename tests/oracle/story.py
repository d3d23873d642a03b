"""The events of one declaration that count, in their order (rules 1 and 2)."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from oracle.told import Told


class Story:
    """What was told of one declaration: everything, what stands after each step of rule 1, and the events in order."""

    def __init__(self, told_all: list[Told]) -> None:
        self.told_all = told_all
        self.by_id = _greatest([(told.id, told) for told in told_all])
        self.by_natural = _greatest([(told.natural, told) for told in self.by_id.values()])
        self.events = in_order([told for told in self.by_natural.values() if told.asserts])
        for place, told in enumerate(self.events):
            told.place = place
        self.timed = [told for told in self.events if told.timed]

    def all(self, *types: str) -> list[Told]:
        """The events of these types that have a time, in rule-2 order. Day precision has none."""
        return [told for told in self.timed if told.type in types]

    def first(self, *types: str) -> Told | None:
        return next(iter(self.all(*types)), None)

    def last(self, *types: str) -> Told | None:
        return next(reversed(self.all(*types)), None)

    def has(self, *types: str) -> bool:
        return bool(self.all(*types))

    def last_said(self, name: str) -> object:
        """An attribute as last said in rule-2 order, day precision included."""
        said = [told.attrs[name] for told in self.events if told.attrs.get(name) is not None]
        return said[-1] if said else None


def _greatest(pairs: list[tuple[Any, Told]]) -> dict[Any, Told]:
    groups: dict[Any, list[Told]] = defaultdict(list)
    for key, told in pairs:
        groups[key].append(told)
    return {key: max(group, key=Told.choice) for key, group in groups.items()}


def in_order(events: list[Told]) -> list[Told]:
    """Rule 2: time, lifecycle rank, source_seq within one source, event_id.

    Sources that tie each keep their own sequence, and of the next one of each the least event_id comes first.
    """
    waiting = sorted(events, key=lambda told: (told.us, told.rank, told.id))
    ordered: list[Told] = []
    while waiting:
        tie = [told for told in waiting if (told.us, told.rank) == (waiting[0].us, waiting[0].rank)]
        heads = [told for told in tie if not any(_sequel(told, other) for other in tie)]
        ordered.append(min(heads, key=lambda told: told.id))
        waiting.remove(ordered[-1])
    return ordered


def _sequel(told: Told, other: Told) -> bool:
    """Whether `other` comes before `told` by the sequence of the source that both are from."""
    mine, theirs = told.c.get("source_seq"), other.c.get("source_seq")
    if told.c["source"] != other.c["source"] or mine is None or theirs is None:
        return False
    return bool((theirs, other.id) < (mine, told.id))
