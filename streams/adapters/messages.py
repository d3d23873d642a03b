"""Rules compiled to code: what messages a row becomes, all but their occurrence number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from streams.adapters.attributes import ValueReader
from streams.adapters.conditions import RowTest
from streams.adapters.rows import Row
from streams.adapters.spec import ColumnSpec, Scalar
from streams.adapters.times import Reading, TimeReader

NO_INSTANT: Final = 2**63
"""Stands for the instant of a time that could not be read: after all others."""


class Draft(msgspec.Struct, frozen=True, gc=False):
    """One event before it is numbered.

    `instant` is microseconds since the epoch or NO_INSTANT, `row` the number of the row, `event_id` what the source
    calls the event, None where it has no id. `body` is the rest of the message as a JSON object.
    """

    instant: int
    row: int
    key: str | None
    event_type: str
    event_id: str | None
    body: bytes


class Body(msgspec.Struct, omit_defaults=True, gc=False):
    """The fields of schema v1 that do not depend on the other rows; absent is left out."""

    occurred_precision: str
    clock: str
    is_backfill: bool
    occurred_at: str | None = None
    emitted_at: str | None = None
    declaration_no: str | None = None
    source_partition: str | None = None
    source_seq: Scalar | None = None
    actor: str | None = None
    message_code: str | None = None
    attrs: dict[str, Scalar] | None = None


class Emit(msgspec.Struct, frozen=True):
    """One event of a rule: its type, its constants, and how its attributes are read."""

    event_type: str
    actor: str | None
    clock: str
    occurred_precision: str
    message_code: str | None
    attrs: tuple[tuple[str, ValueReader], ...]


class Rule(msgspec.Struct, frozen=True):
    """What must hold for a row, and the events it then becomes."""

    tests: tuple[RowTest, ...]
    emit: tuple[Emit, ...]


class Fields(msgspec.Struct, frozen=True):
    """Where the fields are read that all events of a row share."""

    key: ColumnSpec
    time: TimeReader
    time_column: str
    emitted: TimeReader | None
    emitted_column: str
    event_id: ColumnSpec | None
    declaration_no: ColumnSpec | None
    source_partition: ColumnSpec | None
    source_seq: ColumnSpec | None
    is_backfill: bool


_encode = msgspec.json.Encoder().encode
_ABSENT = Reading("", None, False)


def drafts(row: Row, rules: tuple[Rule, ...], fields: Fields) -> list[Draft] | None:
    """Return the events of one row in the order of the rules, None when no rule matches it."""
    values = row.values
    emits = [emit for rule in rules if all(test(values) for test in rule.tests) for emit in rule.emit]
    if not emits:
        return None
    stated = values.get(fields.time_column)
    time = _ABSENT if stated is None else fields.time.read(stated)
    emitted = None if fields.emitted is None else values.get(fields.emitted_column)
    body = Body("", "", fields.is_backfill)
    body.occurred_at = None if stated is None else time.text
    body.emitted_at = None if emitted is None or fields.emitted is None else fields.emitted.read(emitted).text
    body.declaration_no = column_text(fields.declaration_no, values)
    body.source_partition = column_text(fields.source_partition, values)
    body.source_seq = _sequence(column_text(fields.source_seq, values))
    instant = NO_INSTANT if time.instant is None else time.instant
    key = column_text(fields.key, values)
    row_id = column_text(fields.event_id, values)
    found = []
    for place, emit in enumerate(emits):
        body.occurred_precision = "day" if time.day_only else emit.occurred_precision
        body.clock, body.actor, body.message_code = emit.clock, emit.actor, emit.message_code
        read = ((name, reader(values)) for name, reader in emit.attrs)
        body.attrs = {name: value for name, value in read if value is not None} or None
        # The row's id is one event's: a row that becomes several gives the later ones their own.
        event_id = row_id if row_id is None or place == 0 else f"{row_id}/{place + 1}"
        found.append(Draft(instant, row.number, key, emit.event_type, event_id, _encode(body)))
    return found


def column_text(spec: ColumnSpec | None, values: Mapping[str, str]) -> str | None:
    """Return what a column says, None where there is nothing."""
    text = None if spec is None else values.get(spec.column)
    return None if spec is None or text is None else text[: spec.first]


def _sequence(text: str | None) -> Scalar | None:
    """Return a sequence number, or the text that is none, for the decoder to judge."""
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 19 else text
