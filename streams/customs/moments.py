"""Dates of 8 digits and times of 6 digits, as the customs systems write them, in Viet Nam's time."""

from __future__ import annotations

import datetime as dt
from typing import Final

from msgspec import UNSET, UnsetType

from streams.core.vocabulary import RejectReason

OFFSET: Final = "+07:00"
"""The zone of every date and time of VNACCS and VASSCM (domain, section 5)."""

YEARS: Final = range(2000, 2200)
"""VNACCS began in 2014; what lies outside is a slip."""


class Refusal(Exception):  # noqa: N818 no error of ours: the answer to a message that is wrong
    """Why a message is refused: the fixed reason, and a sentence that names the field."""

    def __init__(self, reason: RejectReason, what: str, field: str) -> None:
        super().__init__(reason, what, field)
        self.reason = reason
        self.detail = f"{what} - at `{field}`"


def read_date(text: str, field: str) -> dt.date:
    """Read a date of 8 digits. Raises Refusal, with the field's path, when it is none."""
    try:
        if len(text) != 8 or not text.isascii() or not text.isdigit():
            raise ValueError
        found = dt.date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        raise Refusal(RejectReason.INVALID_TIME, "not a date of 8 digits, YYYYMMDD", field) from None
    if found.year not in YEARS:
        raise Refusal(RejectReason.INVALID_TIME, "the year is not one of 2000 to 2199", field)
    return found


def read_time(text: str, field: str) -> dt.time:
    """Read a time of 6 digits, to the second. Raises Refusal, with the field's path, when it is none."""
    try:
        if len(text) != 6 or not text.isascii() or not text.isdigit():
            raise ValueError
        return dt.time(int(text[:2]), int(text[2:4]), int(text[4:]))
    except ValueError:
        raise Refusal(RejectReason.INVALID_TIME, "not a time of 6 digits, hhmmss", field) from None


def read_moment(date: str | UnsetType, time: str | UnsetType, name: str) -> dt.datetime | None:
    """Read the pair NAME_date and NAME_time, `name` being the path up to there; None where both are absent.

    The result has no zone: it is Viet Nam's time. Raises Refusal when one is absent or wrong.
    """
    if date is UNSET and time is UNSET:
        return None
    if date is UNSET:
        raise Refusal(RejectReason.MISSING_FIELD, "Missing, though its time is there", f"{name}_date")
    if time is UNSET:
        raise Refusal(RejectReason.MISSING_FIELD, "Missing, though its date is there", f"{name}_time")
    return dt.datetime.combine(read_date(date, f"{name}_date"), read_time(time, f"{name}_time"))


def written(moment: dt.datetime) -> str:
    """Write a moment of Viet Nam's time as RFC 3339."""
    return moment.isoformat() + OFFSET
