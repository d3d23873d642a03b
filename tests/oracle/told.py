"""One message: why it is no event, or what it tells."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from event_schema import instant_us

LIFECYCLE = [
    "PRE_REGISTERED",
    "REGISTERED",
    "CHANNEL_ASSIGNED",
    "CHANNEL_CHANGED",
    "DOSSIER_COMPLETE",
    "DOC_CHECK_STARTED",
    "DOC_CHECK_COMPLETED",
    "AMENDMENT_REQUESTED",
    "AMENDED",
    "INSPECTION_ORDERED",
    "INSPECTION_ORDER_CANCELLED",
    "GOODS_PRESENTED",
    "INSPECTION_STARTED",
    "INSPECTION_COMPLETED",
    "OGA_STARTED",
    "OGA_RESULT",
    "TAX_DUE",
    "TAX_SECURED",
    "MOVED_TO_STORAGE",
    "RELEASE_REQUESTED",
    "RELEASED_CONDITIONAL",
    "CLEARED",
    "RELEASE_REVERTED",
    "HOLD_PLACED",
    "HOLD_LIFTED",
    "ARRIVED",
    "GATE_IN",
    "GATE_OUT",
    "CANCEL_REQUESTED",
    "CANCELLED",
    "MANUAL_FALLBACK",
    "POST_CLEARANCE_AMENDED",
    "HEARTBEAT",
]
SOURCES = ["VNACCS", "VCIS", "ECUSTOMS5", "VASSCM", "ETAX", "NSW", "PAPER", "SIM", "OTHER"]


def refusal(raw: bytes) -> str | None:
    """Say why a message is no event, as far as the generated poison goes; None for a good one."""
    if len(raw) > 65536:
        return "oversized"
    try:
        content = json.loads(raw.decode("utf-8"))
    except ValueError:
        return "broken_json"
    if not isinstance(content, dict):
        return "not_an_object"
    if content.get("schema_version", 1) != 1:
        return "unsupported_version"
    needed = ("event_id", "schema_version", "source", "declaration_key", "event_type", "occurred_at")
    if any(name not in content for name in needed):
        return "missing_field"
    types = {"occurrence_no": int, "is_backfill": bool, "attrs": dict}
    if any(name in content and type(content[name]) is not kind for name, kind in types.items()):
        return "wrong_type"
    channel = content.get("attrs", {}).get("channel", 1)
    if content["source"] not in SOURCES or channel not in (1, 2, 3) or content.get("revision", 0) < 0:
        return "invalid_value"
    for name in ("occurred_at", "emitted_at"):
        text = content.get(name)
        if text is None:
            continue
        try:
            when = dt.datetime.fromisoformat(text)
        except ValueError:
            return "invalid_time"
        if when.tzinfo is None:
            return "no_offset"
    if content["event_type"] not in LIFECYCLE:
        return "unknown_type"
    if content.get("emitted_at") is not None:
        ahead = dt.datetime.fromisoformat(content["occurred_at"]) - dt.datetime.fromisoformat(
            content["emitted_at"]
        )
        if ahead > dt.timedelta(minutes=2):
            return "future"
    return None


class Told:
    """One good message, with what the rules compare. `place` is its place in rule-2 order, once that is known."""

    place = -1

    def __init__(self, raw: bytes) -> None:
        self.c: dict[str, Any] = json.loads(raw)
        self.c.pop("ingested_at", None)
        self.canonical = json.dumps(self.c, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        self.us = _us(self.c["occurred_at"])
        emitted = self.c.get("emitted_at")
        self.emitted_us = None if emitted is None else _us(emitted)
        self.id: str = self.c["event_id"]
        self.type: str = self.c["event_type"]
        self.rank = LIFECYCLE.index(self.type)
        self.revision: int = self.c.get("revision", 0)
        self.asserts: bool = self.c.get("op", "ASSERT") == "ASSERT"
        self.timed: bool = self.c.get("occurred_precision", "second") != "day"
        self.backfill: bool = self.c.get("is_backfill", False)
        self.attrs: dict[str, Any] = self.c.get("attrs") or {}
        self.natural = (self.c["source"], self.type, self.c.get("occurrence_no", 1))

    def choice(self) -> tuple[Any, ...]:
        """Rule 1: revision, then emission as an instant, then event_id, then canonical JSON; the greatest is chosen."""
        return (self.revision, -1 if self.emitted_us is None else self.emitted_us, self.id, self.canonical)


def _us(text: str) -> int:
    us = instant_us(text)
    assert us is not None, text
    return us
