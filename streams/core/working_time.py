"""Working time of one office: how much of it lies between two instants, exact to the microsecond (domain, section 7).

An instant is working time when the clock on the office's wall reads a time inside one of that day's working spans. So
where clocks go forward the skipped hour counts nothing, and where they go back the repeated hour counts twice.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta, tzinfo
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

WorkingHours = Callable[[date], Sequence[tuple[int, int]]]
"""The working spans of a local day as (start, end) in seconds of its wall clock, 0 to 86,400: in order, none twice."""

FIRST_YEAR: Final = 1969
LAST_YEAR: Final = 2299
BASE_YEAR: Final = 2020

_EPOCH: Final = date(1970, 1, 1)
_DAY_S: Final = 86_400
_US: Final = 1_000_000
_HOUR_US: Final = 3_600 * _US


class _Table(NamedTuple):
    """Some years of a calendar, all in microseconds. It holds from `begin` until `end`.

    Working time begins at the even places of `edges` and ends at the odd ones. `totals` has the working time at each
    edge. `bases` has, for each place between edges, the total itself, or inside working time what to add to an instant.
    `offsets[i]` is in force from `changes[i]` on.
    """

    begin: int
    end: int
    edges: list[int]
    bases: list[int]
    totals: list[int]
    changes: list[int]
    offsets: list[int]


class WorkingCalendar:
    """The working time of one office.

    Instants are microseconds since 1970-01-01T00:00:00Z. Years are computed when they are first asked for, and kept;
    no answer depends on what was asked before. An instant outside 1969 to 2299 is a ValueError.
    """

    __slots__ = ("_columns", "_ends", "_hot", "_hours", "_table", "_zone")

    def __init__(self, hours: WorkingHours, zone: tzinfo) -> None:
        self._hours = hours
        self._zone = zone
        base = _year_begin_us(BASE_YEAR)
        self._table = _Table(base, base, [], [0], [], [], [])
        # What total_us reads, in one tuple, replaced as a whole: a reader in another thread never sees half of it.
        self._hot = self._table[:4]
        self._columns: tuple[list[int], NDArray[np.int64], NDArray[np.int64]] | None = None
        self._ends: tuple[list[int], NDArray[np.int64], NDArray[np.int64]] | None = None

    def total_us(self, instant_us: int) -> int:
        """Return the working microseconds from the begin of 2020 in UTC to an instant: monotone, negative before.

        The working time from a to b is `total_us(b) - total_us(a)`.
        """
        begin, end, edges, bases = self._hot
        if not begin <= instant_us < end:
            _, _, edges, bases, *_ = self._covering(instant_us)
        place = bisect_right(edges, instant_us)
        return bases[place] + instant_us if place & 1 else bases[place]

    def totals_us(self, instants_us: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return `total_us` of each instant, for arrays of any shape."""
        if not instants_us.size:
            return np.zeros_like(instants_us)
        earliest, latest = int(instants_us.min()), int(instants_us.max())
        table = self._table
        for instant in (earliest, latest):
            if not table.begin <= instant < table.end:
                table = self._covering(instant)
        columns = self._columns
        if columns is None or columns[0] is not table.edges:
            columns = table.edges, np.array(table.edges, np.int64), np.array(table.bases, np.int64)
            self._columns = columns
        _, edges, bases = columns
        places = np.searchsorted(edges, instants_us, "right")
        return np.where(places & 1, bases[places] + instants_us, bases[places])

    def after(self, instant_us: int, working_us: int) -> int:
        """Return the earliest instant, from the given one on, by which so much working time has passed.

        No working time, or less, has passed at once. A ValueError where there is not so much of it up to 2299.
        """
        if working_us <= 0:
            return instant_us
        wanted = self.total_us(instant_us) + working_us
        table = self._table
        while not table.totals or table.totals[-1] < wanted:
            table = self._covering(table.end)
        place = bisect_left(table.totals, wanted)
        return table.edges[place] - (table.totals[place] - wanted)

    def afters_us(self, instants_us: NDArray[np.int64], working_us: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return `after` of each instant, for arrays of one length whose working time is above 0."""
        if not instants_us.size:
            return np.zeros_like(instants_us)
        wanted = self.totals_us(instants_us) + working_us
        table, latest = self._table, int(wanted.max())
        while not table.totals or table.totals[-1] < latest:
            table = self._covering(table.end)
        ends = self._ends
        if ends is None or ends[0] is not table.totals:
            ends = table.totals, np.array(table.totals, np.int64), np.array(table.edges, np.int64)
            self._ends = ends
        _, totals, edges = ends
        places = np.searchsorted(totals, wanted)
        after: NDArray[np.int64] = edges[places] - (totals[places] - wanted)
        return after

    def is_working(self, instant_us: int) -> bool:
        """Say whether an instant is within the working time."""
        begin, end, edges, _ = self._hot
        if not begin <= instant_us < end:
            _, _, edges, *_ = self._covering(instant_us)
        return bool(bisect_right(edges, instant_us) & 1)

    def days_of(self, instants_us: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the day that the office's calendar shows at each instant, from 1970-01-01 on."""
        if not instants_us.size:
            return np.zeros_like(instants_us)
        for instant in (int(instants_us.min()), int(instants_us.max())):
            if not self._table.begin <= instant < self._table.end:
                self._covering(instant)
        table = self._table
        places = np.searchsorted(np.array(table.changes, np.int64), instants_us, "right") - 1
        days: NDArray[np.int64] = (instants_us + np.array(table.offsets, np.int64)[places]) // (_DAY_S * _US)
        return days

    def offset_us(self, instant_us: int) -> int:
        """Return by how much the office's clocks are ahead of UTC at an instant, in microseconds."""
        table = self._table
        if not table.begin <= instant_us < table.end:
            table = self._covering(instant_us)
        return table.offsets[bisect_right(table.changes, instant_us) - 1]

    def day_and_hour(self, instant_us: int) -> tuple[int, int]:
        """Return the day that the office's calendar shows at an instant, from 1970-01-01 on, and its hour, 0 to 23."""
        hours = (instant_us + self.offset_us(instant_us)) // _HOUR_US
        return divmod(hours, 24)

    def _covering(self, instant_us: int) -> _Table:
        """Widen the table by the years that are missing up to this instant."""
        if not _FIRST_US <= instant_us < _LAST_US:
            raise ValueError(f"the instant {instant_us} us is outside the years {FIRST_YEAR} to {LAST_YEAR}")
        begin, end, edges, _, _, changes, offsets = self._table
        wanted, first, last = _year_of(instant_us), _year_of(begin), _year_of(end) - 1
        for year in range(first - 1, wanted - 1, -1):
            begin = _year_begin_us(year)
            new_edges, new_changes, new_offsets = self._year(year)
            edges, changes, offsets = new_edges + edges, new_changes + changes, new_offsets + offsets
        for year in range(last + 1, wanted + 1):
            end = _year_begin_us(year + 1)
            new_edges, new_changes, new_offsets = self._year(year)
            edges, changes, offsets = edges + new_edges, changes + new_changes, offsets + new_offsets
        self._table = _Table(begin, end, edges, *_totals(edges), changes, offsets)
        self._hot = self._table[:4]
        return self._table

    def _year(self, year: int) -> tuple[list[int], list[int], list[int]]:
        """Return a year of UTC: its edges, its changes of offset (its begin is one) and the offsets from then on."""
        begin, end = _year_begin_us(year) // _US, _year_begin_us(year + 1) // _US
        changes, offsets = _offsets(self._zone, begin, end)
        edges: list[int] = []
        for since, until, offset in zip(changes, [*changes[1:], end], offsets, strict=True):
            for start, stop in self._spans(since + offset, until + offset):
                edges += ((start - offset) * _US, (stop - offset) * _US)
        return edges, [change * _US for change in changes], [offset * _US for offset in offsets]

    def _spans(self, since: int, until: int) -> Iterator[tuple[int, int]]:
        """Yield the working spans between two readings of the wall clock, all in its seconds since 1970."""
        for number in range(since // _DAY_S, (until - 1) // _DAY_S + 1):
            day, midnight, previous = _EPOCH + timedelta(number), number * _DAY_S, 0
            for start, stop in self._hours(day):
                if not previous <= start < stop <= _DAY_S:
                    raise ValueError(f"the working spans of {day} are out of order")
                previous = stop
                first, last = max(midnight + start, since), min(midnight + stop, until)
                if first < last:
                    yield first, last


def _totals(edges: list[int]) -> tuple[list[int], list[int]]:
    """Return `bases` and `totals` of a table with these edges; the base year is among its years."""
    bases, totals, total = [0], [], 0
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        totals.append(total)
        bases.append(total - start)
        total += stop - start
        totals.append(total)
        bases.append(total)
    place = bisect_right(edges, _BASE_US)
    at_base = bases[place] + _BASE_US if place & 1 else bases[place]
    return [base - at_base for base in bases], [total - at_base for total in totals]


def _offsets(zone: tzinfo, begin: int, end: int) -> tuple[list[int], list[int]]:
    """Return since when which offset is in force, in seconds. Two changes within one day of UTC are not seen."""
    changes, offsets = [begin], [_offset(zone, begin)]
    for day in range(begin, end, _DAY_S):
        low, high = day, min(day + _DAY_S, end - 1)
        offset = _offset(zone, high)
        if offset != offsets[-1]:
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if _offset(zone, middle) == offsets[-1] else (low, middle)
            changes.append(high)
            offsets.append(offset)
    return changes, offsets


def _offset(zone: tzinfo, at: int) -> int:
    offset = datetime.fromtimestamp(at, zone).utcoffset()
    if offset is None:
        raise ValueError(f"the zone {zone} says no offset")
    return offset // timedelta(seconds=1)


def _year_of(instant_us: int) -> int:
    return (_EPOCH + timedelta(instant_us // (_DAY_S * _US))).year


def _year_begin_us(year: int) -> int:
    return (date(year, 1, 1) - _EPOCH).days * _DAY_S * _US


_FIRST_US: Final = _year_begin_us(FIRST_YEAR)
_BASE_US: Final = _year_begin_us(BASE_YEAR)
_LAST_US: Final = _year_begin_us(LAST_YEAR + 1)
