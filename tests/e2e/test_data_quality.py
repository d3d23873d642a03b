"""Every fault that a feed can have, and what the store finds of it, against what the simulator knows."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from stores import opened, release_monitor
from streams.simulator.generate import FAULTS, generate
from streams.simulator.truth import DeclarationTruth, FeedTruth, Truth

pytestmark = pytest.mark.integration

DECLARATIONS = 15_000
START = dt.datetime(2026, 3, 2, tzinfo=dt.timezone(dt.timedelta(hours=7)))
DAYS = 40

NAMED = {
    "duplicate": "duplicate",
    "duplicate_event": "duplicate_event",
    "retraction": "retracted",
    "missing_check_start": "missing_check_start",
    "future": "future",
    "clock_step": "clock_step",
    "negative": "negative",
    "clamped": "clamped",
    "conflicting_id": "conflicting_id",
    "before_registration": "before_registration",
}
"""Faults whose label names the event that the finding of this word names."""

FOLLOWS = {
    "clock_step": {"negative", "clamped", "missing_check_start", "before_registration"},
    "negative": {"before_registration", "clamped"},
    "lost": {"missing_check_start", "orphan", "negative", "before_registration"},
}
"""What else a fault brings about on its declaration, truly: a stepped clock puts a release before its registration."""


class Found(NamedTuple):
    truths: dict[str, DeclarationTruth]
    feed: list[FeedTruth]
    findings: list[tuple[str, str, str | None]]
    gaps: list[tuple[str, str, int, int]]
    rejected: dict[str, int]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Found:
    folder = tmp_path_factory.mktemp("quality")
    told: list[Truth] = []
    with (folder / "feed.jsonl").open("wb") as file:
        for message in generate(9, DECLARATIONS, START, DAYS, FAULTS, told.append):
            file.write(message.value + b"\n")
    release_monitor("backfill", "--data", folder / "data", folder / "feed.jsonl")
    return _ask(folder / "data", told)


def _ask(data: Path, told: list[Truth]) -> Found:
    def rows(sql: str) -> list[Any]:
        return list(client.query(sql).result_rows)

    with opened(data) as client:
        return Found(
            {one.declaration_key: one for one in told if isinstance(one, DeclarationTruth)},
            [one for one in told if isinstance(one, FeedTruth)],
            rows("SELECT declaration_key, finding, event_id FROM release_monitor.data_quality"),
            rows(
                "SELECT source, source_partition, first_seq, last_seq FROM release_monitor.sequence_findings"
                " WHERE finding = 'sequence_gap'"
            ),
            dict(rows("SELECT reason, uniqExact(payload) FROM release_monitor.rejected_events GROUP BY 1")),
        )


@pytest.mark.parametrize("fault", NAMED)
def test_at_least_99_of_100_are_found(found: Found, fault: str) -> None:
    labelled = {
        (truth.declaration_key, label.event_id)
        for truth in found.truths.values()
        for label in truth.faults
        if label.fault == fault
    }
    seen = {(key, event_id) for key, finding, event_id in found.findings if finding == NAMED[fault]}
    assert len(labelled) >= 8, "too few to speak of"
    missed = labelled - seen
    assert len(missed) <= len(labelled) / 100, (len(missed), len(labelled), sorted(missed)[:5])


def test_orphans_are_found(found: Found) -> None:
    labelled = {
        key for key, truth in found.truths.items() if any(one.fault == "orphan" for one in truth.faults)
    }
    seen = {key for key, finding, _ in found.findings if finding == "orphan"}
    assert len(labelled) >= 8
    assert len(labelled - seen) <= len(labelled) / 100, sorted(labelled - seen)


def test_gaps_are_found(found: Found) -> None:
    lost = [one for one in found.feed if one.fault == "lost"]
    assert len(lost) >= 8
    missed = [
        one
        for one in lost
        if not any(
            (source, partition) == (one.source, one.source_partition)
            and first <= (one.source_seq or -1) <= last
            for source, partition, first, last in found.gaps
        )
    ]
    assert len(missed) <= len(lost) / 100, missed


def test_a_replayed_day_is_found_message_by_message(found: Found) -> None:
    replayed = sum(one.messages or 0 for one in found.feed if one.fault == "replayed_day")
    alone = sum(label.fault == "duplicate" for truth in found.truths.values() for label in truth.faults)
    seen = sum(finding == "duplicate" for _, finding, _ in found.findings)
    assert replayed > 0
    # What was refused the first time is refused again, and is no duplicate.
    assert 0.99 * (replayed + alone) <= seen <= replayed + alone


def test_fewer_than_one_in_a_thousand_is_accused_wrongly(found: Found) -> None:
    wrong = []
    for key, finding, event_id in found.findings:
        truth = found.truths.get(key)
        faults = set() if truth is None else {label.fault for label in truth.faults}
        explained = {NAMED[fault] for fault in faults if fault in NAMED}
        explained.update(*(FOLLOWS[fault] for fault in faults if fault in FOLLOWS))
        if finding not in explained | faults | {"duplicate", "sequence_gap"}:
            wrong.append((key, finding, event_id))
    lost = {(one.source, one.source_partition, one.source_seq) for one in found.feed if one.fault == "lost"}
    for source, partition, first, last in found.gaps:
        if not all((source, partition, seq) in lost for seq in range(first, last + 1)):
            wrong.append((f"{source} {partition}", f"gap {first} to {last}", None))
    by_word: dict[str, int] = defaultdict(int)
    for _, word, _ in wrong:
        by_word[word.split()[0]] += 1
    assert len(wrong) < DECLARATIONS / 1_000, (dict(by_word), wrong[:20])


def test_what_is_refused_is_kept_by_reason(found: Found) -> None:
    labelled: dict[str, int] = defaultdict(int)
    for truth in found.truths.values():
        for label in truth.faults:
            if label.fault == "future":
                labelled["future"] += 1
            elif label.fault == "unknown_code":
                labelled["unknown_type"] += 1
    assert labelled["future"] == found.rejected["future"]
    assert labelled["unknown_type"] == found.rejected["unknown_type"]
