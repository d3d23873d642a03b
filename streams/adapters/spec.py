"""The mapping format as types: what a mapping file may say (docs/reference/mapping.md explains each field)."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

Source = Literal["VNACCS", "VCIS", "ECUSTOMS5", "VASSCM", "ETAX", "NSW", "PAPER", "SIM", "OTHER"]
Precision = Literal["second", "minute", "day"]
Clock = Literal["SYSTEM", "OFFICER"]
Actor = Literal["CUSTOMS", "DECLARANT", "SYSTEM", "OGA", "PORT", "BANK"]
Encoding = Literal["utf-8", "windows-1252", "windows-1258", "iso-8859-1"]
Scalar = str | int | float | bool
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=256)]


class CsvSpec(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """How a CSV file is written."""

    delimiter: Literal[",", ";", "|", "\t"] = ","
    encoding: Encoding = "utf-8"


class TimeSpec(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A column with times: `iso`, or a strptime format; `zone` is for times without an offset."""

    column: Name
    format: Name = "iso"
    zone: Name | None = None
    optional: bool = False


class ColumnSpec(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A column with text: the whole or its `first` characters. `optional`: the file may lack the column."""

    column: Name
    first: Annotated[int, msgspec.Meta(ge=1)] | None = None
    optional: bool = False


class LifecycleSpec(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Only rows with one of these values are looked at."""

    column: Name
    keep: Annotated[list[str], msgspec.Meta(min_length=1)]


class TestSpec(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A test of a text; exactly one of the fields is given."""

    is_: str | None = msgspec.field(default=None, name="is")
    one_of: list[str] | None = None
    prefix: Name | None = None
    regex: Name | None = None
    absent: bool | None = None


class ConditionSpec(TestSpec, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """A test of a column."""

    column: Name
    optional: bool = False


class AttrSpec(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Where an attribute's value comes from: a constant, or a column and what is done to it."""

    constant: Scalar | None = None
    column: Name | None = None
    first: Annotated[int, msgspec.Meta(ge=1)] | None = None
    values: dict[str, Scalar] | None = None
    otherwise: Literal["keep", "drop"] = "keep"
    default: Scalar | None = None
    personal: Literal["hash", "drop"] | None = None
    optional: bool = False


class AttrsSpec(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The attributes of the event contract."""

    direction: AttrSpec | None = None
    office: AttrSpec | None = None
    team: AttrSpec | None = None
    kind: AttrSpec | None = None
    transport: AttrSpec | None = None
    channel: AttrSpec | None = None
    hs2: AttrSpec | None = None
    trader_hash: AttrSpec | None = None
    officer_hash: AttrSpec | None = None
    priority: AttrSpec | None = None
    oga: AttrSpec | None = None
    tax_vnd: AttrSpec | None = None
    value_usd: AttrSpec | None = None
    replaces: AttrSpec | None = None


class WhenSpec(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Which rows a rule is for: all that is given must hold."""

    activity: str | TestSpec | None = None
    where: list[ConditionSpec] = []


class EmitSpec(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """One event that a matching row becomes."""

    type: Name
    actor: Actor | None = None
    clock: Clock | None = None
    occurred_precision: Precision | None = None
    message_code: Name | None = None
    attrs: AttrsSpec = AttrsSpec()


class RuleSpec(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Rows of one kind and the events they become, in this order."""

    when: WhenSpec
    emit: Annotated[list[EmitSpec], msgspec.Meta(min_length=1)]


class MappingSpec(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A mapping file."""

    mapping: Literal[1]
    source: Source
    case: Name
    activity: Name
    time: TimeSpec
    events: Annotated[list[RuleSpec], msgspec.Meta(min_length=1)]
    csv: CsvSpec = CsvSpec()
    lifecycle: LifecycleSpec | None = None
    event_id: ColumnSpec | None = None
    declaration_key: ColumnSpec | None = None
    declaration_no: ColumnSpec | None = None
    source_partition: ColumnSpec | None = None
    source_seq: ColumnSpec | None = None
    emitted_at: TimeSpec | None = None
    occurred_precision: Precision = "second"
    clock: Clock = "SYSTEM"
    actor: Actor | None = None
    is_backfill: bool = False
    attrs: AttrsSpec = AttrsSpec()
