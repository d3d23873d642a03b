"""The real event log through its mapping, against an independent count with pandas."""

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from streams.adapters.files import open_source
from streams.adapters.mapping import load_mapping
from streams.adapters.record import Source
from streams.core.decode import decode_event
from streams.core.event import Event

ROOT = Path(__file__).parents[3]
PLACES = [
    os.environ.get("RECEIPT", ""),
    ROOT / "tests/data/receipt.csv",
    ROOT.parent / "shared/data/receipt.csv",
]
LOG = next((Path(place) for place in PLACES if place and Path(place).is_file()), None)
TYPES = {
    "Confirmation of receipt": ["REGISTERED", "CHANNEL_ASSIGNED"],
    "T02 Check confirmation of receipt": ["DOC_CHECK_STARTED"],
    "T10 Determine necessity to stop indication": ["CLEARED"],
}

pytestmark = pytest.mark.skipif(LOG is None, reason="the receipt log is not on this machine")


def opened() -> Source:
    assert LOG is not None
    return open_source(LOG, load_mapping(ROOT / "mappings/receipt.yaml"))


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    """The log as pandas reads it, with the instant of each row."""
    assert LOG is not None
    rows = pd.read_csv(LOG, dtype=str, keep_default_na=False)
    rows["row"] = range(1, len(rows) + 1)
    rows["instant"] = pd.to_datetime(rows["time:timestamp"], utc=True, format="ISO8601")
    return rows


@pytest.fixture(scope="module")
def found() -> list[tuple[int, dict[str, Any]]]:
    """Every record: its row and its message."""
    return [(record.line, json.loads(record.value)) for record in opened()]


def test_events_by_type_equal_the_count_of_activities(
    frame: pd.DataFrame, found: list[tuple[int, dict[str, Any]]]
) -> None:
    activities = frame["concept:name"].value_counts()
    expected = {kind: int(activities[name]) for name, kinds in TYPES.items() for kind in kinds}
    assert Counter(message["event_type"] for _, message in found) == expected
    assert expected["REGISTERED"] == 1434
    assert frame["case:concept:name"].nunique() == len({m["declaration_key"] for _, m in found}) == 1434


def test_what_no_rule_matches_is_counted(frame: pd.DataFrame) -> None:
    source = opened()
    total = sum(1 for _ in source)
    counts = frame.loc[~frame["concept:name"].isin(TYPES), "concept:name"].value_counts()
    assert source.skipped == {str(name): int(n) for name, n in counts.items()}
    assert (source.total, source.filtered) == (total, 0)


def test_every_event_is_accepted_with_the_time_and_the_numbers_of_the_log(
    frame: pd.DataFrame, found: list[tuple[int, dict[str, Any]]]
) -> None:
    ordered = frame.sort_values(["instant", "row"], kind="stable")
    ordered["rank"] = ordered.groupby(["case:concept:name", "concept:name"]).cumcount() + 1
    expected = [
        (row["row"], row["case:concept:name"], kind, row["rank"], row["instant"])
        for _, row in ordered.iterrows()
        for kind in TYPES.get(row["concept:name"], [])
    ]
    decoded = []
    for row, message in found:
        event = decode_event(json.dumps(message).encode())
        assert isinstance(event, Event)
        instant = pd.Timestamp(event.occurred_us, unit="us", tz="UTC")
        decoded.append((row, event.declaration_key, event.event_type, event.occurrence_no, instant))
    assert decoded == expected


def test_offsets_and_microseconds_stay(frame: pd.DataFrame, found: list[tuple[int, dict[str, Any]]]) -> None:
    stated = dict(zip(frame["row"], frame["time:timestamp"], strict=True))
    assert all(message["occurred_at"] == stated[row].replace(" ", "T") for row, message in found)


def test_channel_comes_with_its_assignment_and_no_person_is_written(
    found: list[tuple[int, dict[str, Any]]],
) -> None:
    for _, message in found:
        assert message.get("attrs") == (
            {"channel": 2} if message["event_type"] == "CHANNEL_ASSIGNED" else None
        )
        assert "Resource" not in json.dumps(message)
    assert len({message["event_id"] for _, message in found}) == len(found)


def test_an_officer_can_be_kept_as_a_keyed_hash(tmp_path: Path) -> None:
    assert LOG is not None
    text = (
        (ROOT / "mappings/receipt.yaml")
        .read_text(encoding="utf-8")
        .replace("personal: drop", "personal: hash")
    )
    (tmp_path / "hashed.yaml").write_text(text, encoding="utf-8")
    records = list(open_source(LOG, load_mapping(tmp_path / "hashed.yaml", hash_key=b"k" * 16)))
    hashes = {json.loads(record.value)["attrs"]["officer_hash"] for record in records}
    assert 1 < len(hashes) <= 48
    assert all(len(digest) == 16 for digest in hashes)
