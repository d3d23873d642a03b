"""A mapping file, read, checked and compiled: everything that can be wrong with it is said before a file is read."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from pathlib import Path

import msgspec

from streams.adapters.attributes import PERSONAL, attributes, value_reader, written_values
from streams.adapters.conditions import row_test, text_test
from streams.adapters.messages import Body, Draft, Emit, Fields, Rule, drafts
from streams.adapters.rows import Row
from streams.adapters.spec import (
    AttrSpec,
    ColumnSpec,
    ConditionSpec,
    EmitSpec,
    MappingSpec,
    RuleSpec,
    TimeSpec,
)
from streams.adapters.times import TimeReader
from streams.core.decode import decode_event
from streams.core.event import Rejected
from streams.core.vocabulary import EVENT_TYPES
from streams.strict_yaml import YamlFileError, read_yaml


class MappingError(Exception):
    """A mapping file is wrong. The text is one line: the file, the place in it, and what is wrong there."""


class Mapping:
    """A compiled mapping. `needed` are the columns it reads, `optional` those of them that a file may lack."""

    def __init__(self, spec: MappingSpec, fields: Fields, rules: tuple[Rule, ...]) -> None:
        self.spec = spec
        self._fields = fields
        self._rules = rules
        columns = dict(_columns(spec))
        self.needed = frozenset(columns)
        self.optional = frozenset(name for name, optional in columns.items() if optional)

    def keeps(self, row: Row) -> bool:
        """Say whether the lifecycle filter lets a row through."""
        wanted = self.spec.lifecycle
        return wanted is None or row.values.get(wanted.column) in wanted.keep

    def drafts(self, row: Row) -> list[Draft] | None:
        """Return the events a row becomes, in the order of the rules; None when no rule matches."""
        return drafts(row, self._rules, self._fields)


def load_mapping(path: Path, *, hash_key: bytes | None = None) -> Mapping:
    """Read and check a mapping file.

    `hash_key` is the secret for columns with `personal: hash`, at least 16 bytes. Raises MappingError, one line with
    the file, the place in it and what is wrong.
    """
    try:
        spec = msgspec.convert(read_yaml(path), MappingSpec)
    except YamlFileError as error:
        raise MappingError(str(error)) from error
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at `$")
        place = where.strip("`.") or "top level"
        hint = " (put it in quotes)" if what.startswith("Expected `str") and ", got `" in what else ""
        raise MappingError(f"{path}: {place}: {what}{hint}") from error
    try:
        return _compile(spec, hash_key)
    except _WrongError as error:
        raise MappingError(f"{path}: {error.place}: {error.what}") from error


class _WrongError(Exception):
    """Something in the mapping is wrong at a place."""

    def __init__(self, place: str, what: object) -> None:
        super().__init__(place, what)
        self.place = place
        self.what = str(what)


def _compile(spec: MappingSpec, hash_key: bytes | None) -> Mapping:
    fields = Fields(
        key=spec.declaration_key or ColumnSpec(spec.case),
        time=_time("time", spec.time),
        time_column=spec.time.column,
        emitted=None if spec.emitted_at is None else _time("emitted_at", spec.emitted_at),
        emitted_column="" if spec.emitted_at is None else spec.emitted_at.column,
        event_id=spec.event_id,
        declaration_no=spec.declaration_no,
        source_partition=spec.source_partition,
        source_seq=spec.source_seq,
        is_backfill=spec.is_backfill,
    )
    rules = tuple(_rule(f"events[{i}]", rule, spec, hash_key) for i, rule in enumerate(spec.events))
    return Mapping(spec, fields, rules)


def _time(place: str, spec: TimeSpec) -> TimeReader:
    try:
        return TimeReader(spec)
    except ValueError as error:
        raise _WrongError(place, error) from error


def _rule(place: str, rule: RuleSpec, spec: MappingSpec, hash_key: bytes | None) -> Rule:
    when, tests = rule.when, []
    try:
        if when.activity is not None:
            activity, column = text_test(when.activity), spec.activity
            tests.append(lambda values: activity(values.get(column)))
    except ValueError as error:
        raise _WrongError(f"{place}.when.activity", error) from error
    for i, condition in enumerate(when.where):
        try:
            tests.append(row_test(condition))
        except ValueError as error:
            raise _WrongError(f"{place}.when.where[{i}]", error) from error
    if not tests:
        raise _WrongError(f"{place}.when", "give an activity or a condition in where")
    emit = tuple(_emit(f"{place}.emit[{i}]", item, spec, hash_key) for i, item in enumerate(rule.emit))
    return Rule(tuple(tests), emit)


def _emit(place: str, emit: EmitSpec, spec: MappingSpec, hash_key: bytes | None) -> Emit:
    if emit.type not in EVENT_TYPES:
        close = difflib.get_close_matches(emit.type, EVENT_TYPES, 1)
        hint = f"; is it {close[0]}?" if close else ""
        raise _WrongError(f"{place}.type", f"{emit.type!r} is no event type of schema v1{hint}")
    own = attributes(emit.attrs)
    placed = {name: ("attrs", attr) for name, attr in attributes(spec.attrs).items()}
    placed |= {name: (f"{place}.attrs", attr) for name, attr in own.items()}
    readers = []
    for name, (where, attr) in placed.items():
        try:
            reader = value_reader(name, attr, hash_key)
        except ValueError as error:
            raise _WrongError(f"{where}.{name}", error) from error
        if reader is not None:
            readers.append((name, reader))
        _check_written(f"{where}.{name}", name, attr)
    _check(place, Body("second", "SYSTEM", False, message_code=emit.message_code))
    return Emit(
        emit.type,
        emit.actor or spec.actor,
        emit.clock or spec.clock,
        emit.occurred_precision or spec.occurred_precision,
        emit.message_code,
        tuple(readers),
    )


def _check_written(place: str, name: str, attr: AttrSpec) -> None:
    for value in written_values(attr):
        _check(place, Body("second", "SYSTEM", False, attrs={name: value}))
    if name in PERSONAL and attr.constant is not None and not isinstance(attr.constant, str):
        raise _WrongError(place, "a hash is a text")


def _check(place: str, body: Body) -> None:
    """Let the decoder itself judge what the mapping file writes into messages."""
    body.occurred_at = "2000-01-01T00:00:00Z"
    sample = {
        "event_id": "x",
        "schema_version": 1,
        "source": "SIM",
        "declaration_key": "x",
        "event_type": "CLEARED",
    }
    try:
        message = msgspec.json.encode(sample | msgspec.to_builtins(body))
    except (UnicodeEncodeError, OverflowError, msgspec.MsgspecError) as error:
        raise _WrongError(place, f"not writable as JSON: {error}") from error
    verdict = decode_event(message)
    if isinstance(verdict, Rejected):
        raise _WrongError(
            place, f"every such event would be rejected: {verdict.detail.partition(' - at ')[0]}"
        )


def _columns(spec: MappingSpec) -> Iterator[tuple[str, bool]]:
    """Give each column that is read and whether a file may lack it; a column needed once is needed."""
    wanted: dict[str, bool] = {spec.case: False, spec.activity: False}
    sources: list[ColumnSpec | TimeSpec | ConditionSpec | AttrSpec | None] = [
        spec.time,
        spec.emitted_at,
        spec.event_id,
        spec.declaration_key,
        spec.declaration_no,
        spec.source_partition,
        spec.source_seq,
        *attributes(spec.attrs).values(),
    ]
    for rule in spec.events:
        sources += rule.when.where
        for emit in rule.emit:
            sources += attributes(emit.attrs).values()
    for source in sources:
        if source is None or source.column is None:
            continue
        if isinstance(source, AttrSpec) and source.personal == "drop":
            continue
        wanted[source.column] = wanted.get(source.column, True) and source.optional
    if spec.lifecycle is not None:
        wanted[spec.lifecycle.column] = False
    yield from wanted.items()
