"""Raw customs messages, good and bad, through Kafka and through a backfill: both end in the same views."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from builders import message
from customs_schema import INVALID, VALID, example
from running import Running, local
from stores import all_views, opened, release_monitor
from streams.core.event import Rejected
from streams.customs.translate import translate

pytestmark = pytest.mark.integration

KEY = "sixteen bytes or more"
NAME = "day.customs.jsonl"


DAY = (
    *(
        "IDC",
        "VAD3AC",
        "VAD487",
        "VAD491",
        "VAD487-ordered-again",
        "VAD800",
        "IDE",
        "VAD2AE",
        "VAD1BK",
        "VAD1BJ",
    ),
    *("VAD2AG", "HOLD_PLACED", "HOLD_LIFTED", "GATE_OUT", "VAD2AG"),
)


def line_of(path: Path) -> bytes:
    """An example in one line."""
    raw = path.read_bytes()
    try:
        return json.dumps(json.loads(raw)).encode()
    except ValueError:
        return b" ".join(raw.split())


def day_of(declaration: int) -> Iterator[bytes]:
    """One import from its registration to the gate, its clearance told twice."""
    for name in DAY:
        content: dict[str, Any] = example(name)
        content["declaration_no"] = f"1{declaration:010}{content['declaration_no'][11]}"
        yield json.dumps(content).encode()


LINES = [line for path in [*VALID, *INVALID] if (line := line_of(path))] + [
    line for declaration in range(40) for line in day_of(declaration)
]
REFUSED = {
    line: answer for line in LINES if isinstance(answer := translate(line, hash_key=KEY.encode()), Rejected)
}


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("raw") / NAME
    path.write_bytes(b"\n".join(LINES) + b"\n")
    return path


@pytest.fixture(scope="module")
def streamed(file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that the messages came to through Kafka, beside events of schema v1."""
    data = tmp_path_factory.mktemp("streamed")
    events = file.parent / "events.jsonl"
    events.write_bytes(message("REGISTERED", "08:00:00", declaration_key="other") + b"\n{broken\n")
    release_monitor(
        "local",
        "--input",
        file,
        "--input",
        events,
        "--data",
        data,
        "--until-drained",
        RELEASE_MONITOR_HASH_KEY=KEY,
    )
    return data


@pytest.fixture(scope="module")
def filled(file: Path, streamed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that the same files were written into without Kafka."""
    data = tmp_path_factory.mktemp("filled")
    done = release_monitor(
        "backfill", file, file.parent / "events.jsonl", "--data", data, RELEASE_MONITOR_HASH_KEY=KEY
    )
    assert f"{len(LINES) + 2:,} messages: " in done.stdout
    return data


def test_a_job_leaves_figures_of_cohorts_that_are_up_to_date(streamed: Path, filled: Path) -> None:
    """Asked of a closed folder, in which the schedule rests; before anything else has opened it."""
    for data in (streamed, filled):
        told = release_monitor(
            "query",
            "--data",
            data,
            "--format",
            "CSV",
            "SELECT (SELECT sum(population_n + cancelled_n) FROM cohort_yearly WHERE interval_code = 'REG_REL'"
            " AND clock = 'elapsed' AND direction = 'all' AND office = 'all' AND channel = 'all'),"
            " (SELECT countIf(in_scope) FROM declarations_current WHERE registered_at IS NOT NULL)",
        ).stdout.split(",")
        assert int(told[0]) == int(told[1]) > 30


def test_a_stream_and_a_backfill_of_raw_messages_give_the_same_views(streamed: Path, filled: Path) -> None:
    stream = all_views(streamed)
    assert stream == all_views(filled)
    assert len(stream["declarations_current"]) == 43
    assert not [row for row in stream["declarations_current"] if row[12] == "orphan"]


def test_every_raw_message_is_accounted_for_at_its_place(streamed: Path) -> None:
    with opened(streamed) as client:
        places = client.query(
            "SELECT kafka_topic, count() FROM (SELECT DISTINCT kafka_topic, kafka_partition, kafka_offset"
            " FROM release_monitor.events_history) GROUP BY 1"
        ).result_rows
        ((accounted,),) = client.query(
            "SELECT sum(accounted) FROM release_monitor.reconciliation WHERE kafka_topic = 'customs-messages'"
        ).result_rows
    assert accounted == len(LINES)
    assert dict(places)["declaration-events"] == 1
    assert 0 < dict(places)["customs-messages"] <= len(LINES) - len(REFUSED)


def test_refusals_keep_payload_reason_and_the_field(streamed: Path, filled: Path) -> None:
    expected = Counter(
        (line, REFUSED[line].reason, REFUSED[line].detail) for line in LINES if line in REFUSED
    )
    for data, feed in ((streamed, "customs-messages"), (filled, f"file:{NAME}")):
        with opened(data) as client:
            found = client.query(
                "SELECT payload, reason, detail FROM release_monitor.rejected_events"
                " WHERE kafka_topic = {feed:String}",
                parameters={"feed": feed},
                column_formats={"payload": "bytes"},
            ).result_rows
        assert Counter((bytes(payload), reason, detail) for payload, reason, detail in found) == expected
    assert {one.reason for one in REFUSED.values()} >= {
        "unknown_type",
        "invalid_time",
        "missing_field",
        "future",
    }


def stored(pipeline: Running, key: str) -> list[str]:
    answer = release_monitor(
        "query",
        "--data",
        pipeline.data_dir,
        "--format",
        "TSV",
        f"SELECT event_type FROM events WHERE declaration_key = '{key}' ORDER BY event_type",
    )
    return answer.stdout.split()


def test_load_goes_to_the_topic_of_raw_messages_and_replay_goes_back_there(tmp_path: Path) -> None:
    raw = tmp_path / NAME
    raw.write_bytes(
        json.dumps(example("IDC")).encode() + b"\n" + json.dumps(example("VAD1AC")).encode() + b"\n"
    )
    with local(tmp_path / "data", "--input", _nothing(tmp_path)) as pipeline:
        loaded = release_monitor("load", raw, "--data", pipeline.data_dir)
        assert loaded.stdout == f"{raw}: 2 messages in customs-messages\n"
        pipeline.wait(lambda: "CHANNEL_ASSIGNED" in stored(pipeline, "10745238161"), 60, "one is stored")
        listed = release_monitor("rejected", "--data", pipeline.data_dir).stdout
        assert "RELEASE_MONITOR_HASH_KEY - at `$.items.trader_code`" in listed
        assert (
            "nothing to replay" in release_monitor("rejected", "replay", "--data", pipeline.data_dir).stdout
        )
        again = release_monitor(
            "rejected", "replay", "--data", pipeline.data_dir, RELEASE_MONITOR_HASH_KEY=KEY
        )
        assert again.stdout == "1 messages sent to customs-messages again\n"


def _nothing(folder: Path) -> Path:
    path = folder / "nothing.jsonl"
    path.write_bytes(b"")
    return path
