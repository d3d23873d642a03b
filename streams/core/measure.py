"""How long an interval is: elapsed and working seconds, and what is said where they are no lengths (rules 3, 15)."""

from __future__ import annotations

from typing import Final

import msgspec

from streams.core.episodes import Episodes
from streams.core.event import Event
from streams.core.milestones import first_from
from streams.core.working_time import WorkingCalendar

CLAMP_US: Final = 5_000_000
"""A negative length down to five seconds is 0 and flagged; below it is no length at all (rule 3)."""

DEEMED_US: Final = 3_600_000_000
"""A dossier that nobody reported complete is deemed so one working hour after the registration (section 6, M2)."""

FLAGS: Final[tuple[str, ...]] = ("deemed", "pre_arrival", "prepaid", "clamped", "backfill")
"""What can be said of a length, in the order in which it is said."""

_BACKFILL: Final = ("backfill",)


class Interval(msgspec.Struct, frozen=True, gc=False):
    """One interval of one declaration. Times in microseconds since the epoch, lengths in whole seconds.

    `elapsed_s` counts all time, `working_s` that within the hours of the office; both None without start or end.
    """

    code: str
    started_us: int | None
    ended_us: int | None
    elapsed_s: int | None
    working_s: int | None
    flags: tuple[str, ...]


class Negative(msgspec.Struct, frozen=True, gc=False):
    """An interval that ends before it starts: by how many microseconds, and the event that ends it (rule 3)."""

    code: str
    length_us: int
    end: Event


class Measure:
    """Measures the intervals of one declaration in one calendar. `negative` collects what ends before it starts."""

    __slots__ = ("_calendar", "_totals", "negative", "rows")

    def __init__(self, calendar: WorkingCalendar) -> None:
        self._calendar = calendar
        self._totals: dict[int, int] = {}  # a milestone bounds several intervals and is looked up once
        self.rows: list[Interval] = []
        self.negative: list[Negative] = []

    def between(self, code: str, start: Event | None, end: Event | None, early: str | None = None) -> None:
        """Add an interval from one event to another; `early` is the flag of one that ends too early by its nature."""
        if start is None or end is None:
            bound = start or end
            self.rows.append(
                Interval(
                    code,
                    None if start is None else start.occurred_us,
                    None if end is None else end.occurred_us,
                    None,
                    None,
                    _BACKFILL if bound is not None and bound.is_backfill else (),
                )
            )
            return
        flags = _BACKFILL if start.is_backfill or end.is_backfill else ()
        started_us, ended_us = start.occurred_us, end.occurred_us
        if ended_us >= started_us:
            totals = self._totals
            since, until = totals.get(started_us), totals.get(ended_us)
            if since is None:
                since = totals[started_us] = self._calendar.total_us(started_us)
            if until is None:
                until = totals[ended_us] = self._calendar.total_us(ended_us)
            elapsed_us, working_us = ended_us - started_us, until - since
            self.rows.append(
                Interval(code, started_us, ended_us, elapsed_us // 1_000_000, working_us // 1_000_000, flags)
            )
        elif early is not None:
            self.rows.append(Interval(code, started_us, ended_us, 0, 0, (early, *flags)))
        else:
            self._backwards(code, started_us, end, (), flags)

    def deemed(self, code: str, registered: Event, end: Event | None) -> None:
        """Add an interval that starts one working hour after the registration, which no event says.

        Where it ends long before that, it has no length and accuses no event.
        """
        started_us = self._calendar.after(registered.occurred_us, DEEMED_US)
        flags = _BACKFILL if registered.is_backfill or (end is not None and end.is_backfill) else ()
        if end is None or end.occurred_us < started_us - CLAMP_US:
            ended_us = None if end is None else end.occurred_us
            self.rows.append(Interval(code, started_us, ended_us, None, None, ("deemed", *flags)))
        elif end.occurred_us < started_us:
            self._backwards(code, started_us, end, ("deemed",), flags)
        else:
            elapsed_us = end.occurred_us - started_us
            working_us = self._calendar.total_us(end.occurred_us) - self._calendar.total_us(started_us)
            lengths = elapsed_us // 1_000_000, working_us // 1_000_000
            self.rows.append(Interval(code, started_us, end.occurred_us, *lengths, ("deemed", *flags)))

    def _backwards(
        self, code: str, started_us: int, end: Event, before: tuple[str, ...], after: tuple[str, ...]
    ) -> None:
        length_us = end.occurred_us - started_us
        self.negative.append(Negative(code, length_us, end))
        if length_us < -CLAMP_US:
            self.rows.append(Interval(code, started_us, end.occurred_us, None, None, (*before, *after)))
        else:
            flags = (*before, "clamped", *after)
            self.rows.append(Interval(code, started_us, end.occurred_us, 0, 0, flags))

    def episodes(
        self, code: str, of: Episodes, asked: list[Event] | None, answered: list[Event] | None
    ) -> None:
        """Add an interval that is the sum of episodes; while one is open, or with none at all, it has no length."""
        flags = _BACKFILL if of.backfilled else ()
        end = None
        if asked is not None and answered is not None:
            end = first_from(
                answered, asked[-1].occurred_us
            )  # at one instant the answer ranks after the request
        started_us = None if asked is None else asked[0].occurred_us
        if end is None:
            self.rows.append(Interval(code, started_us, None, None, None, flags))
            return
        working_s = of.working_us(self._calendar) // 1_000_000
        elapsed_s = of.elapsed_us // 1_000_000
        self.rows.append(Interval(code, started_us, end.occurred_us, elapsed_s, working_s, flags))
