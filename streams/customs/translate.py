"""From the bytes of one raw message to its events, or to a refusal that names the field.

All or nothing: a message that is wrong anywhere gives no event. Every event goes through the decoder of schema v1, so
one judge has the last word. Nothing is remembered: the same message gives the same events, in whatever company.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, Final

import msgspec
from msgspec import UNSET, UnsetType

from streams.core.decode import DEFAULT_MAX_BYTES, FUTURE_TOLERANCE_US, MAX_DEPTH, decode_event
from streams.core.event import Event, Rejected
from streams.core.identity import keyed_hash, made_id
from streams.core.vocabulary import RejectReason
from streams.customs.catalogue import KINDS, PREFIXES, REPEATED_RANK, Kind
from streams.customs.messages import CustomsMessage, Items
from streams.customs.moments import Refusal, read_date, read_moment, written

REPEATED: Final = {
    "registered": ("REGISTERED", None),
    "correction": ("AMENDED", None),
    "inspection": ("INSPECTION_COMPLETED", "CUSTOMS"),
}
"""The event, and who acted, of each moment that a message repeats."""

_FUTURE: Final = dt.timedelta(microseconds=FUTURE_TOLERANCE_US)
_DIRECTIONS: Final = {prefix: direction for direction, prefix in PREFIXES.items()}
_PLAIN_ATTRS: Final = ("office", "team", "kind", "transport", "hs2", "tax_vnd", "value_usd")
_PERSONAL: Final = (("trader_code", "trader_hash"), ("officer_code", "officer_hash"))
_MAX_DETAIL: Final = 300


class _Told(msgspec.Struct, omit_defaults=True, gc=False):
    """An event of schema v1, as it is handed to the decoder."""

    event_id: str
    schema_version: int
    source: str
    declaration_key: str
    declaration_no: str
    event_type: str
    occurred_at: str
    attrs: dict[str, Any]
    occurrence_no: int = 1
    revision: int = 0
    occurred_precision: str = "second"
    emitted_at: str | None = None
    actor: str | None = None
    message_code: str | None = None
    source_partition: str | UnsetType = UNSET
    source_seq: int | UnsetType = UNSET


class _Head(msgspec.Struct, gc=False):
    """The one field that says how the rest is read."""

    message_code: str


class _OnlyNumber(msgspec.Struct, gc=False):
    declaration_no: str | None = None


_head = msgspec.json.Decoder(_Head)
_only_number = msgspec.json.Decoder(_OnlyNumber)
_plain = msgspec.json.Decoder()
_decoders = {code: kind.decoder() for code, kind in KINDS.items()}
_encode = msgspec.json.Encoder().encode
_UNREADABLE = (msgspec.DecodeError, UnicodeError, RecursionError)


def customs_key(value: bytes) -> bytes | None:
    """Return the Kafka key of a raw message: its declaration_key; None where there is none or it is broken."""
    try:
        number = _only_number.decode(value).declaration_no
        return number[:11].encode() if number else None
    except _UNREADABLE:
        return None


def translate(
    value: bytes | None,
    partition: int = 0,
    offset: int = 0,
    max_bytes: int = DEFAULT_MAX_BYTES,
    hash_key: bytes | None = None,
) -> tuple[Event, ...] | Rejected:
    """Translate one raw message into its events, all of one declaration.

    `partition` and `offset` say where the message was read; its events all have that place. `hash_key` is what personal
    items are hashed with; without one a message that has such an item is refused. Never raises for bad input.
    """
    if not value:
        return Rejected(RejectReason.EMPTY, "the message has no value", value or b"", partition, offset)
    if len(value) > max_bytes:
        detail = f"{len(value)} bytes, at most {max_bytes} are read"
        return Rejected(RejectReason.OVERSIZED, detail, value, partition, offset)
    try:
        kind, message = _read(value)
        told = list(_events(kind, message, hash_key))
    except Refusal as refusal:
        return Rejected(refusal.reason, refusal.detail[:_MAX_DETAIL], value, partition, offset)
    events = []
    for one in told:
        event = decode_event(_encode(one), partition, offset)
        if isinstance(event, Rejected):
            return Rejected(event.reason, event.detail, value, partition, offset)
        events.append(event)
    return tuple(events)


def _read(value: bytes) -> tuple[Kind, CustomsMessage[Any]]:
    """Read a message by its code. Raises Refusal."""
    try:
        code = _head.decode(value).message_code
        kind = KINDS.get(code)
        if kind is not None:
            return kind, _decoders[code].decode(value)
        _plain.decode(value)  # broken and nested too deeply go before unknown
        if value.count(b"[") + value.count(b"{") > MAX_DEPTH:
            raise RecursionError
    except _UNREADABLE as error:
        raise _explained(value, error) from None
    raise Refusal(RejectReason.UNKNOWN_TYPE, f"no message with the code {code[:40]!r}", "$.message_code")


def _explained(value: bytes, error: Exception) -> Refusal:
    """Name the reason of a message that a decoder refused; its text names the field."""
    said = str(error)
    text, there, path = said.rpartition(" - at `")
    field = path.removesuffix("`") if there else "$"
    text = text if there else said
    try:
        content: Any = _plain.decode(value)
    except RecursionError:
        return Refusal(RejectReason.INVALID_VALUE, "far too many objects and arrays", "$")
    except (msgspec.DecodeError, UnicodeError) as broken:
        return Refusal(RejectReason.BROKEN_JSON, str(broken), "$")
    if not isinstance(content, dict):
        return Refusal(RejectReason.NOT_AN_OBJECT, "the message is JSON, but not an object", "$")
    if isinstance(error, RecursionError):
        return Refusal(RejectReason.INVALID_VALUE, "far too many objects and arrays", "$")
    for start, reason in (
        ("Object contains unknown field", RejectReason.INVALID_VALUE),
        ("Object missing required field", RejectReason.MISSING_FIELD),
    ):
        if text.startswith(start):
            return Refusal(reason, start, f"{field}.{text[len(start) :].strip(' `')[:60]}")
    if ", got " in text and not text.startswith("Invalid enum value"):
        return Refusal(RejectReason.WRONG_TYPE, text, field)
    return Refusal(RejectReason.INVALID_VALUE, text, field)


def _events(kind: Kind, message: CustomsMessage[Any], hash_key: bytes | None) -> Iterator[_Told]:
    """Give what a message repeats, then what it announces. Raises Refusal."""
    number, items = message.declaration_no, message.items
    direction = _direction(kind, message)
    key, digit = number[:11], int(number[11])
    sent = read_moment(message.sent_date, message.sent_time, "$.sent")
    assert sent is not None
    at = sent

    def repeated(event_type: str, of: str, number: str, occurrence: int) -> _Told:
        # Nothing of the message itself is in it: told again by another message it is the same event.
        revision = REPEATED_RANK + message.revision
        made = made_id(kind.source, key, event_type, occurrence, revision)
        told = _Told(made, 1, kind.source, key, number, event_type, of, {"direction": direction})
        told.occurrence_no, told.revision = occurrence, revision
        return told

    for name in items.moments:
        path = f"$.items.{name}"
        moment = read_moment(getattr(items, f"{name}_date"), getattr(items, f"{name}_time"), path)
        if moment is None:
            continue
        if moment - sent > _FUTURE:
            ahead = (moment - sent) // dt.timedelta(seconds=1)
            what = f"{ahead} s ahead of the time of sending, at most 120 s is accepted"
            raise Refusal(RejectReason.FUTURE, what, f"{path}_date` and `{path}_time")
        if name == kind.moment:
            at = moment
            continue
        event_type, actor = REPEATED[name]
        if event_type == "REGISTERED":  # the first one, under the number without amendments
            told = repeated(event_type, written(moment), f"{key}0", 1)
        else:
            told = repeated(event_type, written(moment), number, 1 + digit)
        told.actor = actor
        yield told

    arrival = getattr(items, "arrival_date", UNSET)
    if arrival is not UNSET:
        day = read_date(arrival, "$.items.arrival_date")
        if day <= sent.date():  # a later one is only expected
            told = repeated("ARRIVED", f"{day.isoformat()}T00:00:00+07:00", number, 1 + digit)
            told.occurred_precision = "day"
            yield told

    occurrence = message.serial
    if kind.source != "VASSCM":  # a passage counts for the declaration, whatever its amendments
        occurrence = 10 * (message.serial - 1) + 1 + digit
    revision = kind.rank + message.revision
    yield _Told(
        made_id(kind.source, key, kind.event_type, occurrence, revision),
        1,
        kind.source,
        key,
        number,
        kind.event_type,
        written(at),
        _attributes(kind, items, direction, hash_key),
        occurrence,
        revision,
        "second",
        written(sent),
        kind.actor,
        message.message_code,
        message.terminal,
        message.sequence,
    )


def _direction(kind: Kind, message: CustomsMessage[Any]) -> str:
    found = _DIRECTIONS.get(message.declaration_no[:2])
    if found is None:
        what = "a declaration number begins with 10 (import) or 30 (export)"
        raise Refusal(RejectReason.INVALID_VALUE, what, "$.declaration_no")
    if kind.direction is not None and found != kind.direction:
        what = f"{message.message_code} is about an {kind.direction}: its number begins with"
        raise Refusal(RejectReason.INVALID_VALUE, f"{what} {PREFIXES[kind.direction]}", "$.declaration_no")
    return found


def _attributes(kind: Kind, items: Any, direction: str, hash_key: bytes | None) -> dict[str, Any]:
    """Return what the message says of its declaration, persons and companies only as keyed hashes."""
    found: dict[str, Any] = {"direction": direction}
    if kind.channel is not None:
        found["channel"] = kind.channel
    if not isinstance(items, Items):
        return found
    for name in _PLAIN_ATTRS:
        said = getattr(items, name)
        if said is not UNSET:
            found[name] = said
    for item, attr in _PERSONAL:
        text = getattr(items, item)
        if text is UNSET:
            continue
        if hash_key is None:
            what = "personal, and there is no key to hash it with: set RELEASE_MONITOR_HASH_KEY"
            raise Refusal(RejectReason.INVALID_VALUE, what, f"$.items.{item}")
        found[attr] = keyed_hash(hash_key, text)
    return found
