"""Messages that must not get in: one kind for each reason of refusal, made from a valid message."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Any, Final

from streams.core.vocabulary import RejectReason

Content = dict[str, Any]


def _with(**fields: Any) -> Callable[[Content, Random], bytes]:
    return lambda content, _: _bytes({**content, **fields})


def _without(name: str) -> Callable[[Content, Random], bytes]:
    return lambda content, _: _bytes({key: value for key, value in content.items() if key != name})


def _bytes(content: Content) -> bytes:
    return json.dumps(content, separators=(",", ":")).encode()


def _cut(content: Content, chance: Random) -> bytes:
    whole = _bytes(content)
    return whole[: chance.randrange(1, len(whole) - 1)]


def _future(content: Content, _: Random) -> bytes:
    return _bytes({**content, "occurred_at": "2031-01-01T00:00:00Z", "emitted_at": "2030-12-31T23:57:59Z"})


POISONS: Final[tuple[tuple[RejectReason, Callable[[Content, Random], bytes]], ...]] = (
    (RejectReason.BROKEN_JSON, _cut),
    (RejectReason.BROKEN_JSON, lambda content, _: _bytes(content)[:-1] + b',"note":"\xff\xfe"}'),
    (RejectReason.NOT_AN_OBJECT, lambda content, _: b"[" + _bytes(content) + b"]"),
    (RejectReason.UNSUPPORTED_VERSION, _with(schema_version=2)),
    (RejectReason.MISSING_FIELD, _without("event_id")),
    (RejectReason.MISSING_FIELD, _without("occurred_at")),
    (RejectReason.MISSING_FIELD, lambda _, __: b"{}"),
    (RejectReason.WRONG_TYPE, _with(occurrence_no="first")),
    (RejectReason.WRONG_TYPE, _with(is_backfill="no")),
    (RejectReason.WRONG_TYPE, _with(attrs=["channel", 2])),
    (RejectReason.INVALID_VALUE, _with(source="FAX")),
    (RejectReason.INVALID_VALUE, _with(attrs={"channel": 7})),
    (RejectReason.INVALID_VALUE, _with(revision=-1)),
    (RejectReason.NO_OFFSET, _with(occurred_at="2026-03-05T10:11:12")),
    (RejectReason.INVALID_TIME, _with(occurred_at="2026-02-30T10:11:12+07:00")),
    (RejectReason.INVALID_TIME, _with(occurred_at="soon")),
    (RejectReason.FUTURE, _future),
    (RejectReason.UNKNOWN_TYPE, _with(event_type="TELEPORTED")),
    (RejectReason.OVERSIZED, _with(message_code="x" * 70_000)),
)
"""Reason and maker; every reason but `empty`, which no line of a file can be."""
