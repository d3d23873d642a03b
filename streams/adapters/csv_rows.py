"""Rows of a CSV file: strict about quotes, bounded in memory, and nothing unreadable is dropped."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from streams.adapters.lines import bounded_lines
from streams.adapters.record import SourceError
from streams.adapters.rows import Row, Unreadable


class _Lines:
    """Lines as text for the csv module, keeping the bytes of the row that is being read."""

    def __init__(self, lines: Iterable[bytes], encoding: str, max_line_bytes: int) -> None:
        self._lines = iter(lines)
        self._encoding = encoding
        self._max_line_bytes = max_line_bytes
        self.raw: list[bytes] = []
        self.damaged = False

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.raw.append(line)
        if len(line) >= self._max_line_bytes:
            self.damaged = True
            return "\n"
        try:
            return line.decode(self._encoding) + "\n"
        except UnicodeDecodeError:
            self.damaged = True
            return line.decode(self._encoding, "replace") + "\n"

    def forget(self) -> None:
        """Begin a new row."""
        self.raw.clear()
        self.damaged = False

    def bytes_as_read(self) -> bytes:
        """Return the row as it stands in the file, without its line end, cut to the longest permitted line."""
        return b"\n".join(self.raw)[: self._max_line_bytes].rstrip(b"\r\n")


def csv_rows(
    path: Path,
    chunks: Iterable[bytes],
    needed: frozenset[str],
    optional: frozenset[str],
    *,
    delimiter: str,
    encoding: str,
    max_line_bytes: int,
) -> Iterator[Row | Unreadable]:
    """Give the data rows under the header; blank lines are not rows.

    A row with bytes that are not `encoding`, another number of fields than the header, a quote out of place, a
    field over 131,072 characters or a line over `max_line_bytes` is Unreadable; reading goes on after it. Raises
    SourceError when there is no header or it lacks a column that is needed and not optional.
    """
    lines = _Lines(bounded_lines(chunks, max_line_bytes), encoding, max_line_bytes)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    header = _header(path, reader, lines)
    places = _places(path, header, needed, optional)
    width = len(header)
    number = 0
    while True:
        lines.forget()
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error:
            fields = []
            lines.damaged = True
        if not fields and not lines.damaged:
            continue
        number += 1
        if lines.damaged or len(fields) != width:
            yield Unreadable(number, lines.bytes_as_read())
        else:
            yield Row(number, {name: fields[place] for name, place in places if fields[place]})


def _header(path: Path, reader: Iterator[list[str]], lines: _Lines) -> list[str]:
    try:
        header = next(reader, [])
    except csv.Error as error:
        raise SourceError(f"{path}: the header can't be read: {error}") from error
    start = lines.raw[0][:2] if lines.raw else b""
    if start in (b"\xff\xfe", b"\xfe\xff"):
        raise SourceError(f"{path}: is UTF-16, which is not read; save it as UTF-8")
    if not header or lines.damaged:
        raise SourceError(f"{path}: there is no header row in the encoding that the mapping names")
    return header


def _places(
    path: Path, header: Sequence[str], needed: frozenset[str], optional: frozenset[str]
) -> list[tuple[str, int]]:
    for name in sorted(needed):
        if header.count(name) > 1:
            raise SourceError(f"{path}: the header has the column {name!r} twice")
    missing = sorted(needed - optional - set(header))
    if missing:
        raise SourceError(f"{path}: no column {_listed(missing)}; the header has {_listed(header)}")
    return [(name, header.index(name)) for name in sorted(needed) if name in header]


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(repr(name[:60]) for name in names[:20])
    return shown if len(names) <= 20 else f"{shown} and {len(names) - 20} more"
