"""Event logs through a mapping: all matching events are collected, put in order of time, numbered, and given."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from operator import attrgetter
from pathlib import Path
from typing import Final

import msgspec

from streams.adapters.mapping import Mapping
from streams.adapters.messages import Draft
from streams.adapters.record import Source, SourceError, SourceRecord
from streams.adapters.rows import Row, Unreadable
from streams.core.identity import made_id

OTHER_ACTIVITIES: Final = "(other activities)"
_MAX_ACTIVITIES: Final = 1_000
_MAX_ACTIVITY_CHARACTERS: Final = 200

_encode = msgspec.json.Encoder().encode


class _Head(msgspec.Struct, omit_defaults=True, gc=False):
    """The fields of a message that identify it."""

    event_id: str
    schema_version: int
    source: str
    event_type: str
    occurrence_no: int
    revision: int
    op: str
    declaration_key: str | None = None


class MappedSource(Source):
    """Reads an event log in one pass and gives its events in order of time, then row, then rule.

    Memory: one compact record with the ready message body for each event, measured at 0.4 kB an event without
    attributes, at most `max_events` of them; rows that become no event cost nothing. Rows that can't be read are
    given at once, before the ordered ones; events whose time can't be read come last.
    """

    def __init__(
        self,
        path: Path,
        mapping: Mapping,
        rows: Callable[[Callable[[int], None]], Iterator[Row | Unreadable]],
        max_events: int,
    ) -> None:
        super().__init__(path)
        self._mapping = mapping
        self._rows = rows
        self._max_events = max_events

    def __iter__(self) -> Iterator[SourceRecord]:
        """Give the records. Raises SourceError when the file can't be read or has more than `max_events` events."""
        self.total = None
        self.bytes_read = self.filtered = 0
        self.skipped.clear()
        given = 0
        found: list[Draft] = []
        for row in self._rows(self._at):
            if isinstance(row, Unreadable):
                given += 1
                yield SourceRecord(row.number, None, row.raw)
            else:
                self._collect(row, found)
        self.total = given + len(found)
        found.sort(key=attrgetter("instant"))  # stable: rows of one instant stay as they are in the file
        found.reverse()
        yield from self._numbered(found)

    def _collect(self, row: Row, found: list[Draft]) -> None:
        if not self._mapping.keeps(row):
            self.filtered += 1
            return
        events = self._mapping.drafts(row)
        if events is None:
            _count(self.skipped, row.values.get(self._mapping.spec.activity, ""))
            return
        found += events
        if len(found) > self._max_events:
            raise SourceError(
                f"{self.path}: more than {self._max_events} events in one file; split it by time"
            )

    def _numbered(self, found: list[Draft]) -> Iterator[SourceRecord]:
        """Number within declaration and event type and give the messages, freeing each; `found` is last first.

        An event that the source gives twice under one id is one occurrence and keeps its number.
        """
        source = self._mapping.spec.source
        latest: Counter[tuple[str | None, str]] = Counter()
        by_id: dict[tuple[str | None, str, str], int] = {}
        while found:
            draft = found.pop()
            key, event_type = draft.key, draft.event_type
            number = None if draft.event_id is None else by_id.get((key, event_type, draft.event_id))
            if number is None:
                number = latest[key, event_type] = latest[key, event_type] + 1
                if draft.event_id is not None:
                    by_id[key, event_type, draft.event_id] = number
            event_id = draft.event_id or made_id(source, key, event_type, number)
            head = _encode(_Head(event_id, 1, source, event_type, number, 0, "ASSERT", key))
            value = head[:-1] + b"," + draft.body[1:]
            yield SourceRecord(draft.row, None if key is None else key.encode(), value)

    def _at(self, position: int) -> None:
        self.bytes_read = position


def _count(counts: Counter[str], activity: str) -> None:
    """Count a row by activity, in bounded memory whatever the file says."""
    name = activity[:_MAX_ACTIVITY_CHARACTERS]
    counts[name if name in counts or len(counts) < _MAX_ACTIVITIES else OTHER_ACTIVITIES] += 1
