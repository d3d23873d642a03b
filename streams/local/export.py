"""Writes the stored declarations as an event log: the whole file, or none."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import IO, cast

from streams.adapters.xes_writer import LOG_END, Attributes, log_start, trace
from streams.local.exported import of_case, of_event
from streams.store.cases import StoredCases


def export_log(
    path: Path, cases: StoredCases, about: Attributes, progress: Callable[[int], None] = lambda _: None
) -> tuple[int, int]:
    """Write the declarations to `path`, gzip where its name ends in .gz; return how many, and how many events.

    `about` are attributes of the log itself. `progress` gets the number of declarations written so far. The same
    declarations give the same bytes. Raises OSError where the file can't be written; then nothing is left of it, and
    what stood under its name before is untouched.
    """
    done = events = 0
    with _whole(path) as file:
        file.write(log_start(about))
        for case in cases:
            file.write(
                trace(of_case(case), (of_event(place, told) for place, told in enumerate(case.events, 1)))
            )
            done += 1
            events += len(case.events)
            progress(done)
        file.write(LOG_END)
    return done, events


@contextmanager
def _whole(path: Path) -> Iterator[TextIOWrapper]:
    """Open a file to write under another name beside it, and give it its name when all is on the disk."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        with partial.open("wb") as raw:
            packed = path.name.lower().endswith(".gz")
            # No name and no time in the head of the file: equal logs are equal bytes.
            binary = gzip.GzipFile("", "wb", 6, raw, mtime=0) if packed else raw
            with TextIOWrapper(cast(IO[bytes], binary), encoding="utf-8", newline="\n") as text:
                yield text
                text.flush()
                if packed:
                    binary.close()
                raw.flush()
                os.fsync(raw.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
