"""When an open declaration passes each mark, on a drawn week; and that what is kept is what would be found anew."""

from __future__ import annotations

import datetime as dt
import random

import pytest

from builders import CALENDARS, WeekdayHours, channel, event, history
from streams.core.deadlines import Deadlines, KeptDeadlines, due_us, find_deadlines
from streams.core.declaration import History
from streams.core.targets import Target
from streams.core.working_time import WorkingCalendar

CALENDAR = CALENDARS.calendar_of(None)
ELAPSED = Target(interval="REG_REL", clock="elapsed", seconds=48 * 3600)
WORKING = Target(interval="REG_REL", clock="working", seconds=4 * 3600, direction="import")
OF_THE_CHECK = Target(interval="DOC_LIMIT", clock="working", seconds=2 * 3600)


def us(text: str) -> int:
    """An instant of 2026, in the office's time."""
    return int(dt.datetime.fromisoformat(f"2026-{text}+07:00").timestamp()) * 1_000_000


def found(registered_us: int, rulebook: WeekdayHours, direction: str | None = "import") -> Deadlines:
    return find_deadlines(registered_us, direction, 2, "27F1", CALENDAR, rulebook)


@pytest.mark.parametrize(
    ("registered", "two_hours", "eight_hours"),
    [
        # Mon 07:30 ▇▇▇▇ 11:30 ···· 13:00 ▇▇▇▇ 17:00 ···· Tue 07:30 ▇▇▇▇ …
        ("03-02T08:00:00", "03-02T10:00:00", "03-03T08:00:00"),
        ("03-02T10:30:00", "03-02T14:00:00", "03-03T10:30:00"),  # over noon
        ("03-02T16:30:00", "03-03T09:00:00", "03-03T16:30:00"),  # over night
        (
            "03-02T20:00:00",
            "03-03T09:30:00",
            "03-03T17:00:00",
        ),  # after closing: the end of the day, not the next
        ("03-06T16:00:00", "03-09T08:30:00", "03-09T16:00:00"),  # Friday over the weekend
        ("03-07T12:00:00", "03-09T09:30:00", "03-09T17:00:00"),  # on a Saturday
    ],
)
def test_working_marks(registered: str, two_hours: str, eight_hours: str) -> None:
    marks = found(us(registered), CALENDARS)
    assert marks == Deadlines(us(two_hours), us(eight_hours), None, None)


def test_a_working_mark_is_the_earliest_instant_of_its_working_time() -> None:
    chance = random.Random(4)
    for _ in range(300):
        registered_us = us("01-01T00:00:00") + chance.randrange(90 * 86_400 * 10**6)
        marks = found(registered_us, CALENDARS)
        begun = CALENDAR.total_us(registered_us)
        for due, hours in ((marks.due_2h_working_us, 2), (marks.due_8h_working_us, 8)):
            assert CALENDAR.total_us(due) - begun == hours * 3600 * 10**6
            assert CALENDAR.total_us(due - 1) - begun < hours * 3600 * 10**6


def test_the_target_is_counted_on_its_own_clock() -> None:
    rulebook = WeekdayHours(targets=[ELAPSED, WORKING])
    # Fri 16:00 ▇ 17:00 ······ weekend ······ Mon 07:30 ▇▇▇ 10:30
    imported = found(us("03-06T16:00:00"), rulebook)
    assert (imported.target_s, imported.target_due_us) == (4 * 3600, us("03-09T10:30:00"))
    exported = found(us("03-06T16:00:00"), rulebook, "export")
    assert (exported.target_s, exported.target_due_us) == (48 * 3600, us("03-08T16:00:00"))
    assert due_us(OF_THE_CHECK, us("03-06T16:00:00"), CALENDAR) == us("03-09T08:30:00")


def test_the_target_is_that_of_the_registration_and_of_the_whole() -> None:
    old = Target(interval="REG_REL", clock="elapsed", seconds=60, valid_to=dt.date(2026, 3, 2))
    new = Target(interval="REG_REL", clock="elapsed", seconds=30, valid_from=dt.date(2026, 3, 3))
    rulebook = WeekdayHours(targets=[old, new, OF_THE_CHECK])
    assert found(us("03-02T23:59:59"), rulebook).target_s == 60
    assert found(us("03-03T00:00:00"), rulebook).target_s == 30
    assert found(us("03-02T08:00:00"), WeekdayHours(targets=[OF_THE_CHECK])).target_due_us is None


def test_what_is_kept_is_what_would_be_found() -> None:
    books = [WeekdayHours(targets=[ELAPSED, WORKING]), WeekdayHours(targets=[ELAPSED])]
    kept, chance = KeptDeadlines(), random.Random(4)
    for _ in range(500):
        registered_us = us("03-06T16:00:00") + chance.choice((0, 1, 3_600_000_000))
        asked = (registered_us, chance.choice(("import", "export", None)), chance.choice((1, None)), None)
        book = chance.choice(books)
        assert kept.of(*asked, CALENDAR, book) == find_deadlines(*asked, CALENDAR, book)


class Counting(WeekdayHours):
    """Counts how often it is asked for a target."""

    asked = 0

    def target_of(
        self, interval: str, direction: str | None, channel: int | None, office: str | None, at_us: int
    ) -> Target | None:
        self.asked += 1
        return super().target_of(interval, direction, channel, office, at_us)


def folded(of: History, rulebook: WeekdayHours) -> Deadlines | None:
    state = of.fold("10000000001", rulebook)
    assert state is not None
    return state.deadlines


def test_a_declaration_has_the_marks_of_its_first_registration_and_its_last_attributes() -> None:
    rulebook = Counting(targets=[ELAPSED, WORKING])
    events = [event("PRE_REGISTERED", "07:00:00")]
    assert folded(history(*events), rulebook) is None
    events.append(event("REGISTERED", "10:30:00"))
    registered = folded(history(*events), rulebook)
    assert registered == Deadlines(
        us("03-02T14:00:00"), us("03-03T10:30:00"), us("03-04T10:30:00"), 48 * 3600
    )
    events.append(event("AMENDED", "10:40:00", attrs={"direction": "import"}))
    events.append(event("REGISTERED", "08:00:00", occurrence_no=2))
    assert folded(history(*events), rulebook) == Deadlines(
        us("03-02T10:00:00"), us("03-03T08:00:00"), us("03-02T13:30:00"), 4 * 3600
    )
    events.append(event("CLEARED", "09:00:00"))
    assert folded(history(*events), rulebook) is None  # nothing is open any more


def test_events_that_move_nothing_of_it_cost_nothing() -> None:
    rulebook = Counting(targets=[ELAPSED])
    of = history(event("REGISTERED", "08:00:00"), channel(2, "08:00:03"))
    first = folded(of, rulebook)
    for _ in range(5):
        assert folded(of, rulebook) is first
    assert rulebook.asked == 1


def test_an_office_that_is_closed_for_years_has_no_mark_within_them() -> None:
    closed = WorkingCalendar(lambda day: ((0, 86_400),) if day.year == 2290 else (), dt.UTC)
    marks = find_deadlines(us("03-02T08:00:00"), None, None, None, closed, CALENDARS)
    assert dt.datetime.fromtimestamp(marks.due_2h_working_us / 1e6, dt.UTC).isoformat() == (
        "2290-01-01T02:00:00+00:00"
    )
