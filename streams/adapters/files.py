"""The one way in: a file's name says how it is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from streams.adapters.chunks import read_chunks
from streams.adapters.csv_rows import csv_rows
from streams.adapters.jsonl import JsonlSource
from streams.adapters.mapped import MappedSource
from streams.adapters.mapping import Mapping
from streams.adapters.record import (
    DEFAULT_MAX_DECOMPRESSED_BYTES,
    DEFAULT_MAX_EVENTS,
    DEFAULT_MAX_LINE_BYTES,
    Source,
    SourceError,
)
from streams.adapters.rows import Row, Unreadable
from streams.adapters.xes_rows import xes_rows
from streams.customs.feeds import CUSTOMS_SUFFIXES


def open_source(
    path: Path,
    mapping: Mapping | None,
    *,
    max_line_bytes: int = DEFAULT_MAX_LINE_BYTES,
    max_decompressed_bytes: int = DEFAULT_MAX_DECOMPRESSED_BYTES,
    max_events: int = DEFAULT_MAX_EVENTS,
) -> Source:
    """Open an event file by its suffix: .jsonl, .jsonl.gz (no mapping), .csv, .xes, .xes.gz (with a mapping).

    A file .customs.jsonl or .customs.jsonl.gz holds raw messages of customs systems instead of events.
    `max_line_bytes` bounds a JSON line (the rest is cut), a CSV line and an XML tag; `max_decompressed_bytes` what a
    .gz file unfolds to; `max_events` the events of one mapped file, which are kept in memory. Raises SourceError when
    the file is not there, has another suffix, needs a mapping, or is a CSV file without a column the mapping needs.
    """
    name = path.name.lower()
    if name.endswith((".jsonl", ".jsonl.gz")):
        return JsonlSource(path, max_line_bytes, max_decompressed_bytes, name.endswith(CUSTOMS_SUFFIXES))
    if not name.endswith((".csv", ".xes", ".xes.gz")):
        raise SourceError(f"{path}: only .jsonl, .jsonl.gz, .csv, .xes and .xes.gz are read")
    if mapping is None:
        raise SourceError(f"{path}: a .csv or .xes file needs a mapping (--mapping FILE)")
    needed, optional, form = mapping.needed, mapping.optional, mapping.spec.csv

    def rows(at: Callable[[int], None]) -> Iterator[Row | Unreadable]:
        chunks = read_chunks(path, max_decompressed_bytes, at)
        if not name.endswith(".csv"):
            return xes_rows(path, chunks, needed, optional, max_tag_bytes=max_line_bytes)
        return csv_rows(
            path,
            chunks,
            needed,
            optional,
            delimiter=form.delimiter,
            encoding=form.encoding,
            max_line_bytes=max_line_bytes,
        )

    source = MappedSource(path, mapping, rows, max_events)
    if name.endswith(".csv"):
        next(
            rows(lambda _: None), None
        )  # a header without a needed column is said now, not when reading begins
    return source
