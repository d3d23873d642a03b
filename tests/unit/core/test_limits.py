"""Which limit of a stage holds, and after how long a feed is silent: the narrowest that is valid, in any order."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest

from streams.core.limits import SilenceLimit, StageLimit, StageLimits, silence_limit_s

GENERAL = StageLimit(stage="payment", clock="working", seconds=1)
BANK = StageLimit(stage="payment", clock="working", seconds=2, waiting_on="bank")
PORT = StageLimit(stage="payment", clock="elapsed", seconds=3, office="27F1", valid_from=dt.date(2026, 1, 1))
BANK_AT_PORT = StageLimit(stage="payment", clock="elapsed", seconds=4, office="27F1", waiting_on="bank")
OTHER = StageLimit(stage="held", clock="working", seconds=5, waiting_on="customs")
ALL = (GENERAL, BANK, PORT, BANK_AT_PORT, OTHER)

TODAY, LAST_YEAR = dt.date(2026, 3, 2), dt.date(2025, 12, 31)


@pytest.mark.parametrize(
    ("stage", "waiting_on", "office", "day", "expected"),
    [
        ("payment", "declarant", "27B1", TODAY, GENERAL),
        ("payment", None, None, TODAY, GENERAL),
        ("payment", "bank", "27B1", TODAY, BANK),
        ("payment", "bank", None, TODAY, BANK),
        ("payment", "declarant", "27F1", TODAY, PORT),
        ("payment", "declarant", "27F1", dt.date(2026, 1, 1), PORT),
        ("payment", "declarant", "27F1", LAST_YEAR, GENERAL),
        ("payment", "bank", "27F1", TODAY, BANK_AT_PORT),
        ("held", "customs", "27F1", TODAY, OTHER),
        ("held", None, "27F1", TODAY, None),
        ("decision", "customs", "27F1", TODAY, None),
    ],
)
def test_the_narrowest_limit_that_is_valid(
    stage: str, waiting_on: str | None, office: str | None, day: dt.date, expected: StageLimit | None
) -> None:
    for order in itertools.permutations(ALL):
        assert StageLimits(order).of(stage, waiting_on, office, day) is expected


def test_an_office_s_own_silence_goes_first_and_there_is_always_one() -> None:
    limits = [
        SilenceLimit(seconds=60, valid_from=dt.date(2026, 1, 1)),
        SilenceLimit(seconds=30, office="27F1", valid_to=LAST_YEAR),
        SilenceLimit(seconds=20, office="27F1", valid_from=dt.date(2026, 3, 1)),
    ]
    for order in itertools.permutations(limits):
        told = [
            silence_limit_s(order, office, day)
            for office in ("27F1", "27B1", None)
            for day in (LAST_YEAR, dt.date(2026, 1, 1), TODAY)
        ]
        assert told == [30, 60, 20, 7_200, 60, 60, 7_200, 60, 60]
