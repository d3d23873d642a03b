"""What can be wrong with a reference file, and how it is said."""

from __future__ import annotations


class ReferenceFileError(Exception):
    """A reference file is wrong. The text is one line: the file, the place in it, what is wrong and what is allowed."""


class WrongError(Exception):
    """Something is wrong at a place of the file."""

    def __init__(self, place: str, what: object) -> None:
        super().__init__(place, what)
        self.place = place
        self.what = str(what)
