"""Episodes of asking and answering: how long answers were waited for, summed as the events come and go.

An episode runs from the first open request to the next answer; a request while one is open and an answer while none is
open are passed over (domain, section 7: AMEND and OGA). The sum over all episodes is the sum of their ends less the sum
of their starts, and an event that comes or goes changes only its own part in that and its successor's.
"""

from __future__ import annotations

from bisect import bisect_left

from streams.core.event import Event
from streams.core.order import instant_of
from streams.core.working_time import WorkingCalendar


class Episodes:
    """The requests and answers of one kind of one declaration, all of them effective and of time precision.

    `elapsed_us` and `working_us` add up the episodes that have ended and mean nothing while one is open; `backfilled`
    counts the bounds of episodes that were entered as a back-fill.
    """

    __slots__ = ("_answer", "_calendar", "_marks", "_moved", "_working_us", "backfilled", "elapsed_us")

    def __init__(self, answer_rank: int) -> None:
        self._answer = answer_rank
        self._marks: list[Event] = []
        self._calendar: WorkingCalendar | None = None
        self._moved: list[tuple[int, int]] = []
        self._working_us = 0
        self.elapsed_us = 0
        self.backfilled = 0

    def put(self, event: Event) -> None:
        """Take in a request or an answer."""
        marks = self._marks
        place = bisect_left(marks, instant_of(event), key=instant_of)
        if place < len(marks):
            self._count(place, -1)
        marks.insert(place, event)
        self._count(place, 1)
        if place + 1 < len(marks):
            self._count(place + 1, 1)

    def drop(self, event: Event) -> None:
        """Let one go that is effective no more."""
        marks = self._marks
        place = bisect_left(marks, instant_of(event), key=instant_of)
        while marks[place] is not event:
            place += 1
        self._count(place, -1)
        if place + 1 < len(marks):
            self._count(place + 1, -1)
        del marks[place]
        if place < len(marks):
            self._count(place, 1)

    def settle(self, tie: list[Event]) -> None:
        """Put the events of one instant and type, all of which are here, into this order: the first may be a bound."""
        place = bisect_left(self._marks, instant_of(tie[0]), key=instant_of)
        self._count(place, -1)
        self._marks[place : place + len(tie)] = tie
        self._count(place, 1)

    def working_us(self, calendar: WorkingCalendar) -> int:
        """Return the working time of all episodes in a calendar, in microseconds."""
        if calendar is self._calendar:
            self._working_us += sum(side * calendar.total_us(at) for side, at in self._moved)
        else:
            self._calendar = calendar
            self._working_us = sum(
                self._side(place) * calendar.total_us(mark.occurred_us)
                for place, mark in enumerate(self._marks)
            )
        self._moved.clear()
        return self._working_us

    def _side(self, place: int) -> int:
        """Return 1 where an event ends an episode, -1 where it starts one, 0 where it does neither."""
        answers = self._marks[place].rank == self._answer
        if answers == (place == 0 or self._marks[place - 1].rank == self._answer):
            return 0
        return 1 if answers else -1

    def _count(self, place: int, sign: int) -> None:
        """Add the part that an event has in the sums, or take it out again."""
        side = sign * self._side(place)
        if side:
            event = self._marks[place]
            self.elapsed_us += side * event.occurred_us
            self._moved.append((side, event.occurred_us))
            if event.is_backfill:
                self.backfilled += sign
