"""What every reader gives: records in order, how far it is, and what it left out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

DEFAULT_MAX_LINE_BYTES: Final = 7_900_000
"""Longest line that is passed on whole: 8 MB, what the topics take, less room for the key and the headers."""

DEFAULT_MAX_DECOMPRESSED_BYTES: Final = 16 * 2**30
"""How much one .gz file may hold (16 GiB): more is taken for an attack and stops the reading."""

DEFAULT_MAX_EVENTS: Final = 5_000_000
"""How many events of one mapped file are kept in memory to be numbered, about 0.4 kB each and its attributes."""


class SourceError(Exception):
    """An event file can't be read (further). The text is one line that names the file."""


class SourceRecord(msgspec.Struct, frozen=True, gc=False):
    """One message read from a file.

    `line` is the 1-based line (jsonl), data row (csv) or number of the event in the file (xes). `key` is the
    declaration_key, None where it is not known. `value` is a JSON message of schema v1, a raw message of a file of
    customs messages, or the input as it was where it can't be read, so that it is rejected and kept instead of lost.
    """

    line: int
    key: bytes | None
    value: bytes


class Source(ABC):
    """An event file to iterate over; each iteration starts at the beginning.

    `customs` says that its messages are raw messages of customs systems, not events; they have a topic of their own.
    `bytes_total` and `bytes_read` are positions in the file as it lies on the disk (compressed, for .gz).
    `total` is the number of records, None as long as it is not known without reading ahead: always for JSONL; for
    mapped files until the first numbered record is given. `skipped` counts, by activity, the rows that no rule of
    the mapping matches, `filtered` those that its lifecycle filter leaves out; both are complete after the iteration.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.customs = False
        self.total: int | None = None
        self.bytes_read = 0
        self.skipped: Counter[str] = Counter()
        self.filtered = 0
        try:
            self.bytes_total = path.stat().st_size
            with path.open("rb"):
                pass
        except OSError as error:
            raise SourceError(f"{path}: {error.strerror or error}") from error

    @abstractmethod
    def __iter__(self) -> Iterator[SourceRecord]:
        """Give the records in order. Raises SourceError when the file can't be read further."""
