"""All rules together: complete, documented, committed as they are made, and of metrics that exist."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from stores import REPOSITORY
from streams.alerts.catalogue import ALERTS, Alert, Record
from streams.alerts.inhibitions import INHIBITIONS
from streams.alerts.pace import FASTEST, Pace
from streams.alerts.rules import files, groups
from streams.alerts.servers import Addresses
from streams.alerts.texts import Links
from streams.cli.main import application
from streams.metrics.catalogue import CATALOGUE
from streams.reference import load_reference

TARGETS = load_reference(None).targets
RULES = [rule for group in groups(TARGETS, Pace()) for rule in group.rules]
ALL_ALERTS = [rule for rule in RULES if isinstance(rule, Alert)]
RUNBOOK = REPOSITORY / "docs" / "runbook.md"


def test_every_alert_of_the_catalogue_has_a_rule() -> None:
    assert {alert.name for alert in ALL_ALERTS} == set(ALERTS)


def test_recorded_series_are_named_level_metric_operation_and_once() -> None:
    names = [rule.name for rule in RULES if isinstance(rule, Record)]
    assert [name for name in names if not re.fullmatch(r"[a-z_]+:release_[a-z_]+:[a-z0-9_]+", name)] == []
    assert len(set(names)) == len(names)


def test_what_is_read_was_recorded_before() -> None:
    recorded: set[str] = set()
    for rule in RULES:
        read = set(re.findall(r"[a-z_]+:release_[a-z_]+:[a-z0-9_]+", rule.expr))
        assert read <= recorded, rule.name
        recorded.add(rule.name)


@pytest.mark.parametrize("alert", ALL_ALERTS, ids=lambda alert: f"{alert.name} {alert.severity}")
def test_every_alert_says_what_people_need(alert: Alert) -> None:
    rule = alert.rule(Links("https://grafana.example", "https://docs.example/runbook"))
    assert rule["labels"]["severity"] in ("page", "ticket")
    notes = rule["annotations"]
    assert all(notes.values())
    assert notes["summary_vi"] in notes["summary"]
    assert notes["summary_en"] in notes["summary"]
    assert notes["summary_vi"] != notes["summary_en"]
    assert notes["dashboard_url"].startswith("https://grafana.example/d/release-")
    assert notes["runbook_url"] == f"https://docs.example/runbook#{alert.name.lower()}"
    if alert.component == "clearance":
        assert "{{ $labels.office }}" in notes["dashboard_url"]
        assert "name_vi" in notes["summary_vi"]
        assert "name_en" in notes["summary_en"]


def test_every_metric_and_label_that_is_read_exists() -> None:
    """By the catalogue of the metrics; what a group, a sum or Prometheus itself adds is no label of theirs."""
    labels = {name: set(declared.labels) for declared in CATALOGUE for name in declared.exposed}
    for rule in RULES:
        for metric, matchers in re.findall(r"(?<![:\w])(release_\w+)(?:\{([^}]*)\})?(?!:)", rule.expr):
            assert metric in labels, f"{rule.name}: {metric}"
            assert set(re.findall(r"(\w+)(?:=|!=|=~)\"", matchers)) <= labels[metric], (
                f"{rule.name}: {metric}"
            )


def test_rules_of_one_alert_differ_in_their_labels() -> None:
    labels = [(alert.name, alert.severity, *sorted(alert.labels.items())) for alert in ALL_ALERTS]
    assert len(set(labels)) == len(labels)


def test_inhibitions_name_alerts_that_exist() -> None:
    for inhibition in INHIBITIONS:
        for labels in (inhibition.source, inhibition.target):
            named = labels.get("alertname", "").split("|")
            assert set(named) - {""} <= ALERTS.keys()
            assert labels.get("component", "clearance") in ALERTS.values()


def test_every_length_is_divided_by_the_pace() -> None:
    """No range, offset or wait of the rules is left as long as it was."""

    def lengths(factor: int) -> list[str]:
        text = "\n".join(
            rule.expr + (f"\nfor {rule.lasting}" if isinstance(rule, Alert) else "")
            for group in groups(TARGETS, Pace(factor))
            for rule in group.rules
        )
        return re.findall(r"\[([^\]]+)\]|offset (\w+)|^for (\w+)", text, re.MULTILINE)  # type: ignore[return-value]

    slow, fast = lengths(1), lengths(FASTEST)
    assert len(slow) == len(fast) > 60
    assert [pair for pair in zip(slow, fast, strict=True) if pair[0] == pair[1]] == []


def test_the_committed_files_are_what_the_command_of_the_makefile_writes(tmp_path: Path) -> None:
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8").replace("\\\n", " ")
    command = re.search(r"/release-monitor (rules .*)", makefile)
    assert command is not None
    arguments = shlex.split(command[1])
    out = arguments.index("--out") + 1
    committed, arguments[out] = REPOSITORY / arguments[out], str(tmp_path)
    done = CliRunner().invoke(application(), arguments, env={"RELEASE_MONITOR_REFERENCE_FILE": ""})
    assert done.exit_code == 0, done.output
    written = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file())
    assert len(written) == 3
    for path in written:
        assert (committed / path).read_text(encoding="utf-8") == (tmp_path / path).read_text(
            encoding="utf-8"
        ), f"{committed / path} is old: run `make rules`"


def test_a_webhook_is_told_and_without_one_nobody_is() -> None:
    def receivers(webhook: str) -> list[dict[str, object]]:
        addresses = Addresses(webhook=webhook)
        (text,) = (
            text
            for path, text in files(TARGETS, Pace(), Links(), addresses).items()
            if path.name == "alertmanager.yml"
        )
        return list(yaml.safe_load(text)["receivers"])

    assert receivers("") == [{"name": "pages"}, {"name": "tickets"}]
    for receiver in receivers("http://127.0.0.1:9/"):
        assert receiver["webhook_configs"] == [{"url": "http://127.0.0.1:9/", "send_resolved": True}]


def test_the_runbook_has_a_section_for_every_alert_and_no_other_alert() -> None:
    headings = re.findall(r"^### (\w+)$", RUNBOOK.read_text(encoding="utf-8"), re.MULTILINE)
    assert headings == list(ALERTS)


@pytest.mark.parametrize("alert", list(ALERTS))
def test_every_section_answers_the_same_questions(alert: str) -> None:
    text = RUNBOOK.read_text(encoding="utf-8")
    section = text[text.index(f"### {alert}\n") :].split("\n### ")[0].split("\n## ")[0]
    for question in ("Nghĩa là:", "It means:", "Look first", "Causes", "Do", "No problem", "It ends"):
        assert f"**{question}" in section, question
