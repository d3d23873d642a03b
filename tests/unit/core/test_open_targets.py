"""Which open intervals have a target, how old they are on its clock and when it expires, on a drawn week."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from builders import WeekdayHours
from streams.core.open_targets import Kind, OpenSpan, OpenTargets, open_targets
from streams.core.targets import Target
from streams.core.vocabulary import INTERVAL_CODES

LIMIT = Target(interval="DOC_LIMIT", clock="working", seconds=2 * 3600)
WHOLE = Target(interval="REG_REL", clock="elapsed", seconds=48 * 3600, direction="import")
REFERENCE = WeekdayHours(targets=[LIMIT, WHOLE])


def ms(text: str) -> int:
    """An instant of 2026, in the office's time."""
    return int(dt.datetime.fromisoformat(f"2026-{text}+07:00").timestamp() * 1000)


def span(code: str, began: str, direction: str | None = "import") -> OpenSpan:
    return OpenSpan(code, "27F1", direction, 2, ms(began))


def columns(targets: OpenTargets) -> list[tuple[str, int, int, int]]:
    return [
        (kind.interval_code, int(age), int(length), int(due))
        for kind, age, length, due in zip(
            targets.kinds, targets.age_s, targets.target_s, targets.due_ms, strict=True
        )
    ]


def test_ages_and_expiries() -> None:
    # Fri 15:00 R ─ 16:00 D ▇▇ 17:00 ······ weekend ······ Mon 07:30 ▇▇ 08:00 now ▇▇ 08:30 D is due
    #        └────────────────── 48 h ────────────── Sun 15:00 R is due
    spans = [span("REG_REL", "03-06T15:00:00"), span("DOC_LIMIT", "03-06T16:00:00.500")]
    found = open_targets(spans, ms("03-09T08:00:00"), REFERENCE)
    assert columns(found) == [
        ("REG_REL", 65 * 3600, 48 * 3600, ms("03-08T15:00:00")),
        ("DOC_LIMIT", 5399, 2 * 3600, ms("03-09T08:30:00.500")),
    ]
    assert found.at_ms == ms("03-09T08:00:00")
    assert found.kinds[1] == Kind("DOC_LIMIT", "working", "27F1", "import", 2)


def test_what_has_no_target_is_left_out() -> None:
    spans = [
        span("REG_REL", "03-06T15:00:00", "export"),
        span("INSP", "03-06T15:00:00"),
        span("DOC_LIMIT", "03-06T15:00:00"),
    ]
    found = open_targets(spans, ms("03-06T16:00:00"), REFERENCE)
    assert [kind.interval_code for kind in found.kinds] == ["DOC_LIMIT"]
    assert len(open_targets(spans, ms("03-06T16:00:00"), WeekdayHours())) == 0


def test_sums_of_episodes_have_no_age_of_their_own() -> None:
    reference = WeekdayHours(
        targets=[Target(interval=code, clock="elapsed", seconds=60) for code in INTERVAL_CODES]
    )
    spans = [span(code, "03-06T15:00:00") for code in INTERVAL_CODES]
    found = open_targets(spans, ms("03-06T16:00:00"), reference)
    assert {kind.interval_code for kind in found.kinds} == {*INTERVAL_CODES} - {"AMEND", "OGA"}


def test_the_target_is_that_of_the_begin() -> None:
    reference = WeekdayHours(
        targets=[
            Target(interval="INSP", clock="elapsed", seconds=60, valid_to=dt.date(2026, 3, 6)),
            Target(interval="INSP", clock="elapsed", seconds=30, valid_from=dt.date(2026, 3, 7)),
        ]
    )
    spans = [span("INSP", "03-06T23:59:59"), span("INSP", "03-07T00:00:00")]
    assert np.array_equal(open_targets(spans, ms("03-09T00:00:00"), reference).target_s, [60, 30])


def test_what_has_not_begun_is_not_open() -> None:
    with pytest.raises(ValueError, match="DOC_LIMIT"):
        open_targets([span("DOC_LIMIT", "03-06T15:00:00")], ms("03-06T14:59:59"), REFERENCE)
