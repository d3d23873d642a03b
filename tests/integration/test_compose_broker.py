"""Kafka itself reads the configuration that the compose file gives its container."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from compose_model import read
from deployed import COMPOSE, DEPLOY
from streams.local.kafka_jars import fetch, java, kafka_files

pytestmark = pytest.mark.integration


def formatted(folder: Path, properties: str) -> subprocess.CompletedProcess[str]:
    """What the container does first: format the storage, for which Kafka checks every property together."""
    (folder / "server.properties").write_text(properties, encoding="utf-8")
    cluster = read(COMPOSE).services["kafka"].environment["CLUSTER_ID"]
    command = [
        *(java(), "-Xmx128m", "-XX:TieredStopAtLevel=1", f"-Drelease-monitor.logs={folder}"),
        f"-Dlog4j2.configurationFile={kafka_files() / 'log4j2.properties'}",
        *("-cp", f"{fetch()}/*", "kafka.tools.StorageTool", "format", f"--cluster-id={cluster}"),
        *("--config", str(folder / "server.properties")),
    ]
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
    )


def test_kafka_takes_the_configuration_of_its_container(tmp_path: Path) -> None:
    text = (DEPLOY / "kafka" / "broker" / "server.properties").read_text(encoding="utf-8")
    data = tmp_path / "data"
    elsewhere = re.sub(r"^log\.dirs=.*$", f"log.dirs={data}", text, flags=re.MULTILINE)
    done = formatted(tmp_path, elsewhere)
    assert done.returncode == 0, done.stdout + done.stderr
    cluster = read(COMPOSE).services["kafka"].environment["CLUSTER_ID"]
    assert f"cluster.id={cluster}" in (data / "meta.properties").read_text(encoding="utf-8")
    # An address that clients are told must be one that the broker listens to.
    broken = elsewhere.replace("HOST://127.0.0.1:9092", "ABROAD://127.0.0.1:9092").replace(
        str(data), f"{data}2"
    )
    assert formatted(tmp_path, broken).returncode != 0
