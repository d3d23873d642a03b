"""The chaos run in short: kills, a zombie, rebalances, a broker and a store that die; every view equals a backfill.

The long one is `make chaos`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from chaos.run import run
from chaos.schedule import Kind, Plan
from slow import TOLD

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]

PLAN = Plan(
    seed=20,
    events=60_000,
    speed=2_000.0,
    kills=5,
    pauses=1,
    outage_s=5.0,
    crew=(1, 2, 1),
    session_timeout_s=2.0,
    window_days=0.1,
)


def test_every_view_equals_a_backfill_after_kills_rebalances_and_outages(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    report = run(PLAN, tmp_path, most_s=580, say=lambda text: print(text, flush=True))
    record_property(TOLD, "\n".join(report.lines()))
    done = [incident.what for incident in report.incidents]
    assert sorted(done) == sorted(
        [Kind.KILL] * 5 + [Kind.PAUSE, Kind.SCALE, Kind.SCALE, Kind.BROKER, Kind.STORE]
    )
    assert report.views["events"] > 50_000
    assert report.replays > 0
