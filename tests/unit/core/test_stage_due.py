"""When the limit of a stage expires, on a drawn week; and that what is kept is what would be found anew."""

from __future__ import annotations

import datetime as dt
import random

import pytest

from builders import CALENDARS, FEED, WeekdayHours, channel, event, history
from streams.core.event import Accepted
from streams.core.limits import StageLimit
from streams.core.stage_due import KeptStageDue, stage_due_us

CALENDAR = CALENDARS.calendar_of(None)
CHECK = StageLimit(stage="document_check", waiting_on="customs", clock="working", seconds=2 * 3600)
AGENCY = StageLimit(stage="specialised", clock="elapsed", seconds=15 * 86_400)
STRICTER = StageLimit(
    stage="document_check", clock="working", seconds=3600, office="27F1", valid_from=dt.date(2026, 3, 3)
)
BOOK = WeekdayHours(stage_limits=[CHECK, AGENCY, STRICTER])


def us(text: str) -> int:
    """An instant of 2026, in the office's time."""
    return int(dt.datetime.fromisoformat(f"2026-{text}+07:00").timestamp()) * 1_000_000


@pytest.mark.parametrize(
    ("stage", "waiting_on", "office", "since", "due"),
    [
        # Mon 07:30 ▇▇▇▇ 11:30 ···· 13:00 ▇▇▇▇ 17:00 ···· Tue 07:30 ▇▇▇▇ …
        ("document_check", "customs", "27B1", "03-02T08:00:00", "03-02T10:00:00"),
        ("document_check", "customs", "27B1", "03-06T16:00:00", "03-09T08:30:00"),  # over the weekend
        ("document_check", "customs", "27F1", "03-02T16:30:00", "03-03T09:00:00"),  # the limit of Monday
        ("document_check", "customs", "27F1", "03-03T16:30:00", "03-04T08:00:00"),
        ("document_check", "customs", None, "03-03T16:30:00", "03-04T09:00:00"),
        ("specialised", "oga", "27F1", "03-02T08:00:00", "03-17T08:00:00"),
        ("payment", "declarant", "27F1", "03-02T08:00:00", None),
    ],
)
def test_the_limit_is_counted_on_its_own_clock_from_the_begin_of_the_stage(
    stage: str, waiting_on: str, office: str | None, since: str, due: str | None
) -> None:
    found = stage_due_us(stage, waiting_on, us(since), office, CALENDAR, BOOK)
    assert found == (None if due is None else us(due))


def test_what_is_kept_is_what_would_be_found() -> None:
    kept, chance = KeptStageDue(), random.Random(4)
    books = [BOOK, WeekdayHours(stage_limits=[AGENCY])]
    for _ in range(500):
        asked = (
            chance.choice(("document_check", "specialised", "payment")),
            chance.choice(("customs", "declarant")),
            us("03-06T16:00:00") + chance.choice((0, 1, 3_600_000_000)),
            chance.choice(("27F1", None)),
        )
        book = chance.choice(books)
        assert kept.of(*asked, CALENDAR, book) == stage_due_us(*asked, CALENDAR, book)


class Counting(WeekdayHours):
    """Counts how often it is asked for a limit."""

    asked = 0

    def stage_limit_of(
        self, stage: str, waiting_on: str | None, office: str | None, at_us: int
    ) -> StageLimit | None:
        self.asked += 1
        return super().stage_limit_of(stage, waiting_on, office, at_us)


def test_a_declaration_has_the_limit_of_its_stage_and_is_asked_for_it_when_that_moves() -> None:
    book = Counting(stage_limits=[CHECK])
    of = history(event("REGISTERED", "08:00:00"), channel(2, "08:00:03"))

    def folded(*more: str) -> tuple[int | None, int | None]:
        for text in more:
            event_type, _, at = text.partition(" ")
            of.add(Accepted(event(event_type, at), FEED, 0))
        state = of.fold("10000000001", book)
        assert state is not None
        return state.stage_since_us, state.stage_due_us

    assert folded() == (us("03-02T08:00:03"), None)  # no limit for the dossier
    assert folded("DOSSIER_COMPLETE 10:30:00") == (us("03-02T10:30:00"), us("03-02T14:00:00"))
    assert folded("DOC_CHECK_STARTED 11:00:00") == (us("03-02T10:30:00"), us("03-02T14:00:00"))
    assert book.asked == 2
    assert folded("DOC_CHECK_COMPLETED 11:10:00") == (us("03-02T11:10:00"), None)
    assert folded("CLEARED 11:20:00") == (None, None)
