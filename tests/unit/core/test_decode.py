"""What the decoder makes of a good message, and what it keeps of a bad one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from builders import message
from streams.core.decode import DEFAULT_MAX_BYTES, decode_event
from streams.core.event import Event, Rejected
from streams.core.vocabulary import LIFECYCLE_RANK


def decoded(raw: bytes, partition: int = 0, offset: int = 0) -> Event:
    event = decode_event(raw, partition, offset)
    assert isinstance(event, Event), event
    return event


def refused(raw: bytes | None, **options: Any) -> Rejected:
    answer = decode_event(raw, **options)
    assert isinstance(answer, Rejected), answer
    return answer


def test_what_is_not_said_has_its_default() -> None:
    event = decoded(message("REGISTERED", "08:00:00"))
    assert (event.occurrence_no, event.revision, event.retract) == (1, 0, False)
    assert (event.precision, event.clock, event.is_backfill) == ("second", "SYSTEM", False)
    assert event.emitted_us is None
    assert event.attrs is None


def test_null_attrs_are_no_attrs() -> None:
    assert decoded(message("CLEARED", "08:00:00", attrs=None)).attrs is None


def test_times_are_microseconds_since_the_epoch() -> None:
    event = decoded(
        message("REGISTERED", "1970-01-01T07:00:01.000002+07:00", emitted_at="1970-01-01T00:00:05Z")
    )
    assert event.occurred_us == 1_000_002
    assert event.emitted_us == 5_000_000


@pytest.mark.parametrize("event_type", LIFECYCLE_RANK)
def test_the_rank_is_the_place_in_the_lifecycle(event_type: str) -> None:
    assert decoded(message(event_type, "08:00:00")).rank == LIFECYCLE_RANK[event_type]


def test_a_retraction_is_told() -> None:
    assert decoded(message("REGISTERED", "08:00:00", op="RETRACT")).retract


def test_attributes_are_typed_and_the_whole_text_is_kept() -> None:
    attrs = {
        "channel": 2,
        "office": "27F1",
        "tax_vnd": 10,
        "value_usd": 1.5,
        "kind": "A11",
        "lane": {"b": 1, "a": "é"},
    }
    event = decoded(message("CHANNEL_ASSIGNED", "08:00:00", attrs=attrs))
    assert event.attrs is not None
    assert (event.attrs.channel, event.attrs.office, event.attrs.kind) == (2, "27F1", "A11")
    assert (event.attrs.tax_vnd, event.attrs.value_usd, event.attrs.replaces) == (10, 1.5, None)
    text = json.dumps(attrs, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert f'"attrs":{text},'.encode() in event.canonical


def test_canonical_json_has_sorted_names_and_no_white_space() -> None:
    raw = message(
        "REGISTERED", "08:00:00", message_code="Tờ khai", attrs={"b": [1, {"d": 2, "c": None}], "a": True}
    )
    wanted = json.dumps(json.loads(raw), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert decoded(raw).canonical.decode() == wanted


def test_white_space_order_and_ingestion_time_do_not_change_the_content() -> None:
    raw = message("REGISTERED", "08:00:00", attrs={"office": "27F1", "kind": "A11"})
    content = json.loads(raw)
    turned = {"ingested_at": "2026-03-02T01:00:00Z", **dict(reversed(content.items()))}
    other = decoded(json.dumps(turned, indent=3).encode())
    assert other.canonical == decoded(raw).canonical
    assert other.canonical == decoded(raw).canonical


def test_any_other_word_changes_the_content() -> None:
    raw = message("REGISTERED", "08:00:00")
    assert decoded(raw).canonical != decoded(message("REGISTERED", "08:00:00", note=1)).canonical


def test_the_position_is_no_part_of_the_content() -> None:
    raw = message("REGISTERED", "08:00:00")
    here, there = decoded(raw, 1, 2), decoded(raw, 3, 4)
    assert (here.position, there.position) == ((1, 2), (3, 4))
    assert here.canonical == there.canonical


def test_no_value_is_empty() -> None:
    for nothing in (None, b""):
        answer = refused(nothing, partition=3, offset=9)
        assert (answer.reason, answer.payload, answer.partition, answer.offset) == ("empty", b"", 3, 9)


def test_the_size_is_judged_before_anything_is_read() -> None:
    good = message("REGISTERED", "08:00:00")
    assert refused(good, max_bytes=len(good) - 1).reason == "oversized"
    assert isinstance(decode_event(good, max_bytes=len(good)), Event)
    assert refused(b"\xff" * (DEFAULT_MAX_BYTES + 1)).reason == "oversized"


def test_a_bad_message_is_kept_whole() -> None:
    raw = message("TELEPORTED", "08:00:00")
    answer = refused(raw, partition=1, offset=7)
    assert (answer.payload, answer.partition, answer.offset) == (raw, 1, 7)
    assert "TELEPORTED" in answer.detail


def test_another_version_is_said_before_what_else_is_wrong() -> None:
    assert refused(b'{"schema_version": 2}').reason == "unsupported_version"
    assert refused(message("TELEPORTED", "08:00:00", schema_version=3)).reason == "unsupported_version"


@pytest.mark.parametrize("text", ["missing required field", ", got ", "timezone component", "RFC3339"])
def test_what_the_sender_wrote_cannot_bend_the_reason(text: str) -> None:
    assert refused(message("REGISTERED", "08:00:00", source=text)).reason == "invalid_value"
    assert refused(message("REGISTERED", "08:00:00", attrs={"direction": text})).reason == "invalid_value"
    assert refused(message(text, "08:00:00")).reason == "unknown_type"
