"""From the bytes of one input message to an event, or to a refusal with one fixed reason.

The fast path is two compiled decoders and few looks at what they found; only a message that fails is looked at again,
to name its reason.

Agrees with `schemas/declaration-event.v1.schema.json`; a test holds the two together.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Final, Literal

import msgspec

from streams.core.event import (
    ATTRIBUTES,
    Actor,
    Attrs,
    Clock,
    Direction,
    Event,
    Precision,
    Rejected,
    Source,
)
from streams.core.vocabulary import EVENT_TYPES, LIFECYCLE_RANK, RejectReason

DEFAULT_MAX_BYTES: Final = 65_536
FUTURE_TOLERANCE_US: Final = 120_000_000
"""How far occurred_at may be ahead of emitted_at (domain, rule 5): two minutes."""

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_DAY_US: Final = 86_400_000_000
_FIRST_US: Final = 0  # 1970-01-01T00:00:00Z
END_US: Final = 7_258_118_400_000_000
"""2200-01-01T00:00:00Z: an instant is before it."""

MAX_DEPTH: Final = 300
"""How deep objects and arrays may be nested, the message itself being level 1.

Python's decoders stop at a depth that depends on who calls them; a message must not be good here and refused there.
"""

Instant = Annotated[dt.datetime, msgspec.Meta(tz=True)]
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
_OFFICE: Final = r"^[0-9A-Z]{4}\Z"
_KIND: Final = r"^[0-9A-Z]{1,8}\Z"
_HS2: Final = r"^[0-9]{2}\Z"
_NUMBER: Final = r"^[0-9]{12}\Z"
Amount = Annotated[int, msgspec.Meta(ge=0, le=10**15)] | Annotated[float, msgspec.Meta(ge=0, le=1e15)]


class _QuickAttrs(msgspec.Struct):
    """`attrs` as it is checked on the wire, all but the patterns; names not listed here are let through and kept."""

    direction: Direction | None = None
    office: str | None = None
    team: Text | None = None
    kind: str | None = None
    transport: Literal[1, 2, 3, 4, 5, 6, 9] | None = None
    channel: Literal[1, 2, 3] | None = None
    hs2: str | None = None
    trader_hash: Text | None = None
    officer_hash: Text | None = None
    tax_vnd: Amount | None = None
    value_usd: Amount | None = None
    replaces: Text | None = None


class _Quick(msgspec.Struct):
    """Schema v1 as it is checked on the wire, all but the patterns, which cost more than all the rest."""

    event_id: Text
    schema_version: int
    source: Source
    declaration_key: Text
    event_type: Text
    occurred_at: Instant
    source_partition: Text | None = None
    source_seq: Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)] | None = None
    declaration_no: str | None = None
    occurrence_no: Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)] = 1
    revision: Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)] = 0
    op: Literal["ASSERT", "RETRACT"] = "ASSERT"
    occurred_precision: Precision = "second"
    clock: Clock = "SYSTEM"
    emitted_at: Instant | None = None
    is_backfill: bool = False
    actor: Actor | None = None
    message_code: Text | None = None
    attrs: _QuickAttrs | None = None


class _WireAttrs(_QuickAttrs):
    """`attrs` with its patterns."""

    office: Annotated[str, msgspec.Meta(pattern=_OFFICE)] | None = None
    kind: Annotated[str, msgspec.Meta(pattern=_KIND)] | None = None
    hs2: Annotated[str, msgspec.Meta(pattern=_HS2)] | None = None


class _Wire(_Quick):
    """Schema v1 with its patterns: what refuses a message, and says why."""

    declaration_no: Annotated[str, msgspec.Meta(pattern=_NUMBER)] | None = None
    attrs: _WireAttrs | None = None


_offices: Final[set[str | None]] = {None}
_kinds: Final[set[str | None]] = {None}
_chapters: Final[set[str | None]] = {None}
"""Texts that are known to match their pattern: there are few of them, and they come again and again."""

_MOST_CODES: Final = 10_000


_MAY_BE_DEEP: Final = 2 * MAX_DEPTH + 130
"""Below this many bytes no message with every field that it must have can be nested too deeply."""

_TOO_DEEP: Final = f"objects and arrays are nested more than {MAX_DEPTH} deep"

_SAYS_NUMBER: Final = 1 << ATTRIBUTES.index("declaration_no")

_quick = msgspec.json.Decoder(_Quick)
_wire = msgspec.json.Decoder(_Wire)
_plain = msgspec.json.Decoder()
_sorted = msgspec.json.Encoder(order="sorted")


def decode_event(
    value: bytes | None, partition: int = 0, offset: int = 0, max_bytes: int = DEFAULT_MAX_BYTES
) -> Event | Rejected:
    """Decode one input message.

    `value` is the message as it came, `partition` and `offset` where it was read. Never raises for bad input: what is
    not a valid event comes back as `Rejected` with its reason and its whole payload.
    """
    if not value:
        return Rejected(RejectReason.EMPTY, "the message has no value", value or b"", partition, offset)
    if len(value) > max_bytes:
        detail = f"{len(value)} bytes, at most {max_bytes} are read"
        return Rejected(RejectReason.OVERSIZED, detail, value, partition, offset)
    try:
        wire = _quick.decode(value)
        content = _plain.decode(value)
        a, number = wire.attrs, wire.declaration_no
        if (a is not None and not (a.office in _offices and a.kind in _kinds and a.hs2 in _chapters)) or not (
            number is None or (len(number) == 12 and number.isascii() and number.isdigit())
        ):
            _wire.decode(value)  # refuses it in the words of the schema
            _remember(a)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        reason, detail = explain(value, error)
        return Rejected(reason, detail, value, partition, offset)

    since = wire.occurred_at - _EPOCH
    occurred_us = since.days * _DAY_US + since.seconds * 1_000_000 + since.microseconds
    emitted_us = None
    if wire.emitted_at is not None:
        since = wire.emitted_at - wire.occurred_at  # of one offset as a rule: quicker than from the epoch
        emitted_us = occurred_us + since.days * _DAY_US + since.seconds * 1_000_000 + since.microseconds
    rank = LIFECYCLE_RANK.get(wire.event_type, -1)
    refusal = None
    if (
        wire.schema_version != 1
        or rank < 0
        or not _FIRST_US <= occurred_us < END_US
        or (
            emitted_us is not None
            and not (occurred_us - FUTURE_TOLERANCE_US <= emitted_us < END_US and emitted_us >= _FIRST_US)
        )
    ):
        refusal = _refusal(wire, rank, occurred_us, emitted_us)
    if refusal is None and len(value) > _MAY_BE_DEEP and _too_deep(value, content):
        refusal = RejectReason.INVALID_VALUE, _TOO_DEEP
    if refusal is not None:
        return Rejected(refusal[0], refusal[1], value, partition, offset)

    content.pop("ingested_at", None)  # ours, never the sender's
    canonical = _sorted.encode(content)
    attrs = None
    says = 0 if wire.declaration_no is None else _SAYS_NUMBER
    if a is not None:
        direction, office, kind, channel = a.direction, a.office, a.kind, a.channel
        tax_vnd, value_usd, replaces, transport = a.tax_vnd, a.value_usd, a.replaces, a.transport
        of_attrs = (
            (direction is not None) << 1
            | (office is not None) << 2
            | (kind is not None) << 3
            | (tax_vnd is not None) << 4
            | (value_usd is not None) << 5
            | (replaces is not None) << 6
            | (transport is not None) << 7
        )
        if of_attrs or channel is not None:
            attrs = Attrs(direction, office, kind, tax_vnd, value_usd, replaces, channel, transport)
            says |= of_attrs
    return Event(
        wire.event_id,
        wire.source,
        wire.declaration_key,
        EVENT_TYPES[rank],
        rank,
        wire.occurrence_no,
        wire.revision,
        wire.op == "RETRACT",
        occurred_us,
        wire.occurred_precision,
        emitted_us,
        wire.source_seq,
        wire.is_backfill,
        attrs,
        canonical,
        partition,
        offset,
        wire.source_partition,
        wire.declaration_no,
        wire.clock,
        wire.actor,
        wire.message_code,
        says,
    )


def _remember(attrs: _QuickAttrs | None) -> None:
    """Remember the codes of attributes that have just passed their patterns."""
    if attrs is not None:
        for known, code in ((_offices, attrs.office), (_kinds, attrs.kind), (_chapters, attrs.hs2)):
            if len(known) < _MOST_CODES:
                known.add(code)


def _refusal(
    wire: _Quick, rank: int, occurred_us: int, emitted_us: int | None
) -> tuple[RejectReason, str] | None:
    """Find what is wrong with a message whose every field is well-formed by itself."""
    if wire.schema_version != 1:
        return RejectReason.UNSUPPORTED_VERSION, f"schema_version {wire.schema_version}, this reader knows 1"
    if rank < 0:
        return RejectReason.UNKNOWN_TYPE, f"event_type {wire.event_type!r} is not in schema v1"
    for name, instant in (("occurred_at", occurred_us), ("emitted_at", emitted_us)):
        if instant is not None and not _FIRST_US <= instant < END_US:
            return RejectReason.INVALID_TIME, f"{name} lies outside the years 1970 to 2199"
    if emitted_us is not None and occurred_us > emitted_us + FUTURE_TOLERANCE_US:
        ahead = (occurred_us - emitted_us) // 1_000_000
        return RejectReason.FUTURE, f"occurred_at is {ahead} s ahead of emitted_at, at most 120 s is accepted"
    return None


def _too_deep(value: bytes, content: Any) -> bool:
    """Say whether the message is nested more than MAX_DEPTH deep; quick where it has few brackets at all."""
    if value.count(b"[") + value.count(b"{") <= MAX_DEPTH:
        return False
    level = [content]
    for _ in range(MAX_DEPTH):
        inside: list[Any] = []
        for one in level:
            inside.extend(one.values() if isinstance(one, dict) else one)
        level = [one for one in inside if isinstance(one, (dict, list))]
        if not level:
            return False
    return True


def explain(value: bytes, error: Exception) -> tuple[RejectReason, str]:
    """Name the reason of a message that a strict decoder refused with this error, and say what is wrong with it."""
    text = str(error)
    try:
        content: Any = _plain.decode(value)
    except RecursionError:
        return RejectReason.INVALID_VALUE, _TOO_DEEP
    except (msgspec.DecodeError, UnicodeDecodeError) as broken:
        return RejectReason.BROKEN_JSON, str(broken)
    if not isinstance(content, dict):
        return RejectReason.NOT_AN_OBJECT, "the message is JSON, but not an object"
    version = content.get("schema_version")
    if isinstance(version, int) and not isinstance(version, bool) and version != 1:
        return RejectReason.UNSUPPORTED_VERSION, f"schema_version {version}, this reader knows 1"
    if text.startswith(
        ("Invalid enum value", "Object contains unknown field")
    ):  # repeat what the sender wrote
        return RejectReason.INVALID_VALUE, text
    if "missing required field" in text:
        return RejectReason.MISSING_FIELD, text
    if "timezone component" in text:
        return RejectReason.NO_OFFSET, text
    if "RFC3339" in text:
        return RejectReason.INVALID_TIME, text
    if ", got " in text:
        return RejectReason.WRONG_TYPE, text
    return RejectReason.INVALID_VALUE, text
