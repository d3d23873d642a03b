"""Alertmanager itself: its configuration is valid, who is told, and which alert silences which."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from needed_programs import tool
from streams.alerts.catalogue import ALERTS
from streams.alerts.pace import Pace
from streams.alerts.rules import files
from streams.alerts.servers import Addresses
from streams.alerts.texts import Links
from streams.local.broker_config import free_port
from streams.local.guarded_process import GuardedProcess
from streams.reference import load_reference

pytestmark = pytest.mark.integration

Labels = dict[str, str]
Key = tuple[tuple[str, str], ...]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("servers")
    written = files(load_reference(None).targets, Pace(), Links(), Addresses(webhook="http://127.0.0.1:9/"))
    for path, text in written.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def url(folder: Path) -> Iterator[str]:
    """A real Alertmanager."""
    address = f"127.0.0.1:{free_port()}"
    process = GuardedProcess(
        [
            tool("prometheus-alertmanager", "alertmanager"),
            f"--config.file={folder / 'alertmanager' / 'alertmanager.yml'}",
            f"--storage.path={folder / 'data'}",
            f"--web.listen-address={address}",
            "--cluster.listen-address=",
        ],
        folder=folder,
        output=folder / "log",
    )
    try:
        until = time.monotonic() + 60
        while True:
            try:
                urllib.request.urlopen(f"http://{address}/-/ready", timeout=5)
                break
            except OSError:
                assert process.exit_code is None, (folder / "log").read_text()
                assert time.monotonic() < until
                time.sleep(0.05)
        yield f"http://{address}"
    finally:
        process.stop(10)


def alert(name: str, office: str = "", severity: str = "ticket", **labels: str) -> Labels:
    of = {"office": office} if office else {}
    return {"alertname": name, "severity": severity, "component": ALERTS[name], **of, **labels}


STUCK = alert("ReleaseDeclarationsStuck", "27F1", stage="inspection")
OTHER = alert("ReleaseDeclarationsStuck", "27B1", stage="inspection")
FAST = alert("ReleaseTargetBurnFast", "27F1", "page", direction="import", interval="INSP")
SLOW = alert("ReleaseTargetBurnSlow", "27F1", direction="import", interval="INSP")
SLOW_EXPORT = alert("ReleaseTargetBurnSlow", "27F1", direction="export", interval="INSP")
SILENT = alert("ReleaseFeedSilent", "27F1", "page")
STOPPED = alert("ReleaseFeedStopped", severity="page")
LAG = alert("ReleasePipelineLag", severity="page", signal="messages")
WATERMARK = alert("ReleasePipelineLag", signal="watermark")
SINK = alert("ReleaseSinkStalled", severity="page")
GAP = alert("ReleaseReconciliationGap", severity="page", signal="growing")
LOST = alert("ReleaseReconciliationGap", signal="remaining")
DOWN = alert("ReleaseWorkerDown", severity="page", signal="all")
ONE_DOWN = alert("ReleaseWorkerDown", signal="one")
NOT_READY = alert("ReleaseWorkerNotReady")
WINDOWS = alert("ReleaseWindowsStandStill")
REJECTS = alert("ReleaseRejectsHigh")
LAST_BUT_ONE = alert("ReleaseTargetBurnFast", "33PD", "page", direction="transit", interval="INSP")
LAST = alert("ReleaseTargetBurnSlow", "33PD", direction="transit", interval="INSP")
CLEARANCE = [STUCK, OTHER, SLOW, SLOW_EXPORT]

SCENARIOS: list[tuple[str, Labels, list[Labels], list[Labels]]] = [
    # what happens, the alert, what it silences, what it does not
    ("a silent office", SILENT, [STUCK, SLOW, SLOW_EXPORT], [OTHER, REJECTS, STOPPED]),
    ("a feed that has stopped", STOPPED, [*CLEARANCE, SILENT], [REJECTS, LAG]),
    ("a sink that is stalled", SINK, [*CLEARANCE, STOPPED, LAG, GAP, LOST, NOT_READY, WINDOWS], [REJECTS]),
    ("lag", LAG, [*CLEARANCE, STOPPED, SILENT, GAP, WINDOWS], [REJECTS, NOT_READY]),
    ("a watermark that is behind", WATERMARK, [], [*CLEARANCE, SILENT, STOPPED]),
    ("a gap that does not fall", GAP, [], [*CLEARANCE, STOPPED, SILENT]),
    ("one message that is lost", LOST, [], [*CLEARANCE, STOPPED]),
    ("no worker", DOWN, [*CLEARANCE, STOPPED, SILENT, LAG, SINK, GAP, NOT_READY, WINDOWS], [REJECTS]),
    ("one worker of several", ONE_DOWN, [], [*CLEARANCE, LAG, NOT_READY]),
    ("a page for a target", FAST, [SLOW], [SLOW_EXPORT, STUCK]),
    ("refused messages", REJECTS, [], [*CLEARANCE, STOPPED, LAG]),
]


def post(url: str, alerts: list[Labels], ends_in_s: float) -> None:
    now = dt.datetime.now(dt.UTC)
    starts, ends = now - dt.timedelta(minutes=5), now + dt.timedelta(seconds=ends_in_s)
    body = json.dumps(
        [{"labels": labels, "startsAt": starts.isoformat(), "endsAt": ends.isoformat()} for labels in alerts]
    ).encode()
    request = urllib.request.Request(
        f"{url}/api/v2/alerts", body, {"Content-Type": "application/json"}, method="POST"
    )
    urllib.request.urlopen(request, timeout=10)


def suppressed(url: str) -> dict[Key, bool]:
    answer = urllib.request.urlopen(f"{url}/api/v2/alerts", timeout=10)
    found: list[dict[str, Any]] = json.load(answer)
    return {
        tuple(sorted(one["labels"].items())): one["status"]["state"] == "suppressed"
        for one in found
        if one["status"]["state"] != "unprocessed"
    }


def key(labels: Labels) -> Key:
    return tuple(sorted(labels.items()))


def wait_for(url: str, as_wished: Callable[[dict[Key, bool]], bool]) -> dict[Key, bool]:
    until = time.monotonic() + 60
    while not as_wished(state := suppressed(url)):
        assert time.monotonic() < until, state
        time.sleep(0.02)
    return state


@pytest.mark.parametrize(
    ("source", "silenced", "told"),
    [scenario[1:] for scenario in SCENARIOS],
    ids=[one[0] for one in SCENARIOS],
)
def test_inhibition(url: str, source: Labels, silenced: list[Labels], told: list[Labels]) -> None:
    # Where the alert silences others, one of these may itself silence a third: they are asked one at a time.
    for other in (*silenced, *told):
        assert is_silenced_for(url, other, source) == (other in silenced), other


def is_silenced_for(url: str, other: Labels, source: Labels) -> bool:
    """Whether one alert is silenced while another is there.

    Alertmanager takes alerts up in their order, but answers before it has: once it silences the last one for the one
    before, it knows of all before these.
    """
    alerts = [source, other, LAST_BUT_ONE, LAST]
    all_of_them = {key(labels) for labels in alerts}
    post(url, alerts, 60)
    try:
        return wait_for(url, lambda state: state.keys() == all_of_them and state[key(LAST)])[key(other)]
    finally:
        post(url, alerts, -1)
        wait_for(url, lambda state: not state)


@pytest.mark.parametrize(
    ("labels", "receiver"), [(SILENT, "pages"), (STUCK, "tickets")], ids=["page", "ticket"]
)
def test_who_is_told(folder: Path, labels: Labels, receiver: str) -> None:
    done = subprocess.run(
        [
            tool("amtool"),
            "config",
            "routes",
            "test",
            f"--config.file={folder / 'alertmanager' / 'alertmanager.yml'}",
            *(f"{name}={value}" for name, value in labels.items()),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == receiver


def test_the_configuration_is_valid(folder: Path) -> None:
    for command in (
        [tool("promtool"), "check", "config", "prometheus/prometheus.yml"],
        [tool("promtool"), "check", "rules", "prometheus/release-monitor.rules.yml"],
        [tool("amtool"), "check-config", "alertmanager/alertmanager.yml"],
    ):
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
