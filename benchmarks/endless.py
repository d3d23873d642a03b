"""A feed without end, made cheaply from the messages of one day: the same lives every day, under other keys and times.

A life that goes on for days is sent over days, beside those that begin later, as in a real feed. Making a message anew
is some slices put together, so a process can send tens of thousands a second beside what it measures.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from benchmarks.events import BEGIN, Message

_DAY: Final = dt.timedelta(days=1)
_MOST_DAYS: Final = 10_000
_FORM: Final = re.compile(
    rb'(?P<to_id>.*?"event_id":")....(?P<to_number>.*?"declaration_no":"..)....(?P<to_key>.*?"declaration_key":"..)'
    rb'....(?P<to_occurred>.*?"occurred_at":")(?P<occurred>.{29})(?P<to_emitted>.*?"emitted_at":")(?P<emitted>.{29})'
    rb"(?P<rest>.*)",
    re.DOTALL,
)


class Blank(NamedTuple):
    """A message with gaps for the number of its day, in its key and its event_id, and for its two times.

    It is sent `days_later` days after its declaration was begun.
    """

    days_later: int
    key: tuple[bytes, bytes]
    texts: tuple[bytes, bytes, bytes, bytes, bytes, bytes]
    occurred: tuple[int, bytes]
    emitted: tuple[int, bytes]

    def filled(self, day: int, occurred: bytes, emitted: bytes) -> Message:
        """Return the message of the declarations begun on this day, from 0, with these times (29 bytes each)."""
        number, mark = b"%04d" % day, b"%04x" % day
        to_id, to_number, to_key, to_occurred, to_emitted, rest = self.texts
        value = b"".join(
            (to_id, mark, to_number, number, to_key, number, to_occurred, occurred, to_emitted, emitted, rest)
        )
        return Message(self.key[0] + number + self.key[1], value)

    def shifted(self, day: int) -> Message:
        """Return the message of the declarations begun on this day, its times so many days later."""
        return self.filled(
            day,
            _date(self.occurred[0] + day) + self.occurred[1],
            _date(self.emitted[0] + day) + self.emitted[1],
        )


class Sending(NamedTuple):
    """A message to be sent: on which day its declaration was begun, and what to fill."""

    day: int
    blank: Blank

    def shifted(self) -> Message:
        """Return it with times of its own day."""
        return self.blank.shifted(self.day)


def blank_of(message: Message, days_later: int = 0) -> Blank:
    """Take a made message for a form to fill. Raises ValueError when it is not as `benchmarks.events` makes it."""
    found = _FORM.fullmatch(message.value)
    if found is None:
        raise ValueError(f"not a message as made here: {message.value[:200]!r}")
    return Blank(
        days_later,
        (message.key[:2], message.key[6:]),
        (
            found["to_id"],
            found["to_number"],
            found["to_key"],
            found["to_occurred"],
            found["to_emitted"],
            found["rest"],
        ),
        _split(found["occurred"]),
        _split(found["emitted"]),
    )


def blanks_of(day: Iterable[tuple[dt.datetime, Message]]) -> list[Blank]:
    """Return the forms of a day's messages in the order of the time of day at which each is sent."""
    placed = []
    for sent, message in day:
        days_later, within = divmod(sent - BEGIN, _DAY)
        placed.append((within, blank_of(message, days_later)))
    placed.sort(key=lambda one: one[0])
    return [blank for _, blank in placed]


def endless(blanks: list[Blank]) -> Iterator[Sending]:
    """Yield what is sent, day after day; on the first days only what belongs to declarations begun by then."""
    for today in range(_MOST_DAYS):
        for blank in blanks:
            if blank.days_later <= today:
                yield Sending(today - blank.days_later, blank)


def stamp(instant: dt.datetime) -> bytes:
    """Write an instant as the 29 bytes that a form takes."""
    return instant.astimezone(dt.UTC).isoformat(timespec="milliseconds").encode()


def _split(time: bytes) -> tuple[int, bytes]:
    return dt.date.fromisoformat(time[:10].decode()).toordinal(), time[10:]


_dates: dict[int, bytes] = {}


def _date(ordinal: int) -> bytes:
    known = _dates.get(ordinal)
    if known is None:
        known = _dates[ordinal] = dt.date.fromordinal(ordinal).isoformat().encode()
    return known
