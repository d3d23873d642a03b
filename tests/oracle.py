"""What the views must show, computed from the raw messages alone: plain, slow, and independent of the code under test.

Written from the domain page: rules 1 to 7 and sections 4, 6 and 7. It imports nothing of the package.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

UTC = dt.UTC
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
ATTRIBUTES = ("direction", "office", "kind", "tax_vnd", "value_usd", "replaces")


@dataclass
class Expected:
    """The rows of each view by their keys, and the refusals by reason."""

    events: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    declarations: dict[str, dict[str, Any]] = field(default_factory=dict)
    intervals: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    rejected: Counter[str] = field(default_factory=Counter)


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
    """One good message, with what the rules compare."""

    def __init__(self, raw: bytes) -> None:
        self.c: dict[str, Any] = json.loads(raw)
        self.c.pop("ingested_at", None)
        self.canonical = json.dumps(self.c, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        self.at = dt.datetime.fromisoformat(self.c["occurred_at"]).astimezone(UTC)
        emitted = self.c.get("emitted_at")
        self.emitted = None if emitted is None else dt.datetime.fromisoformat(emitted).astimezone(UTC)
        self.type: str = self.c["event_type"]
        self.rank = LIFECYCLE.index(self.type)
        self.attrs: dict[str, Any] = self.c.get("attrs") or {}

    def choice(self) -> tuple[Any, ...]:
        """Rule 1: revision, then emission as an instant, then event_id, then canonical JSON; the greatest is chosen."""
        never = dt.datetime.min.replace(tzinfo=UTC)
        emitted = never if self.emitted is None else self.emitted
        return (self.c.get("revision", 0), emitted, self.c["event_id"], self.canonical)


def in_order(events: list[Told]) -> list[Told]:
    """Rule 2: time, lifecycle rank, source_seq within one source, event_id.

    Sources that tie each keep their own sequence, and of the next one of each the least event_id comes first.
    """
    waiting = sorted(events, key=lambda told: (told.at, told.rank, told.c["event_id"]))
    ordered: list[Told] = []
    while waiting:
        tie = [told for told in waiting if (told.at, told.rank) == (waiting[0].at, waiting[0].rank)]
        heads = [told for told in tie if not any(_sequel(told, other) for other in tie)]
        ordered.append(min(heads, key=lambda told: told.c["event_id"]))
        waiting.remove(ordered[-1])
    return ordered


def _sequel(told: Told, other: Told) -> bool:
    """Whether `other` comes before `told` by the sequence of the source that both are from."""
    mine, other_s = told.c.get("source_seq"), other.c.get("source_seq")
    if told.c["source"] != other.c["source"] or mine is None or other_s is None:
        return False
    return bool((other_s, other.c["event_id"]) < (mine, told.c["event_id"]))


def compute(messages: list[bytes]) -> Expected:
    """Compute everything the views must show for these messages."""
    expected = Expected()
    by_case: dict[str, list[Told]] = defaultdict(list)
    for raw in messages:
        reason = refusal(raw)
        if reason is not None:
            expected.rejected[reason] += 1
        else:
            told = Told(raw)
            by_case[told.c["declaration_key"]].append(told)
    for key, told_all in by_case.items():
        effective = _effective(told_all)
        for told in effective:
            expected.events[key, told.c["event_id"]] = told.c
        if any(told.type != "HEARTBEAT" for told in told_all):
            _declare(expected, key, effective)
    return expected


def _effective(told_all: list[Told]) -> list[Told]:
    by_id: dict[str, Told] = {}
    for told in told_all:
        held = by_id.setdefault(told.c["event_id"], told)
        if told.choice() > held.choice():
            by_id[told.c["event_id"]] = told
    by_natural: dict[tuple[Any, ...], Told] = {}
    for told in by_id.values():
        natural = (told.c["source"], told.type, told.c.get("occurrence_no", 1))
        held = by_natural.setdefault(natural, told)
        if told.choice() > held.choice():
            by_natural[natural] = told
    kept = [told for told in by_natural.values() if told.c.get("op", "ASSERT") == "ASSERT"]
    return in_order(kept)


def _declare(expected: Expected, key: str, events: list[Told]) -> None:
    timed = [told for told in events if told.c.get("occurred_precision", "second") != "day"]
    at = {id(told): place for place, told in enumerate(events)}

    def first(*types: str, after: int = -1) -> Told | None:
        return next((told for told in timed if told.type in types and at[id(told)] > after), None)

    reverts = [at[id(told)] for told in timed if told.type == "RELEASE_REVERTED"]
    last_revert = max(reverts, default=-1)
    m1 = first("REGISTERED")
    m8 = first("RELEASED_CONDITIONAL", "CLEARED", after=last_revert)
    m9 = first("CLEARED", after=last_revert)
    m10 = next((told for told in reversed(timed) if told.type == "GATE_OUT"), None)
    mx = first("CANCELLED")
    m3 = next((t for t in timed if t.type == "DOC_CHECK_STARTED" and m1 is not None and t.at >= m1.at), None)

    said = [
        t
        for t in events
        if t.type in ("CHANNEL_ASSIGNED", "CHANNEL_CHANGED") and t.attrs.get("channel") is not None
    ]
    by_then = said if m8 is None else [t for t in said if at[id(t)] <= at[id(m8)]]
    in_force = by_then[-1] if by_then else (said[0] if said else None)

    cancelled_first = mx is not None and (m8 is None or at[id(mx)] < at[id(m8)])
    if m1 is None:
        status = "orphan"
    elif cancelled_first:
        status = "cancelled"
    else:
        status = "cleared" if m9 is not None else "released" if m8 is not None else "open"
    row: dict[str, Any] = {
        name: next((t.attrs[name] for t in reversed(events) if t.attrs.get(name) is not None), None)
        for name in ATTRIBUTES
    }
    row |= {
        "declaration_no": next(
            (t.c["declaration_no"] for t in reversed(events) if t.c.get("declaration_no")), None
        ),
        "channel_initial": said[0].attrs["channel"] if said else None,
        "channel_final": None if in_force is None else in_force.attrs["channel"],
        "registered_at": _when(m1),
        "released_at": _when(m8),
        "cleared_at": _when(m9),
        "exited_at": _when(m10),
        "cancelled_at": _when(mx),
        "status": status,
    }
    expected.declarations[key] = row
    if m1 is None or cancelled_first:
        return
    expected.intervals[key, "REG_REL"] = _interval(m1, m8, row)
    if any(t.attrs["channel"] >= 2 for t in said):
        expected.intervals[key, "DOC_REL"] = _interval(m3, m8, row)


def _interval(start: Told | None, end: Told | None, row: dict[str, Any]) -> dict[str, Any]:
    elapsed, flags = None, []
    if start is not None and end is not None:
        seconds = Fraction((end.at - start.at) // dt.timedelta(microseconds=1), 1_000_000)
        if seconds >= 0:
            elapsed = seconds.numerator // seconds.denominator
        elif seconds >= -5:
            elapsed = 0
            flags.append("clamped")
    if any(told is not None and told.c.get("is_backfill", False) for told in (start, end)):
        flags.append("backfill")
    return {
        "direction": row["direction"],
        "office": row["office"],
        "channel": row["channel_final"],
        "kind": row["kind"],
        "registered_at": row["registered_at"],
        "started_at": _when(start),
        "ended_at": _when(end),
        "elapsed_s": elapsed,
        "flags": flags,
    }


def _when(told: Told | None) -> dt.datetime | None:
    """The instant as DateTime64(3) keeps it: naive UTC, milliseconds, floored."""
    return None if told is None else _ms(told.at)


def _ms(at: dt.datetime) -> dt.datetime:
    at = at.astimezone(UTC).replace(tzinfo=None)
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def compare(expected: Expected, views: dict[str, list[tuple[Any, ...]]], columns: dict[str, str]) -> None:
    """Assert that the views show exactly what was computed; `columns` names the columns of each view's rows."""
    names = {view: re.split(r",\s*", text) for view, text in columns.items()}
    events = [dict(zip(names["events"], row, strict=True)) for row in views["events"]]
    assert len(events) == len(expected.events)
    for found in events:
        wanted = expected.events[found["declaration_key"], found["event_id"]]
        assert found["occurred_at"] == _ms(dt.datetime.fromisoformat(wanted["occurred_at"]))
        assert json.loads(found["attrs"]) == (wanted.get("attrs") or {})
        for name in ("source", "event_type", "declaration_no", "actor"):
            assert found[name] == wanted.get(name), found
        assert (found["occurrence_no"], found["revision"]) == (
            wanted.get("occurrence_no", 1),
            wanted.get("revision", 0),
        )
        assert found["op"] == "ASSERT"
    declarations = {
        row[0]: dict(zip(names["declarations_current"], row, strict=True))
        for row in views["declarations_current"]
    }
    assert len(declarations) == len(views["declarations_current"])
    assert declarations.keys() == expected.declarations.keys()
    for key, row in expected.declarations.items():
        found = declarations[key]
        for name, value in row.items():
            same = (
                found[name] == value
                if name not in ("tax_vnd", "value_usd")
                else _same_amount(found[name], value)
            )
            assert same, (key, name, found[name], value)
    intervals = {
        (row[0], row[1]): dict(zip(names["intervals"], row, strict=True)) for row in views["intervals"]
    }
    assert len(intervals) == len(views["intervals"])
    assert intervals.keys() == expected.intervals.keys()
    for place, row in expected.intervals.items():
        found = intervals[place]
        assert {name: found[name] for name in row} == row, place


def _same_amount(found: Any, wanted: Any) -> bool:
    if wanted is None or found is None:
        return found is wanted
    return abs(float(found) - float(wanted)) < 0.005 + 1e-9
