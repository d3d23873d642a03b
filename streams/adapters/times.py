"""Times of event logs brought to RFC 3339, as exact as they stand there, with the offset they have or are given."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from streams.adapters.spec import TimeSpec

_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND: Final = dt.timedelta(microseconds=1)
_OFFSET: Final = re.compile(r"([+-])([01][0-9]|2[0-3]):([0-5][0-9])")
_HAS_HOUR: Final = re.compile(r"%[HIcX]")


class Reading(msgspec.Struct, frozen=True, gc=False):
    """What a text says about time.

    `text` goes into the message: RFC 3339 where the text could be read, else the text as it stands, so that the
    decoder rejects it. `instant` is microseconds since 1970-01-01T00:00:00Z, None where the text has no instant
    (unreadable, or without an offset while no zone is given). `day_only`: the text names a day and no time of day.
    """

    text: str
    instant: int | None
    day_only: bool


class TimeReader:
    """Reads the texts of one time column. Raises ValueError when the format or the zone of `spec` is none."""

    def __init__(self, spec: TimeSpec) -> None:
        self._format = None if spec.format == "iso" else spec.format
        self._zone = None if spec.zone is None else _zone(spec.zone)
        if self._format is not None:
            if "%" not in self._format:
                raise ValueError(f"format {self._format!r} is neither iso nor a strptime format")
            sample = _EPOCH.strftime(self._format)
            try:
                dt.datetime.strptime(sample, self._format)  # noqa: DTZ007 only to see whether Python knows the format
            except ValueError as error:
                raise ValueError(f"format {self._format!r}: {error}") from error

    def read(self, text: str) -> Reading:
        """Read one text; white space around it does not count. Of a time that a zone has twice, the first is taken."""
        bare = text.strip()
        try:
            moment, day_only = self._parse(bare)
            if moment.tzinfo is None and self._zone is not None:
                moment = moment.replace(tzinfo=self._zone)
            instant = None if moment.tzinfo is None else (moment - _EPOCH) // _MICROSECOND
            return Reading(moment.isoformat(), instant, day_only)
        except (ValueError, OverflowError):
            return Reading(text, None, False)

    def _parse(self, text: str) -> tuple[dt.datetime, bool]:
        if self._format is not None:
            moment = dt.datetime.strptime(text, self._format)  # noqa: DTZ007 an offset is never made up here
            return moment, _HAS_HOUR.search(self._format) is None
        moment = dt.datetime.fromisoformat(text)
        return moment, _is_date(text)


def _is_date(text: str) -> bool:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _zone(name: str) -> dt.tzinfo:
    """Return the zone of a name of the IANA database or of a fixed offset such as +07:00."""
    if fixed := _OFFSET.fullmatch(name):
        sign, hours, minutes = fixed.groups()
        offset = dt.timedelta(hours=int(hours), minutes=int(minutes))
        return dt.timezone(-offset if sign == "-" else offset)
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:  # KeyError: ZoneInfoNotFoundError
        raise ValueError(f"zone {name!r} is neither a time zone name nor an offset such as +07:00") from error
