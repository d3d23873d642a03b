"""From bytes to a raw message of a known kind, or to a refusal that names the field."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from streams.core.decode import MAX_DEPTH
from streams.core.vocabulary import RejectReason
from streams.customs.catalogue import KINDS, Kind
from streams.customs.messages import CustomsMessage
from streams.customs.moments import Refusal

_UNREADABLE: Final = (msgspec.DecodeError, UnicodeError, RecursionError)
_TOO_DEEP: Final = "far too many objects and arrays"


class _Head(msgspec.Struct, gc=False):
    """The one field that says how the rest is read."""

    message_code: str


class _OnlyNumber(msgspec.Struct, gc=False):
    """The one field that decides a message's partition."""

    declaration_no: str | None = None


_head = msgspec.json.Decoder(_Head)
_only_number = msgspec.json.Decoder(_OnlyNumber)
_plain = msgspec.json.Decoder()
_decoders = {code: kind.decoder() for code, kind in KINDS.items()}


def customs_key(value: bytes) -> bytes | None:
    """Return the Kafka key of a raw message: its declaration_key; None where there is none or it is broken."""
    try:
        number = _only_number.decode(value).declaration_no
        return number[:11].encode() if number else None
    except _UNREADABLE:
        return None


def read_message(value: bytes) -> tuple[Kind, CustomsMessage[Any]]:
    """Read a message by its code. Raises Refusal when it is broken, not of its form, or of no known code."""
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
    """Name the reason of a message that a decoder refused; the decoder's text names the field."""
    try:
        content: Any = _plain.decode(value)
    except RecursionError:
        return Refusal(RejectReason.INVALID_VALUE, _TOO_DEEP, "$")
    except (msgspec.DecodeError, UnicodeError) as broken:
        return Refusal(RejectReason.BROKEN_JSON, str(broken), "$")
    if not isinstance(content, dict):
        return Refusal(RejectReason.NOT_AN_OBJECT, "the message is JSON, but not an object", "$")
    if isinstance(error, RecursionError):
        return Refusal(RejectReason.INVALID_VALUE, _TOO_DEEP, "$")
    said = str(error)
    text, there, path = said.rpartition(" - at `")
    text, field = (text, path.removesuffix("`")) if there else (said, "$")
    for start, reason in (
        ("Object contains unknown field", RejectReason.INVALID_VALUE),
        ("Object missing required field", RejectReason.MISSING_FIELD),
    ):
        if text.startswith(start):
            return Refusal(reason, start, f"{field}.{text[len(start) :].strip(' `')[:60]}")
    if ", got " in text and not text.startswith("Invalid enum value"):
        return Refusal(RejectReason.WRONG_TYPE, text, field)
    return Refusal(RejectReason.INVALID_VALUE, text, field)
