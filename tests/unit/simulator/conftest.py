"""A generated feed and the truth behind it, laid out for looking things up."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest

from streams.simulator.delivery import Generated
from streams.simulator.generate import FAULTS, generate
from streams.simulator.truth import DeclarationTruth, FeedTruth, Label, Truth

Content = dict[str, Any]
START = dt.datetime(2026, 3, 2, tzinfo=dt.timezone(dt.timedelta(hours=7)))
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def us(text: str) -> int:
    """An RFC 3339 time as microseconds since the epoch."""
    return (dt.datetime.fromisoformat(text) - _EPOCH) // dt.timedelta(microseconds=1)


class Told:
    """One feed."""

    def __init__(self, seed: int, declarations: int, days: int, faults: frozenset[str]) -> None:
        truths: list[Truth] = []
        self.faults = faults
        self.messages: list[Generated] = list(
            generate(seed, declarations, START, days, faults, truths.append)
        )
        self.declarations = {one.declaration_key: one for one in truths if isinstance(one, DeclarationTruth)}
        self.feed = [one for one in truths if isinstance(one, FeedTruth)]
        self.by_id: dict[str, list[tuple[int, Content]]] = defaultdict(list)
        self.by_key: dict[str, dict[str, Content]] = defaultdict(dict)
        self.refused: dict[tuple[str, str], list[tuple[int, Content]]] = defaultdict(list)
        for message in self.messages:
            if message.reason in (None, "future", "unknown_type"):
                content = json.loads(message.value)
                found = (message.arrives_us, content)
                if message.reason is None:
                    self.by_id[content["event_id"]].append(found)
                    self.by_key[content["declaration_key"]][message.value.decode()] = content
                else:
                    self.refused[message.reason, content["event_id"]].append(found)

    def contents(self, key: str, *types: str) -> list[Content]:
        """Every accepted content of a declaration, in order of its time."""
        found = [one for one in self.by_key.get(key, {}).values() if not types or one["event_type"] in types]
        return sorted(found, key=lambda one: us(one["occurred_at"]))

    def at(self, key: str, event_type: str) -> list[int]:
        """The instants at which a declaration is told to have had such an event."""
        return [us(one["occurred_at"]) for one in self.contents(key, event_type)]

    def labels(self, fault: str) -> Iterator[tuple[DeclarationTruth, Label]]:
        """Every label of a fault, with its declaration."""
        for truth in self.declarations.values():
            for label in truth.faults:
                if label.fault == fault:
                    yield truth, label


@pytest.fixture(scope="session")
def told() -> Callable[..., Told]:
    """Generates a feed; the same one is generated once."""

    @cache
    def make(faults: frozenset[str], seed: int = 5, declarations: int = 3_000, days: int = 20) -> Told:
        return Told(seed, declarations, days, faults)

    return make


@pytest.fixture(scope="session")
def faulty(told: Callable[..., Told]) -> Told:
    """Every fault but skewed clocks, which touch nearly every declaration."""
    return told(FAULTS - {"clock_skew"}, seed=5, declarations=15_000, days=40)
