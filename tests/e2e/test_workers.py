"""Several runs on one folder: the views are those of a backfill, also when the pipeline is killed."""

from __future__ import annotations

import datetime as dt
import json
import time
from pathlib import Path
from typing import Any

import pytest

from running import local
from stores import all_views, release_monitor
from streams.simulator.generate import FAULTS, generate

pytestmark = [pytest.mark.integration, pytest.mark.timeout(400)]


def test_a_second_run_on_the_same_folder_and_file_changes_nothing(tmp_path: Path) -> None:
    source = tmp_path / "events.jsonl"
    feed = generate(4, 300, dt.datetime(2026, 3, 2, tzinfo=dt.UTC), 2, FAULTS)
    source.write_bytes(b"".join(message.value.replace(b"\n", b" ") + b"\n" for message in feed))
    release_monitor("local", "--input", source, "--data", tmp_path / "a", "--until-drained")
    once = all_views(tmp_path / "a")
    release_monitor("local", "--input", source, "--data", tmp_path / "a", "--until-drained")
    twice = all_views(tmp_path / "a")
    assert _told_once(once) == _told_once(twice)


def test_a_run_that_only_changes_a_setting_ends_when_the_windows_are_by_it(tmp_path: Path) -> None:
    source, nothing = tmp_path / "events.jsonl", tmp_path / "nothing.jsonl"
    feed = generate(4, 100, dt.datetime(2026, 3, 2, tzinfo=dt.UTC), 1)
    source.write_bytes(b"".join(message.value + b"\n" for message in feed))
    nothing.write_bytes(b"")
    longer = {"RELEASE_MONITOR_WINDOW_DAYS_24H": "0.5"}
    release_monitor("local", "--input", source, "--data", tmp_path / "a", "--until-drained")
    few = all_views(tmp_path / "a")["windows"]
    release_monitor("local", "--input", nothing, "--data", tmp_path / "a", "--until-drained", **longer)
    release_monitor("backfill", source, "--data", tmp_path / "b", **longer)
    more = all_views(tmp_path / "b")["windows"]
    assert all_views(tmp_path / "a")["windows"] == more
    assert len(more) > len(few)


def _told_once(views: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Leave out what tells of deliveries: a message sent again is refused, or a duplicate, at a position of its own."""
    of_deliveries = ("duplicate", "future")
    kept = [row for row in views["data_quality"] if row[1] not in of_deliveries]
    return {**views, "data_quality": kept, "rejected": []}


def test_a_backfill_and_then_a_stream_of_two_workers_into_one_store_agree_with_one_backfill(
    tmp_path: Path,
) -> None:
    feed = [
        m.value.replace(b"\n", b" ") + b"\n"
        for m in generate(5, 400, dt.datetime(2026, 3, 2, tzinfo=dt.UTC), 2, FAULTS)
    ]
    first, second, whole = (tmp_path / f"{name}.jsonl" for name in ("first", "second", "whole"))
    first.write_bytes(b"".join(feed[::2]))
    second.write_bytes(b"".join(feed[1::2]))
    whole.write_bytes(b"".join(feed))
    release_monitor("backfill", first, "--data", tmp_path / "both")
    release_monitor(
        "local", "--input", second, "--data", tmp_path / "both", "--until-drained", "--workers", "2"
    )
    release_monitor("backfill", whole, "--data", tmp_path / "one")
    assert all_views(tmp_path / "both") == all_views(tmp_path / "one")


def test_what_was_started_ends_with_a_killed_pipeline_and_the_next_run_goes_on(tmp_path: Path) -> None:
    source = tmp_path / "events.jsonl"
    feed = generate(6, 1_500, dt.datetime(2026, 3, 2, tzinfo=dt.UTC), 5, FAULTS - {"poison"})
    source.write_bytes(b"".join(message.value + b"\n" for message in feed))
    data = tmp_path / "data"
    with local(data, "--input", source, "--speed", "2000") as pipeline:
        pipeline.wait(lambda: pipeline.get("/readyz")[0] == 200, 60, "the worker is ready")
        worker = pipeline.runtime().workers[0]
        pipeline.process.kill()
        pipeline.process.wait()
        until = time.monotonic() + 40
        while Path(f"/proc/{worker}").exists() and time.monotonic() < until:
            time.sleep(0.2)
        assert not Path(f"/proc/{worker}").exists()
    gone = release_monitor("doctor", "--data", data, check=False)
    assert (gone.returncode, "no pipeline runs on" in gone.stdout) == (1, True)
    release_monitor("local", "--input", source, "--data", data, "--until-drained")
    release_monitor("backfill", source, "--data", tmp_path / "backfill")
    assert _told_once(all_views(data)) == _told_once(all_views(tmp_path / "backfill"))


def test_one_event_of_a_wrong_year_does_not_take_the_windows_away(tmp_path: Path) -> None:
    feed = [message.value for message in generate(7, 120, dt.datetime(2026, 3, 2, tzinfo=dt.UTC), 2)]
    wrong = {
        "event_id": "wrong",
        "schema_version": 1,
        "source": "OTHER",
        "declaration_key": "wrong-year",
        "event_type": "REGISTERED",
        "occurred_at": "2099-01-01T00:00:00+07:00",
    }
    clean, poisoned = tmp_path / "clean.jsonl", tmp_path / "poisoned.jsonl"
    clean.write_bytes(b"".join(value + b"\n" for value in feed))
    half = len(feed) // 2
    lines = [*feed[:half], json.dumps(wrong).encode(), *feed[half:]]
    poisoned.write_bytes(b"".join(value + b"\n" for value in lines))
    release_monitor("backfill", clean, "--data", tmp_path / "clean")
    release_monitor("backfill", poisoned, "--data", tmp_path / "backfill")
    release_monitor("local", "--input", poisoned, "--data", tmp_path / "stream", "--until-drained")
    expected = all_views(tmp_path / "clean")
    for way in ("backfill", "stream"):
        found = all_views(tmp_path / way)
        assert found["watermark"] == expected["watermark"]
        assert found["windows"] == expected["windows"] != []
        assert ("wrong-year",) in [row[:1] for row in found["declarations_current"]]
