"""Histories of one declaration for property tests: valid messages of every type, with every way to be told wrongly.

A history is a story, in which most things happen in their usual order, and some noise: any event at any time. Or it is
a crowd: few types at few instants, which tie. All are read from bytes, which draw fast and shrink well: fewer and
smaller bytes make a shorter and plainer history.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any, TypeVar

from hypothesis import strategies as st

from oracle import LIFECYCLE

KEY = "10000000001"
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
T = TypeVar("T")

# In Viet Nam: a plain Monday, the Friday before Tet, before a working Saturday, the end of a year, an evening.
STARTS = [
    dt.datetime.fromisoformat(f"{text}+07:00")
    for text in (
        "2026-03-02T08:00",
        "2026-02-13T16:00",
        "2026-08-21T15:30",
        "2025-12-31T11:00",
        "2026-04-24T21:00",
    )
]
STEPS_US = [60_000_000, 1, 1_000_000, 1_000_000 * 60 * 17, 1_000_000 * 3600 * 5, 1_000_000 * 3600 * 53]
JITTERS_US = [0, 0, 0, 0, 400_000, 1, -1, -2_000_000, -5_000_000, -5_000_001]

# What happens in a life, in a usual order; a type that comes again has the next occurrence_no.
STORY = [
    "PRE_REGISTERED",
    "REGISTERED",
    "CHANNEL_ASSIGNED",
    "ARRIVED",
    "DOSSIER_COMPLETE",
    "TAX_DUE",
    "DOC_CHECK_STARTED",
    "AMENDMENT_REQUESTED",
    "AMENDED",
    "TAX_SECURED",
    "CHANNEL_CHANGED",
    "DOC_CHECK_COMPLETED",
    "INSPECTION_ORDERED",
    "OGA_STARTED",
    "INSPECTION_ORDER_CANCELLED",
    "INSPECTION_ORDERED",
    "GOODS_PRESENTED",
    "INSPECTION_STARTED",
    "OGA_RESULT",
    "INSPECTION_COMPLETED",
    "AMENDMENT_REQUESTED",
    "AMENDED",
    "MOVED_TO_STORAGE",
    "TAX_SECURED",
    "RELEASED_CONDITIONAL",
    "CLEARED",
    "HOLD_PLACED",
    "GATE_IN",
    "RELEASE_REVERTED",
    "HOLD_LIFTED",
    "OGA_STARTED",
    "CLEARED",
    "GATE_OUT",
    "CANCELLED",
]
THEMES = [
    ["AMENDMENT_REQUESTED", "AMENDED", "TAX_SECURED", "TAX_DUE"],
    [
        "OGA_STARTED",
        "OGA_RESULT",
        "GOODS_PRESENTED",
        "INSPECTION_COMPLETED",
        "INSPECTION_ORDERED",
        "CHANNEL_ASSIGNED",
    ],
    [
        "INSPECTION_ORDERED",
        "INSPECTION_ORDER_CANCELLED",
        "GOODS_PRESENTED",
        "INSPECTION_STARTED",
        "CHANNEL_CHANGED",
    ],
    ["REGISTERED", "CHANNEL_ASSIGNED", "DOSSIER_COMPLETE", "DOC_CHECK_STARTED", "DOC_CHECK_COMPLETED"],
    ["RELEASED_CONDITIONAL", "CLEARED", "RELEASE_REVERTED", "CANCELLED", "MOVED_TO_STORAGE", "GATE_OUT"],
    ["ARRIVED", "HOLD_PLACED", "HOLD_LIFTED", "GATE_IN", "GATE_OUT", "CLEARED"],
]
"""Types that have to do with each other."""
LIKELY = {
    "REGISTERED": 15,
    "CHANNEL_ASSIGNED": 14,
    "INSPECTION_ORDERED": 12,
    "GOODS_PRESENTED": 13,
    "INSPECTION_COMPLETED": 12,
    "HOLD_PLACED": 4,
    "CANCELLED": 4,
    "INSPECTION_ORDER_CANCELLED": 3,
}
"""In how many of 16 stories it happens; other types in 9."""
RELEASES = ["RELEASED_CONDITIONAL", "CLEARED", "RELEASE_REVERTED", "CANCELLED", "REGISTERED"]
LAGS_US = [None, 1_000_000, 20_000_000, -120_000_000] + [
    (7 * 3600 + seconds) * 1_000_000 for seconds in (0, 300, -300, 301, -301, 60)
]
ATTRS: list[dict[str, Any]] = [
    {},
    {},
    {},
    {},
    {"tax_vnd": 5_000_000},
    {"tax_vnd": 0},
    {"tax_vnd": 1.5, "value_usd": 20},
    {"office": "27F1", "direction": "import", "kind": "A11"},
    {"office": "27B1", "direction": "export", "kind": "E62"},
    {"office": "27F2"},
    {"office": "99ZZ", "replaces": "10000000002"},
    {"channel": 3, "note": "kept as it is"},
]
MARKS: list[dict[str, Any]] = [
    {},
    {},
    {},
    {},
    {"revision": 1},
    {"revision": 1, "op": "RETRACT"},
    {"revision": 2},
    {"op": "RETRACT"},
    {"occurred_precision": "day"},
    {"occurred_precision": "minute", "clock": "OFFICER"},
    {"event_id": "one"},
    {"event_id": "other"},
    {"source": "VCIS"},
    {"source": "PAPER", "source_seq": 1},
    {"source_seq": 3},
    {"source_seq": 1},
    {"source_seq": 2, "source_partition": "p"},
    {"is_backfill": True},
    {"actor": "BANK"},
    {"actor": "DECLARANT", "message_code": "VAD1AG", "declaration_no": "100000000012"},
    {"declaration_no": "100000000013", "ingested_at": "2026-03-02T08:00:00Z"},
]
CROWD_MARKS: list[dict[str, Any]] = [
    {},
    {},
    {},
    {"is_backfill": True},
    {"source_seq": 1},
    {"source_seq": 2},
    {"source": "VCIS"},
    {"source": "VCIS", "source_seq": 1},
    {"occurrence_no": 1, "revision": 1},
    {"actor": "BANK"},
    {"occurred_precision": "day"},
]


def pick(options: Sequence[T], byte: int) -> T:
    return options[byte % len(options)]


def told(
    number: int,
    event_type: str,
    at: dt.datetime,
    fields: dict[str, Any],
    lag_us: int | None,
    attrs: dict[str, Any],
) -> bytes:
    content: dict[str, Any] = {
        "event_id": f"e{number}",
        "schema_version": 1,
        "source": "SIM",
        "declaration_key": KEY,
        "event_type": event_type,
        "occurred_at": at.isoformat(),
        **fields,
    }
    if lag_us is not None:
        content["emitted_at"] = (at.astimezone(dt.UTC) + dt.timedelta(microseconds=lag_us)).isoformat()
    if attrs:
        content["attrs"] = attrs
    return json.dumps(content).encode()


def _channel(event_type: str, byte: int) -> dict[str, Any]:
    if event_type not in ("CHANNEL_ASSIGNED", "CHANNEL_CHANGED"):
        return {}
    return pick([{"channel": 2}, {"channel": 3}, {"channel": 1}, {"channel": 3}, {"channel": 3}, {}], byte)


def write(start: int, step: int, ends: int, story: bytes, noise: list[bytes]) -> list[bytes]:
    """Write the messages: a story of one byte an event up to its end, then one message for each of the noise."""
    begin, unit = pick(STARTS, start), pick(STEPS_US, step)
    messages: list[bytes] = []
    passed_us = 0
    seen: dict[str, int] = {}
    for event_type, byte in zip(STORY[:ends], story, strict=False):
        seen[event_type] = seen.get(event_type, 0) + 1
        if byte % 16 < 16 - LIKELY.get(event_type, 9):
            continue
        passed_us += unit * pick([1, 0, 2, 3, 7], byte >> 4)
        fields: dict[str, Any] = {"occurrence_no": seen[event_type]}
        if byte >= 240:
            fields |= {"is_backfill": True, "actor": "BANK"}
        at = begin + dt.timedelta(microseconds=passed_us)
        messages.append(told(len(messages), event_type, at, fields, None, _channel(event_type, byte >> 4)))
    for many in noise:
        kind, when, jitter, occurrence, mark, second, lag, says = many
        event_type = pick(RELEASES, kind) if kind >= 224 else pick(LIFECYCLE, kind)
        at = begin + dt.timedelta(microseconds=unit * (when % 32 - 2) + pick(JITTERS_US, jitter))
        if jitter >= 128:
            at = at.astimezone(dt.UTC)
        fields = {"occurrence_no": pick([1, 1, 2, 3], occurrence)} | pick(MARKS, mark) | pick(MARKS, second)
        attrs = _channel(event_type, says) | pick(ATTRS, says)
        messages.append(told(len(messages), event_type, at, fields, pick(LAGS_US, lag), attrs))
    return messages


def write_crowd(start: int, step: int, theme: int, instants: int, crowd: list[bytes]) -> list[bytes]:
    """Write a registration and then messages of a few types at a few instants."""
    begin, unit = pick(STARTS, start), pick(STEPS_US, step)
    messages = [told(0, "REGISTERED", begin, {}, None, {})]
    for kind, when, mark, says in crowd:
        event_type = pick(THEMES[theme], kind)
        at = begin + dt.timedelta(microseconds=unit * (when % instants))
        number = len(messages)
        fields = {"occurrence_no": number, "event_id": f"{(number * 7) % 10}-{number}"} | pick(
            CROWD_MARKS, mark
        )
        messages.append(told(number, event_type, at, fields, None, _channel(event_type, says)))
    return messages


def histories() -> st.SearchStrategy[list[bytes]]:
    """Messages of one declaration, at least one; in no special order."""
    start, step = st.integers(0, len(STARTS) - 1), st.integers(0, len(STEPS_US) - 1)
    noise = st.lists(st.binary(min_size=8, max_size=8), max_size=10)
    ends = st.integers(0, len(STORY)).map(lambda cut: len(STORY) - cut)
    stories = st.builds(write, start, step, ends, st.binary(min_size=len(STORY), max_size=len(STORY)), noise)
    crowd = st.lists(st.binary(min_size=4, max_size=4), min_size=3, max_size=14)
    crowds = st.builds(write_crowd, start, step, st.integers(0, len(THEMES) - 1), st.integers(1, 8), crowd)
    return (stories | crowds).filter(bool)
