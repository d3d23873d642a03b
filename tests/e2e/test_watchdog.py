"""A part of a worker that is stuck: the worker is ended by its watchdog and started anew, and nothing is lost."""

from __future__ import annotations

import datetime as dt
import signal
from pathlib import Path

import pytest

from chaos.processes import targets_of
from running import local
from stores import all_views, release_monitor
from streams.simulator.generate import FAULTS, generate

pytestmark = [pytest.mark.integration, pytest.mark.timeout(400)]


def test_a_worker_with_a_stuck_intake_is_ended_and_the_next_one_goes_on(tmp_path: Path) -> None:
    source = tmp_path / "events.jsonl"
    feed = generate(9, 400, dt.datetime(2026, 3, 2, tzinfo=dt.UTC), 3, FAULTS)
    source.write_bytes(b"".join(message.value.replace(b"\n", b" ") + b"\n" for message in feed))
    data = tmp_path / "stream"
    options = ("--input", source, "--until-drained", "--speed", "400")
    with local(data, *options, RELEASE_MONITOR_STALL_TIMEOUT_S="4") as pipeline:
        pipeline.wait(lambda: pipeline.get("/readyz")[0] == 200, 60, "the worker is ready")
        worker = pipeline.runtime().workers[0]
        (intake,) = (one for one in targets_of(1, worker) if one.part == "intake")
        assert intake.send(signal.SIGSTOP)
        pipeline.wait(lambda: pipeline.runtime().workers[0] != worker, 30, "the worker is started anew")
        assert not intake.send(signal.SIGCONT)  # it is gone, although it could not hear
        assert pipeline.process.wait(120) == 0, pipeline.said()
        assert "a worker ended and was started anew" in pipeline.said()
    log = (data / "logs" / "worker-1.log").read_text()
    assert log.count("the worker makes no progress and is ended") == 1
    assert "intake: no sign of life for" in log
    release_monitor("backfill", source, "--data", tmp_path / "backfill")
    assert all_views(data) == all_views(tmp_path / "backfill")
