"""Names that are made here: ids of events whose source gives none, and stand-ins for persons and companies."""

from __future__ import annotations

import hashlib
import hmac
from typing import Final
from uuid import UUID, uuid5

import msgspec

EVENT_NAMESPACE: Final = UUID("06273df5-f06b-5f85-b9a5-2eb190341e20")
"""The namespace of the ids that are made here: uuid5 of the natural key as a compact JSON array."""

MIN_KEY_BYTES: Final = 16
"""The shortest key that personal data is hashed with."""

_encode = msgspec.json.Encoder().encode


def made_id(source: str, key: str | None, event_type: str, number: int, revision: int = 0) -> str:
    """Return the id of an event whose source gives none: the same for the same natural key and revision, always."""
    natural = [source, key, event_type, number]
    return str(uuid5(EVENT_NAMESPACE, _encode([*natural, revision] if revision else natural).decode()))


def keyed_hash(key: bytes, text: str) -> str:
    """Return the first 16 hex digits of HMAC-SHA256: the same text, the same hash."""
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:16]
