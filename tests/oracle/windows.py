"""The values of one rolling window, one record after the other and one length after the other, in exact fractions.

Written from the domain page (sections 3, 7, 8 and 11) and decision 0016. Instants are milliseconds, lengths seconds.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product

from oracle.working import DEFAULT, Office, working_us

AFTER_RELEASE = ("COND_FIN", "STORE_FIN", "REL_EXIT")
NOT_MET = Fraction(1, 10**8)


@dataclass(frozen=True)
class Span:
    """One interval of a declaration, None for what is not known."""

    start: int | None = None
    end: int | None = None
    elapsed: int | None = None
    working: int | None = None
    backfilled: bool = False


@dataclass(frozen=True)
class Record:
    """What windows know of one declaration."""

    registered: int | None
    released: int | None = None
    cancelled: int | None = None
    office: str | None = "27F1"
    direction: str | None = "import"
    channel: int | None = 1
    in_scope: bool = True
    spans: Mapping[str, Span] = field(default_factory=dict)


@dataclass
class Values:
    """The values of one row; None is NULL."""

    lengths: list[int] = field(default_factory=list)
    population_n: int = 0
    open_n: int = 0
    fates: list[tuple[int, str]] = field(default_factory=list)

    @property
    def n(self) -> int:
        return len(self.lengths)

    @property
    def coverage(self) -> float | None:
        return self.n / self.population_n if self.population_n else None

    @property
    def mean_s(self) -> Fraction | None:
        return Fraction(sum(self.lengths), self.n) if self.n else None

    @property
    def sd_s(self) -> float | None:
        mean = self.mean_s
        if mean is None:
            return None
        return math.sqrt(sum((length - mean) ** 2 for length in self.lengths) / self.n)

    @property
    def min_s(self) -> int | None:
        return min(self.lengths, default=None)

    @property
    def max_s(self) -> int | None:
        return max(self.lengths, default=None)

    def quantile(self, p: Fraction) -> Fraction | None:
        """Rule 16: on the line between the two lengths on whose sides the place (n - 1) p lies."""
        if not self.n:
            return None
        ordered, place = sorted(self.lengths), (self.n - 1) * p
        low, high = ordered[math.floor(place)], ordered[math.ceil(place)]
        return low + (high - low) * (place - math.floor(place))

    @property
    def live_n(self) -> int:
        return len(self.fates)

    def live_quantile(self, p: Fraction) -> int | None:
        """The smallest age at which the incidence of release reaches p, by Aalen and Johansen."""
        open_share, incidence = Fraction(1), Fraction(0)
        for age in sorted({age for age, _ in self.fates}):
            at_risk = sum(other >= age for other, _ in self.fates)
            here = [fate for other, fate in self.fates if other == age]
            incidence += open_share * Fraction(here.count("released"), at_risk)
            open_share *= 1 - Fraction(here.count("released") + here.count("cancelled"), at_risk)
            if incidence >= p - NOT_MET:
                return age
        return None


Row = tuple[str, str, str, str, str]


def window(
    records: Iterable[Record], size: int, end: int, offices: Mapping[str | None, Office] | None = None
) -> dict[Row, Values]:
    """Compute the rows (office, direction, channel, code, clock) of the window [end - size, end)."""
    rows: dict[Row, Values] = defaultdict(Values)
    for record in records:
        calendar = (offices or {}).get(record.office, DEFAULT)
        if not record.in_scope or not happened(record.registered, end):
            continue
        for code, span in record.spans.items():
            for cell, clock in product(cells(record), ("elapsed", "working")):
                _count(record, code, span, end - size, end, clock, calendar, rows, (*cell, code, clock))
    return {row: of for row, of in rows.items() if of.population_n or of.open_n or of.live_n}


def cells(record: Record) -> Iterator[tuple[str, str, str]]:
    channel = "none" if record.channel is None else str(record.channel)
    yield from product(
        (record.office or "none", "all"), (record.direction or "none", "all"), (channel, "all")
    )


def happened(instant: int | None, end: int) -> bool:
    """What happens at the end of a window or after it has not happened."""
    return instant is not None and instant < end


def _count(
    record: Record,
    code: str,
    span: Span,
    begin: int,
    end: int,
    clock: str,
    calendar: Office,
    rows: dict[Row, Values],
    row: Row,
) -> None:
    length = span.elapsed if clock == "elapsed" else span.working
    gone = _cancelled_first(record) and happened(record.cancelled, end)
    ended, started = happened(span.end, end), happened(span.start, end)
    if ended and not gone and span.end is not None and span.end >= begin:
        rows[row].population_n += 1
        if length is not None:
            rows[row].lengths.append(length)
    open_then = started and not ended and not happened(record.cancelled, end)
    if open_then and (code in AFTER_RELEASE or not happened(record.released, end)):
        rows[row].open_n += 1
    if started and record.registered is not None and record.registered >= begin:
        fate = _fate(record, code, span, end, length, clock, calendar)
        if fate is not None:
            rows[row].fates.append(fate)


def _cancelled_first(record: Record) -> bool:
    if record.cancelled is None:
        return False
    return record.released is None or record.cancelled < record.released


def _fate(
    record: Record, code: str, span: Span, end: int, length: int | None, clock: str, calendar: Office
) -> tuple[int, str] | None:
    """What became of a span by the end of the window, and at which age."""
    assert span.start is not None

    def age(instant: int) -> int:
        assert span.start is not None
        if instant <= span.start:
            return 0
        if clock == "elapsed":
            return (instant - span.start) // 1000
        return working_us(span.start * 1000, instant * 1000, calendar) // 1_000_000

    if _cancelled_first(record) and happened(record.cancelled, end):
        # The declaration counts no more; what was open when it was cancelled competes.
        assert record.cancelled is not None
        over = span.end is not None and span.end <= record.cancelled
        return None if over else (age(record.cancelled), "cancelled")
    if happened(span.end, end):
        return None if length is None else (length, "released")
    if happened(record.cancelled, end):
        assert record.cancelled is not None
        return age(record.cancelled), "cancelled"
    if code not in AFTER_RELEASE and happened(record.released, end):
        assert record.released is not None
        return age(record.released), "open"
    return age(end), "open"
