"""What Kafka and ClickHouse of the compose file are given to read."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from compose_model import read
from deployed import COMPOSE, DEPLOY, lines_of
from streams.local.broker_config import server_properties

BROKER = lines_of(DEPLOY / "kafka" / "broker" / "server.properties")
SERVICES = read(COMPOSE).services


def test_the_broker_keeps_messages_as_the_one_of_the_tests_does() -> None:
    tested = server_properties(DEPLOY, 1, 2, {})
    for name in (
        "auto.create.topics.enable",
        "message.max.bytes",
        "replica.fetch.max.bytes",
        "log.retention.ms",
        "process.roles",
    ):
        assert BROKER[name] == tested[name], name
    # One node: every internal topic must be content with one copy.
    copies = {name for name in tested if name.endswith((".replication.factor", ".min.isr"))}
    assert {name for name in BROKER if BROKER[name] == tested.get(name)} >= copies


def test_clients_are_told_an_address_that_they_can_reach() -> None:
    told = dict(one.split("://") for one in BROKER["advertised.listeners"].split(","))
    bound = dict(one.split("://") for one in BROKER["listeners"].split(","))
    settings = SERVICES["worker"].environment
    assert told["INTERNAL"] == settings["RELEASE_MONITOR_KAFKA_BOOTSTRAP_SERVERS"] == "kafka:9092"
    assert bound["INTERNAL"] == ":9092"
    (port,) = SERVICES["kafka"].ports
    published, _, inside = port.rpartition(":")
    assert told["HOST"] == published
    assert bound["HOST"] == f":{inside}"
    assert bound["CONTROLLER"].startswith("localhost:")
    assert BROKER["controller.quorum.voters"] == f"1@{bound['CONTROLLER']}"


def test_the_broker_writes_into_its_volume() -> None:
    assert f"kafka-data:{BROKER['log.dirs']}" in SERVICES["kafka"].volumes
    assert re.fullmatch(r"[A-Za-z0-9_-]{22}", SERVICES["kafka"].environment["CLUSTER_ID"])


def test_clickhouse_listens_to_nothing_that_nobody_uses() -> None:
    config = ElementTree.parse(DEPLOY / "clickhouse" / "config.d" / "release-monitor.xml").getroot()
    removed = {one.tag for one in config if one.get("remove")}
    assert {"mysql_port", "postgresql_port", "interserver_http_port"} <= removed
    kept = {one.tag: one.findtext("ttl") for one in config if one.get("replace")}
    assert kept.keys() == {"query_log", "part_log"}
    assert all(kept.values())
    assert not removed & kept.keys()
    disk = config.findtext("storage_configuration/disks/backups/path")
    assert disk == config.findtext("backups/allowed_path")
    data = next(
        one.split(":")[1] for one in SERVICES["clickhouse"].volumes if one.startswith("clickhouse-data:")
    )
    assert str(disk).startswith(f"{data}/")
