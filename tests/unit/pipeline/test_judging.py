"""Which judge a feed has: by its name."""

from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

from builders import message
from customs_schema import example
from streams.core.event import Rejected
from streams.pipeline.judging import judge_of
from streams.settings import Settings

SETTINGS = Settings(hash_key="sixteen bytes or more", max_event_bytes=2_000)  # type: ignore[arg-type]
RAW = json.dumps(example("IDA")).encode()
EVENT = message("REGISTERED", "08:00:00")


@pytest.mark.parametrize(
    ("feed", "customs"),
    [
        ("declaration-events", False),
        ("customs-messages", True),
        ("file:a.customs.jsonl", True),
        ("file:A.CUSTOMS.JSONL.GZ", True),
        ("file:customs.jsonl", False),
        ("file:customs-messages", False),
        ("file:a.csv", False),
        ("release-monitor-packed", False),
    ],
)
def test_a_feed_holds_events_or_customs_messages(feed: str, customs: bool) -> None:
    judge = judge_of(feed, SETTINGS)
    good, bad = (RAW, EVENT) if customs else (EVENT, RAW)
    events = judge(good, 3, 7)
    assert not isinstance(events, Rejected)
    assert [(event.partition, event.offset) for event in events] == [(3, 7)]
    refused = judge(bad, 3, 7)
    assert isinstance(refused, Rejected)
    assert (refused.payload, refused.partition, refused.offset) == (bad, 3, 7)


@pytest.mark.parametrize("feed", ["declaration-events", "customs-messages"])
def test_size_and_absence_are_judged_by_either(feed: str) -> None:
    judge = judge_of(feed, SETTINGS)
    for value, reason in ((None, "empty"), (b"", "empty"), (b"x" * 2_001, "oversized")):
        refused = judge(value, 0, 0)
        assert isinstance(refused, Rejected)
        assert refused.reason == reason


def test_a_key_too_short_to_hash_with_is_said_before_anything_starts() -> None:
    with pytest.raises(ValidationError, match="less than 16 bytes") as wrong:
        Settings(hash_key="short-secret")  # type: ignore[arg-type]
    assert "short-secret" not in wrong.value.errors()[0]["msg"]
