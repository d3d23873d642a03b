"""Targets of many intervals at a time are those that are found one by one."""

from __future__ import annotations

import datetime as dt
from random import Random

import numpy as np
import pytest

from builders import WeekdayHours
from oracle.windows import Record
from spans import DAY_MS, MONDAY_MS, block
from streams.core.span_block import CODES
from streams.core.span_table import SpanTable
from streams.core.target_lookup import NO_TARGET, TargetLookup
from streams.core.targets import Target

REFERENCE = WeekdayHours(
    targets=[
        Target(interval="INSP", clock="working", seconds=60, valid_to=dt.date(2026, 3, 5)),
        Target(interval="INSP", clock="elapsed", seconds=30, valid_from=dt.date(2026, 3, 8)),
        Target(interval="INSP", clock="elapsed", seconds=20, office="27F1", channel=3),
        Target(interval="REG_REL", clock="elapsed", seconds=90, direction="import"),
    ]
)


def test_only_intervals_with_a_target_are_looked_at() -> None:
    assert [CODES[code] for code in TargetLookup(REFERENCE).codes] == ["REG_REL", "INSP"]
    assert len(TargetLookup(WeekdayHours()).codes) == 0


@pytest.mark.parametrize("seed", range(5))
def test_it_finds_what_is_found_one_by_one(seed: int) -> None:
    chance = Random(f"{seed} targets")
    table = SpanTable(REFERENCE)
    places = [
        (office, direction, channel)
        for office in ("27F1", "27F2", None)
        for direction in ("import", "export", None)
        for channel in (2, 3, None)
    ]
    table.put(block({str(n): (1, Record(MONDAY_MS, None, None, *of)) for n, of in enumerate(places)}))
    members, lookup = table.groups.members, TargetLookup(REFERENCE)
    for _ in range(3):
        asked = [
            (
                chance.choice((CODES.index("REG_REL"), CODES.index("INSP"))),
                chance.randrange(len(members)),
                MONDAY_MS + chance.randrange(8 * DAY_MS),
            )
            for _ in range(80)
        ]
        found = lookup.of(table, *(np.array(column, np.int64) for column in zip(*asked, strict=True)))
        for place, (code, group, at_ms) in enumerate(asked):
            office, direction, channel = members[group]
            one = REFERENCE.target_of(CODES[code], direction, channel, office, at_ms * 1000)
            assert found.seconds[place] == (NO_TARGET if one is None else one.seconds)
            assert found.is_working[place] == (one is not None and one.clock == "working")


def test_of_nothing_there_is_nothing() -> None:
    empty = np.zeros(0, np.int64)
    assert len(TargetLookup(REFERENCE).of(SpanTable(REFERENCE), empty, empty, empty).seconds) == 0
