"""Files of enforcement outcomes: .csv with a header, or .jsonl; every row becomes an outcome or a refusal."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import msgspec

from streams.adapters.chunks import read_chunks
from streams.adapters.csv_rows import csv_rows
from streams.adapters.lines import bounded_lines
from streams.adapters.record import SourceError
from streams.adapters.rows import Unreadable
from streams.core.event import Rejected
from streams.core.outcome import FIELDS, MAX_OUTCOME_BYTES, NEEDED, NUMBERS, Outcome, decode_outcome
from streams.core.vocabulary import RejectReason

_LONGEST: Final = MAX_OUTCOME_BYTES + 1
"""Of a longer row no more is read: it is refused for its length, and this much of it is kept."""

_NUMBER: Final = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?", re.ASCII)
_UNREADABLE: Final = (
    "the row has another number of fields than the header, a quote out of place, or is no UTF-8"
)


class OutcomeFile:
    """A file of outcomes to iterate over; each iteration starts at the beginning.

    A row of a .csv file is numbered from 1 without the header, a line of a .jsonl file from 1. `bytes_total` and
    `bytes_read` are positions in the file. Raises SourceError when the file is not there, has another suffix, or its
    header lacks a column that is needed or has one that is not known.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.bytes_read = 0
        self._is_csv = path.name.lower().endswith(".csv")
        if not self._is_csv and not path.name.lower().endswith(".jsonl"):
            raise SourceError(f"{path}: only .csv and .jsonl are read")
        try:
            self.bytes_total = path.stat().st_size
        except OSError as error:
            raise SourceError(f"{path}: {error.strerror or error}") from error
        if self._is_csv:
            next(self._rows(), None)  # what is wrong with the header is said before anything is written
            self._check_columns()

    def __iter__(self) -> Iterator[Outcome | Rejected]:
        """Give the rows in order. Raises SourceError when the file can't be read further."""
        self.bytes_read = 0
        return self._rows() if self._is_csv else self._lines()

    def _lines(self) -> Iterator[Outcome | Rejected]:
        for number, line in enumerate(bounded_lines(self._chunks(), _LONGEST), 1):
            value = line[:-1] if line.endswith(b"\r") else line
            if value:
                yield decode_outcome(value, number)

    def _rows(self) -> Iterator[Outcome | Rejected]:
        known = frozenset(FIELDS)
        for row in csv_rows(
            self.path,
            self._chunks(),
            known,
            known - NEEDED,
            delimiter=",",
            encoding="utf-8",
            max_line_bytes=_LONGEST,
        ):
            if not isinstance(row, Unreadable):
                yield decode_outcome(_as_json(row.values), row.number)
            elif len(row.raw) >= _LONGEST:
                yield decode_outcome(row.raw, row.number)  # refused for its length
            else:
                yield Rejected(RejectReason.BROKEN_JSON, _UNREADABLE, row.raw, 0, row.number)

    def _check_columns(self) -> None:
        """Refuse a column that is not known: an amount under a misspelt name would be lost silently."""
        header = next(bounded_lines(self._chunks(), _LONGEST)).decode()
        for name in next(csv.reader([header])):
            if name not in FIELDS:
                raise SourceError(
                    f"{self.path}: {name[:60]!r} is no column of outcomes; they are {', '.join(FIELDS)}"
                )

    def _chunks(self) -> Iterator[bytes]:
        return read_chunks(self.path, 0, self._at)

    def _at(self, position: int) -> None:
        self.bytes_read = position


def _as_json(values: Mapping[str, str]) -> bytes:
    """Write a row as the JSON that it would be in a .jsonl file; what is no number stays a text and is refused."""
    members = []
    for name, text in values.items():
        is_number = name in NUMBERS and _NUMBER.fullmatch(text)
        members.append(
            b'"%s":%s' % (name.encode(), text.encode() if is_number else msgspec.json.encode(text))
        )
    return b"{%s}" % b",".join(members)
