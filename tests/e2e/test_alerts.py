"""The scanner of one office breaks down, and somebody is told of it: with everything real in between.

Kafka, a worker, the store, Prometheus with the rules, Alertmanager with its routes, and a webhook; the feed is the
simulator's, 60 times as fast as life, and so are the rules.
"""

from __future__ import annotations

import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from needed_programs import tool
from running import Running, local
from slow import TOLD
from stores import REPOSITORY, release_monitor
from streams.alerts.catalogue import ALERTS
from watched import Webhook, api, first_time, values, webhook

pytestmark = [pytest.mark.integration, pytest.mark.timeout(900)]

PACE = 60
OFFICE = "27F1"
NAME_VI, NAME_EN = "Hải quan cửa khẩu cảng Thanh Hóa", "Thanh Hoa Port Customs"
INSPECTIONS = f'release_stuck_declarations{{office="{OFFICE}", stage="inspection", waiting_on="customs"}}'


class Drill:
    """A pipeline that is watched, and who is told."""

    def __init__(self, pipeline: Running, hook: Webhook, since: float) -> None:
        self.pipeline = pipeline
        self.hook = hook
        self.since = since
        self.prometheus = pipeline.runtime().prometheus


@contextmanager
def feed(pipeline: Running) -> Iterator[None]:
    """The scanner breaks at 07:30 on Tuesday; the feed is live from 09:15 on Wednesday, as in the drill."""
    command = [
        sys.executable,
        "-m",
        "streams.cli.main",
        "simulate",
        "--kafka",
        "--data",
        str(pipeline.data_dir),
    ]
    command += ["--seed", "1", "--from", "2026-03-02", "--days", "12"]
    command += ["--faults", "scanner_breakdown", "--fault-day", "2026-03-10", "--fault-office", OFFICE]
    command += ["--live-from", "2026-03-11 09:15", "--pace", str(PACE)]
    with (pipeline.data_dir / "feed.log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=REPOSITORY)
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture(scope="module")
def drill(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Drill]:
    tool("prometheus")
    tool("prometheus-alertmanager", "alertmanager")
    folder = tmp_path_factory.mktemp("alerts")
    with (
        webhook() as hook,
        local(
            folder / "data", "--no-feed", "--alerts", "--alerts-pace", str(PACE), "--webhook", hook.url
        ) as pipeline,
        feed(pipeline),
    ):
        yield Drill(pipeline, hook, time.time())


def test_a_broken_scanner_becomes_a_notification_that_names_the_office(
    drill: Drill, record_property: Callable[[str, object], None]
) -> None:
    labels = {"office": OFFICE, "stage": "inspection", "waiting_on": "customs"}

    def told() -> bool:
        return bool(drill.hook.firing("ReleaseDeclarationsStuck", severity="page", **labels))

    # While the history comes in, the feed's clock may stand in a night: then there is a ticket first.
    drill.pipeline.wait(told, 600, "somebody is paged for stuck declarations")
    (notification, *_) = drill.hook.firing("ReleaseDeclarationsStuck", severity="page", **labels)
    assert notification.labels["component"] == "clearance"
    notes = notification.annotations
    assert notes["summary_vi"].startswith(f"{NAME_VI} ({OFFICE}): ")
    assert notes["summary_vi"].endswith("tờ khai ùn lại ở khâu kiểm tra thực tế, bên phải xử lý: hải quan")
    assert notes["summary_en"].startswith(f"{NAME_EN} ({OFFICE}): ")
    assert notes["summary_en"].endswith("declarations stuck, stage inspection, who must act: customs")
    assert notes["dashboard_url"].endswith(f"/d/release-office/?var-office={OFFICE}")
    assert notes["runbook_url"].endswith("docs/runbook.md#releasedeclarationsstuck")
    everywhere = drill.hook.firing("ReleaseDeclarationsStuck", stage="inspection", waiting_on="customs")
    assert {one.labels["office"] for one in everywhere} == {OFFICE}

    first = first_time(drill.prometheus, f"{INSPECTIONS} > 0", drill.since)
    fourth = first_time(drill.prometheus, f"sum({INSPECTIONS}) > 3", drill.since)
    assert first is not None
    assert fourth is not None
    record_property(
        TOLD,
        f"{OFFICE}: told {notification.at - first:.1f} s after the first stuck declaration was seen,"
        f" {notification.at - fourth:.1f} s after the fourth, of which the rule waits {600 / PACE:g} s",
    )


def test_every_rule_is_evaluated_without_an_error(drill: Drill) -> None:
    groups = api(drill.prometheus, "rules")["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    assert [(rule["name"], rule.get("lastError")) for rule in rules if rule["health"] != "ok"] == []
    assert {rule["name"] for rule in rules if rule["type"] == "alerting"} == set(ALERTS)


@pytest.mark.parametrize(
    "series",
    [
        "office:release_office_working:max",
        "office:release_feed_silence_seconds:min",
        "office:release_open_declarations:sum",
        "office_stage_waiting_on:release_stuck_declarations:sum",
        "office_direction_interval:release_decisions:increase6h",
        "office_direction_interval:release_decisions_late:ratio6h",
        "office_direction_interval:release_target_burn:ratio6h",
        "office_direction:release_channel_assigned:increase1d",
        "office_direction_channel:release_channel_assigned:share1d",
        "topic:release_lag_events:sum",
        "all:release_reconciliation_gap_events:max",
        "all:release_input_messages:increase15m",
    ],
)
def test_recorded_series_have_values_from_the_real_metrics(drill: Drill, series: str) -> None:
    drill.pipeline.wait(lambda: bool(values(drill.prometheus, series)), 120, f"{series} has a value")


def test_it_ends_in_order(drill: Drill) -> None:
    runtime = drill.pipeline.runtime()
    assert drill.pipeline.interrupt() == 0
    for url in (runtime.prometheus, runtime.alertmanager):
        with pytest.raises(OSError, match="refused"):
            urllib.request.urlopen(f"{url}/-/healthy", timeout=5)


def test_what_is_missing_is_said_before_anything_is_started(tmp_path: Path) -> None:
    done = release_monitor("local", "--data", tmp_path, "--alerts", check=False, PATH="")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "error: prometheus is missing: install the Debian packages prometheus and prometheus-alertmanager\n"
    )
    assert not (tmp_path / "store").exists()
