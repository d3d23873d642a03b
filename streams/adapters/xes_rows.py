"""Rows of an XES event log, read as a stream without ever building a tree.

Columns are named as pm4py names them in CSV: an event's attribute NAME, its trace's attribute `case:NAME`. Only
attributes directly below a trace or an event count; nested ones, lists, containers and `<global>` defaults do not.
A document type declaration is refused before anything in it is used, so there are no entities to expand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final
from xml.parsers import expat

from streams.adapters.record import SourceError
from streams.adapters.rows import Row

_MAX_DEPTH: Final = 100


class _RefusedError(Exception):
    """The document breaks a rule of this reader."""


class _Handler:
    """Collects the rows that the parser's calls amount to."""

    def __init__(self, needed: frozenset[str]) -> None:
        self._needed = needed
        self._path: list[str] = []
        self._trace: dict[str, str] = {}
        self._event: dict[str, str] = {}
        self._in_events = False
        self.number = 0
        self.seen: set[str] = set()
        self.rows: list[Row] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Open an element."""
        name = tag.rpartition(":")[2]
        if len(self._path) >= _MAX_DEPTH:
            raise _RefusedError(f"elements are nested more than {_MAX_DEPTH} deep")
        parent = self._path[-1] if self._path else None
        role = ""  # what the element is to us: log, trace, event, or nothing
        if parent is None:
            if name != "log":
                raise _RefusedError(f"the outermost element is <{name[:60]}>, not <log>")
            role = "log"
        elif name == "trace" and parent == "log":
            role = "trace"
            self._trace, self._in_events = {}, False
        elif name == "event" and parent in ("trace", "log"):
            role = "event"
            self._event = dict(self._trace) if parent == "trace" else {}
            self._in_events = True
            self.number += 1
        elif parent == "event" and "key" in attributes and "value" in attributes:
            self._keep(self._event, attributes["key"], name, attributes["value"])
        elif parent == "trace" and "key" in attributes and "value" in attributes:
            column = "case:" + attributes["key"]
            if column in self._needed and self._in_events:
                raise _RefusedError(f"the trace attribute {column[5:]!r} comes after an event of its trace")
            self._keep(self._trace, column, name, attributes["value"])
        self._path.append(role)

    def end(self, _: str) -> None:
        """Close an element."""
        if self._path.pop() == "event":
            self.rows.append(Row(self.number, self._event))
            self._event = {}

    def doctype(self, *_: object) -> None:
        """Refuse a document type declaration: it is where entities are defined."""
        raise _RefusedError(
            "has a document type declaration (DOCTYPE), which event logs do not need; it is not read"
        )

    def _keep(self, into: dict[str, str], column: str, kind: str, value: str) -> None:
        if column in self._needed and value:
            self.seen.add(column)
            into[column] = value.capitalize() if kind == "boolean" else value


def xes_rows(
    path: Path,
    chunks: Iterable[bytes],
    needed: frozenset[str],
    optional: frozenset[str],
    *,
    max_tag_bytes: int,
) -> Iterator[Row]:
    """Give the events in the order of the file.

    Raises SourceError when it is not well-formed XML, not a log, has a DOCTYPE, a tag over `max_tag_bytes` or a
    trace attribute after an event; at its end, when no event had a column that is needed and not optional.
    """
    handler = _Handler(needed)
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = handler.doctype
    parser.EntityDeclHandler = handler.doctype
    parser.StartElementHandler = handler.start
    parser.EndElementHandler = handler.end
    fed = 0
    try:
        for chunk in chunks:
            for start in range(0, len(chunk), 65_536):
                piece = chunk[start : start + 65_536]
                parser.Parse(piece, False)
                fed += len(piece)
                if fed - parser.CurrentByteIndex > max_tag_bytes:
                    raise _RefusedError(f"has a tag of more than {max_tag_bytes} bytes")
                yield from handler.rows
                handler.rows.clear()
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError, ValueError) as error:  # the latter two: an encoding that is none
        raise SourceError(f"{path}: not well-formed XML: {error}") from error
    except _RefusedError as refused:
        raise SourceError(f"{path}: {refused} (line {parser.CurrentLineNumber})") from refused
    yield from handler.rows
    missing = sorted(needed - optional - handler.seen)
    if handler.number and missing:
        names = ", ".join(repr(name) for name in missing)
        raise SourceError(f"{path}: no event has the column {names}")
