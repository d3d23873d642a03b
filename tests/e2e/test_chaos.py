"""Two hundred thousand events with every fault, against the oracle; and a store that refuses: nothing changes."""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import oracle
from running import local, reasons, sample_values
from stores import VIEWS, all_views, opened, release_monitor
from streams.local.runtime import Runtime
from streams.simulator.generate import FAULTS, generate
from streams.store.client import HttpTarget, connect

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]

START = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
REFUSAL_S = 30.0


@pytest.fixture(scope="module")
def stream(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[bytes], Counter[str]]:
    """The generated stream as a file, its messages, and the number of poison messages by reason."""
    path = tmp_path_factory.mktemp("stream") / "events.jsonl"
    poison: Counter[str] = Counter()
    messages: list[bytes] = []
    for one in generate(7, 28_000, START, 30, frozenset(FAULTS)):
        value = one.value.replace(b"\n", b" ")
        if value.strip():  # an empty line is no message in a file
            messages.append(value)
            if one.reason is not None:
                poison[one.reason] += 1
    path.write_bytes(b"\n".join(messages) + b"\n")
    return path, messages, poison


@pytest.fixture(scope="module")
def backfilled(
    stream: tuple[Path, list[bytes], Counter[str]], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[tuple[Any, ...]]]:
    folder = tmp_path_factory.mktemp("backfill")
    release_monitor("backfill", stream[0], "--data", folder)
    return all_views(folder)


def test_the_stream_is_worth_the_name(stream: tuple[Path, list[bytes], Counter[str]]) -> None:
    assert len(stream[1]) >= 200_000
    assert len(stream[2]) >= 10


def test_backfill_equals_the_oracle(
    stream: tuple[Path, list[bytes], Counter[str]], backfilled: dict[str, list[tuple[Any, ...]]]
) -> None:
    expected = oracle.compute(stream[1])
    oracle.compare(expected, backfilled, VIEWS)
    assert dict(backfilled["rejected"]) == dict(expected.rejected) == dict(stream[2])


def refuse_writes(runtime: Runtime, refuse: bool) -> None:
    """Make the real engine refuse every event, by a constraint that no row meets; or take that back."""
    client = connect(HttpTarget("127.0.0.1", runtime.store_port, "writer", runtime.writer_password))
    for table in ("declaration_events", "declarations"):
        change = "ADD CONSTRAINT refused CHECK 0" if refuse else "DROP CONSTRAINT refused"
        client.command(f"ALTER TABLE release_monitor.{table} {change}")
    client.close()


def test_a_refusing_store_changes_nothing(
    stream: tuple[Path, list[bytes], Counter[str]],
    backfilled: dict[str, list[tuple[Any, ...]]],
    tmp_path: Path,
) -> None:
    with local(tmp_path, "--input", stream[0], "--until-drained", "--speed", "8000") as pipeline:
        pipeline.wait(lambda: pipeline.get("/readyz")[0] == 200, 60, "the worker is ready")
        refuse_writes(pipeline.runtime(), refuse=True)
        begin = time.monotonic()
        pipeline.wait(lambda: pipeline.get("/readyz")[0] == 503, 20, "/readyz says that it waits")
        assert any(reason.startswith("sink: waiting") for reason in reasons(pipeline.get("/readyz")[1]))
        assert sample_values(pipeline.get("/metrics")[1])["release_sink_stalled"] == 1
        assert pipeline.get("/healthz")[0] == 200  # waiting is no illness: a restart would not help
        time.sleep(max(0.0, REFUSAL_S - (time.monotonic() - begin)))
        assert pipeline.process.poll() is None
        refuse_writes(pipeline.runtime(), refuse=False)

        assert pipeline.process.wait(240) == 0, pipeline.said()
        assert "not yet accounted for" in pipeline.said()
    streamed = all_views(tmp_path)
    for view, rows in backfilled.items():
        assert streamed[view] == rows, view
    with opened(tmp_path) as client:
        assert client.query("SELECT sum(accounted) FROM release_monitor.reconciliation").result_rows == [
            (len(stream[1]),)
        ]
