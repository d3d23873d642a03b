"""What Grafana is given beside the boards: files that it reads, whose references lead somewhere, and no secret."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from grafana_foundation_sdk.models import alerting

from boards import GRAFANA, boards, texts
from grafana.source import store_rules
from grafana.source.parts import ALERTS

PROVISIONING = GRAFANA / "provisioning"
FILES = sorted(PROVISIONING.rglob("*.yaml"))


def read(name: str) -> dict[str, Any]:
    document = yaml.safe_load((PROVISIONING / name).read_text(encoding="utf-8"))
    assert isinstance(document, dict)
    return document


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PROVISIONING)))
def test_every_file_is_of_version_1(path: Any) -> None:
    assert read(str(path.relative_to(PROVISIONING)))["apiVersion"] == 1


def test_there_are_the_folders_that_grafana_looks_into() -> None:
    assert {path.parent.name for path in FILES} == {"alerting", "dashboards", "datasources", "plugins"}


def test_data_sources_have_the_uids_and_types_that_boards_ask() -> None:
    given = {
        source["uid"]: source["type"] for source in read("datasources/release-monitor.yaml")["datasources"]
    }
    asked = {
        (target["datasource"]["uid"], target["datasource"]["type"])
        for board in boards().values()
        for panel in board["panels"]
        for target in panel.get("targets") or ()
    }
    assert asked == set(given.items())


def test_addresses_and_passwords_come_from_the_environment() -> None:
    sources = read("datasources/release-monitor.yaml")["datasources"]
    named = set(re.findall(r"\$(BOARDS_\w+)", " ".join(texts(sources))))
    assert named == {
        "BOARDS_PROMETHEUS_URL",
        "BOARDS_CLICKHOUSE_HOST",
        "BOARDS_CLICKHOUSE_PORT",
        "BOARDS_CLICKHOUSE_SECURE",
        "BOARDS_CLICKHOUSE_USER",
        "BOARDS_CLICKHOUSE_PASSWORD",
    }
    (store,) = [source for source in sources if "secureJsonData" in source]
    assert store["secureJsonData"] == {"password": "$BOARDS_CLICKHOUSE_PASSWORD"}


def test_every_name_in_the_environment_is_in_the_documentation() -> None:
    told = (GRAFANA.parent / "docs" / "boards.md").read_text(encoding="utf-8")
    for path in FILES:
        for name in re.findall(r"\$(BOARDS_\w+)", path.read_text(encoding="utf-8")):
            assert f"`{name}`" in told, name


def test_rules_are_as_the_sdk_has_them_and_stand_alone() -> None:
    (group,) = read("alerting/rules.yaml")["groups"]
    rules = group["rules"]
    assert len({rule["uid"] for rule in rules}) == len(rules) == len(store_rules.RULES)
    for rule in rules:
        typed = alerting.Rule.from_json(
            {**rule, "folderUID": group["folder"], "orgID": group["orgId"], "ruleGroup": group["name"]}
        )
        assert typed.no_data_state == "OK"
        refs = [query["refId"] for query in rule["data"]]
        assert rule["condition"] == refs[-1]
        assert rule["data"][-1]["model"]["expression"] in refs
        assert rule["data"][0]["datasourceUid"] == "release-clickhouse"
        assert {"summary", "summary_vi", "summary_en", "description"} == rule["annotations"].keys()
        assert rule["labels"] == {"severity": "ticket", "component": "store"}


def test_a_rule_points_at_a_panel_of_a_board() -> None:
    numbers = {board["uid"]: {panel["id"] for panel in board["panels"]} for board in boards().values()}
    for rule in read("alerting/rules.yaml")["groups"][0]["rules"]:
        assert rule["panelId"] in numbers[rule["dashboardUid"]]


def test_no_alert_is_in_grafana_and_in_prometheus() -> None:
    titles = {rule["title"] for rule in read("alerting/rules.yaml")["groups"][0]["rules"]}
    assert not titles & {f"{word.vi} · {word.en}" for word in ALERTS.values()}
    sources = {rule["data"][0]["datasourceUid"] for rule in read("alerting/rules.yaml")["groups"][0]["rules"]}
    assert sources == {"release-clickhouse"}


def test_nothing_but_names_of_the_environment_has_a_dollar() -> None:
    """Grafana takes any other dollar for a variable that is empty, but for queries."""
    for name in ("contact-points", "policies", "mute-times", "templates"):
        for text in texts(read(f"alerting/{name}.yaml")):
            assert not re.sub(r"\$BOARDS_[A-Z_]+", "", text).count("$"), text
    for rule in read("alerting/rules.yaml")["groups"][0]["rules"]:
        assert not any("$" in text for key, part in rule.items() if key != "data" for text in texts(part))


def test_policies_lead_to_contact_points_and_mute_times_that_there_are() -> None:
    points = {point["name"]: point for point in read("alerting/contact-points.yaml")["contactPoints"]}
    mute = {time["name"] for time in read("alerting/mute-times.yaml")["muteTimes"]}
    (policy,) = read("alerting/policies.yaml")["policies"]
    for route in (policy, *policy["routes"]):
        assert route["receiver"] in points
        assert set(route.get("mute_time_intervals", ())) <= mute
    uids = [receiver["uid"] for point in points.values() for receiver in point["receivers"]]
    assert len(set(uids)) == len(uids)
    assert {receiver["type"] for point in points.values() for receiver in point["receivers"]} == {
        "webhook",
        "email",
    }
    assert policy["routes"][0]["object_matchers"] == [["component", "=", "store"]]


def test_mute_times_are_as_the_sdk_has_them() -> None:
    for time in read("alerting/mute-times.yaml")["muteTimes"]:
        typed = alerting.MuteTiming.from_json(time)
        assert typed.time_intervals


def test_messages_use_templates_that_there_are() -> None:
    defined = set(re.findall(r'\{\{ define "([\w.-]+)"', " ".join(texts(read("alerting/templates.yaml")))))
    used = set(re.findall(r'template "([\w.-]+)"', " ".join(texts(read("alerting/contact-points.yaml")))))
    assert used == defined == {"release-monitor.title", "release-monitor.text"}


def test_boards_are_read_from_where_they_are_mounted() -> None:
    (provider,) = read("dashboards/release-monitor.yaml")["providers"]
    assert provider["options"]["path"] == "/var/lib/grafana/dashboards/release-monitor"
    assert provider["folder"] == store_rules.FOLDER
