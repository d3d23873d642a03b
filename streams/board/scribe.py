"""Writes times, lengths, numbers and names for people, in one language and one time zone."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from streams.board.answers import ALL, Filter, Office
from streams.board.words import DIRECTIONS, TEXTS
from streams.core.durations import Language, written
from streams.core.printable import printable
from streams.report.numbers import ABSENT, whole
from streams.words import Words


class Scribe(NamedTuple):
    """Writes in a language; times as the clocks of a zone show them."""

    language: Language
    zone: dt.tzinfo

    def say(self, name: str, **said: object) -> str:
        """Return a sentence, with what has to be put in."""
        return TEXTS[name].in_(self.language).format(**said)

    def word(self, catalogue: Words, name: str | None) -> str:
        """Return a word; what the catalogue does not have is written as it came."""
        if name is None:
            return ABSENT
        return catalogue[name].in_(self.language) if name in catalogue else printable(name)

    def number(self, number: int) -> str:
        """Write a number of things."""
        return whole(number, self.language)

    def length(self, seconds: float) -> str:
        """Write a length in words: `13 h 41 min`."""
        return written(int(seconds), self.language)

    def short(self, seconds: float | None) -> str:
        """Write a length for a table of many, under a heading that says `h:min`: `13:41`; under a minute `41 s`."""
        if seconds is None:
            return ABSENT
        length = int(seconds)
        return written(length, self.language) if length < 60 else f"{length // 3600}:{length // 60 % 60:02d}"

    def time(self, at: dt.datetime | None) -> str:
        """Write an instant: `2026-03-02 08:00:00`."""
        return ABSENT if at is None else f"{at.astimezone(self.zone):%Y-%m-%d %H:%M:%S}"

    def place(self, asked: Filter, offices: tuple[Office, ...]) -> str:
        """Write what is looked at, an office and a direction."""
        return f"{self.office(asked.office, offices)} · {self.word(DIRECTIONS, asked.direction)}"

    def office(self, code: str, offices: tuple[Office, ...]) -> str:
        """Write an office with its name, where that is known."""
        if code == ALL:
            return self.say("all_offices")
        name = next((office.name.in_(self.language) for office in offices if office.code == code), "")
        return printable(f"{code} {name}".strip())
