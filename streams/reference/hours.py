"""Reads hours: days of the week, spans of a day, how long a target is, and how many shall keep it."""

from __future__ import annotations

import re
from typing import Any, Final

from streams.core.office_hours import Spans
from streams.reference.errors import WrongError

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN: Final = re.compile(r"([0-9]{2}):([0-9]{2})-([0-9]{2}):([0-9]{2})")
_PERCENT: Final = re.compile(r"p([5-9][0-9])")
_LIMIT: Final = re.compile(r"(?:([0-9]{1,5}) ?h)? ?(?:([0-9]{1,5}) ?min)? ?(?:([0-9]{1,5}) ?s)?")


def read_week(place: str, hours: dict[Any, Any]) -> list[Spans | None]:
    """Return the spans of each day of the week, Monday first; None for a day that is not spoken of."""
    week: list[Spans | None] = [None] * 7
    for key, spans in hours.items():
        where = f"{place}.{key}"
        for day in _days(where, key):
            if week[day] is not None:
                raise WrongError(where, f"the hours of {DAYS[day]} are given twice")
            week[day] = read_spans(where, spans)
    return week


def _days(place: str, key: object) -> range:
    first, dash, last = str(key).partition("-")
    if first not in DAYS or (dash and last not in DAYS):
        raise WrongError(
            place,
            f"{key!r} is no day of the week: write one of {', '.join(DAYS)}, or a range such as mon-fri",
        )
    begin, end = DAYS.index(first), DAYS.index(last if dash else first)
    if end < begin:
        raise WrongError(place, f"the range {key!r} runs backwards: the week begins with mon")
    return range(begin, end + 1)


def read_spans(place: str, spans: object) -> Spans:
    """Return the spans of a day in seconds of the wall clock."""
    if not isinstance(spans, list):
        raise WrongError(
            place, f"{spans!r} is no list of spans such as [07:30-11:30, 13:00-17:00], [] for no work"
        )
    read: list[tuple[int, int]] = []
    for number, span in enumerate(spans):
        where = f"{place}[{number}]"
        found = _SPAN.fullmatch(span) if isinstance(span, str) else None
        times = [int(part) for part in found.groups()] if found is not None else [99, 99, 99, 99]
        start, end = (times[0] * 60 + times[1]) * 60, (times[2] * 60 + times[3]) * 60
        if max(times[1], times[3]) > 59 or max(start, end) > 86_400:
            raise WrongError(where, f"{span!r} is no span such as 07:30-11:30, from 00:00 to 24:00")
        if end <= start:
            raise WrongError(
                where,
                f"{span!r} runs backwards; work past midnight is 22:00-24:00 and 00:00-06:00 the next day",
            )
        if read and start < read[-1][1]:
            raise WrongError(where, f"{span!r} begins before {spans[number - 1]!r} ends")
        read.append((start, end))
    return tuple(read)


def read_limit(place: str, text: str) -> int:
    """Return a target's length in seconds."""
    found = _LIMIT.fullmatch(text)
    hours, minutes, seconds = (int(part or 0) for part in found.groups()) if found is not None else (0, 0, 0)
    if found is None or hours + minutes + seconds == 0:
        raise WrongError(place, f"{text!r} is no length such as 2 h, 1 h 30 min, 90 min or 45 s")
    return (hours * 60 + minutes) * 60 + seconds


def read_percent(place: str, statistic: str) -> int:
    """Return of how many in a hundred a statistic such as p95 speaks."""
    found = _PERCENT.fullmatch(statistic)
    if found is None:
        raise WrongError(place, f"{statistic!r} is no statistic: write p50 to p99, such as p95")
    return int(found[1])
