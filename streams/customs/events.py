"""The events of a raw message: what it repeats of its declaration, and last what it announces (decision 0013)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, Final

import msgspec
from msgspec import UNSET, UnsetType

from streams.core.decode import FUTURE_TOLERANCE_US
from streams.core.identity import keyed_hash, made_id
from streams.core.vocabulary import RejectReason
from streams.customs.catalogue import PREFIXES, REPEATED_RANK, Kind
from streams.customs.messages import CustomsMessage, Items
from streams.customs.moments import OFFSET, Refusal, read_date, read_moment, written

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


class Told(msgspec.Struct, omit_defaults=True, gc=False):
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


def events_of(kind: Kind, message: CustomsMessage[Any], hash_key: bytes | None) -> Iterator[Told]:
    """Give the events of a message. Raises Refusal, with the field, where a value is wrong."""
    direction = _direction(kind, message)
    sent = read_moment(message.sent_date, message.sent_time, "$.sent")
    assert sent is not None
    items, number = message.items, message.declaration_no
    occurrence = 1 + int(number[11])
    at = sent
    for name in items.moments:
        moment = _item(items, name, sent)
        if moment is None:
            continue
        if name == kind.moment:
            at = moment
            continue
        event_type, actor = REPEATED[name]
        if event_type == "REGISTERED":  # the first one, under the number without amendments
            told = _repeated(kind, message, direction, event_type, f"{number[:11]}0", 1)
        else:
            told = _repeated(kind, message, direction, event_type, number, occurrence)
        told.occurred_at, told.actor = written(moment), actor
        yield told
    arrival = getattr(items, "arrival_date", UNSET)
    if arrival is not UNSET:
        day = read_date(arrival, "$.items.arrival_date")
        if day <= sent.date():  # a later one is only expected
            told = _repeated(kind, message, direction, "ARRIVED", number, occurrence)
            told.occurred_at, told.occurred_precision = f"{day.isoformat()}T00:00:00{OFFSET}", "day"
            yield told
    yield _announced(kind, message, at, sent, _attributes(kind, items, direction, hash_key))


def _item(items: Any, name: str, sent: dt.datetime) -> dt.datetime | None:
    """Read a moment of the items, which can't lie ahead of the time of sending (domain, rule 5)."""
    path = f"$.items.{name}"
    moment = read_moment(getattr(items, f"{name}_date"), getattr(items, f"{name}_time"), path)
    if moment is not None and moment - sent > _FUTURE:
        ahead = (moment - sent) // dt.timedelta(seconds=1)
        what = f"{ahead} s ahead of the time of sending, at most 120 s is accepted"
        raise Refusal(RejectReason.FUTURE, what, f"{path}_date` and `{path}_time")
    return moment


def _repeated(
    kind: Kind, message: CustomsMessage[Any], direction: str, event_type: str, number: str, occurrence: int
) -> Told:
    """Begin an event that the message repeats, with nothing of the message in it: told again it is the same event."""
    key, revision = number[:11], REPEATED_RANK + message.revision
    made = made_id(kind.source, key, event_type, occurrence, revision)
    attrs = {"direction": direction}
    return Told(made, 1, kind.source, key, number, event_type, "", attrs, occurrence, revision)


def _announced(
    kind: Kind, message: CustomsMessage[Any], at: dt.datetime, sent: dt.datetime, attrs: dict[str, Any]
) -> Told:
    number, occurrence = message.declaration_no, message.serial
    if kind.source != "VASSCM":  # a passage counts for the declaration, whatever its amendments
        occurrence = 10 * (message.serial - 1) + 1 + int(number[11])
    key, revision = number[:11], kind.rank + message.revision
    return Told(
        event_id=made_id(kind.source, key, kind.event_type, occurrence, revision),
        schema_version=1,
        source=kind.source,
        declaration_key=key,
        declaration_no=number,
        event_type=kind.event_type,
        occurred_at=written(at),
        attrs=attrs,
        occurrence_no=occurrence,
        revision=revision,
        emitted_at=written(sent),
        actor=kind.actor,
        message_code=message.message_code,
        source_partition=message.terminal,
        source_seq=message.sequence,
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
