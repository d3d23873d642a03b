from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from streams.local import kafka_jars
from streams.local.broker import BrokerError, LocalBroker, first_line, last_error, main
from streams.local.broker_config import free_port, is_free, jvm_flags, render, server_properties


class TestProperties:
    def test_everything_listens_on_loopback_only(self) -> None:
        properties = server_properties(Path("/data"), 20_001, 20_002, {})
        assert properties["listeners"] == "PLAINTEXT://127.0.0.1:20001,CONTROLLER://127.0.0.1:20002"
        assert properties["advertised.listeners"] == "PLAINTEXT://127.0.0.1:20001"

    def test_topics_are_never_made_by_accident_and_events_are_kept(self) -> None:
        properties = server_properties(Path("/data"), 1, 2, {})
        assert properties["auto.create.topics.enable"] == "false"
        assert properties["log.retention.ms"] == "-1"

    def test_extra_wins(self) -> None:
        assert server_properties(Path("/data"), 1, 2, {"log.retention.ms": "5"})["log.retention.ms"] == "5"

    def test_rendered_one_a_line_with_backslashes_kept(self) -> None:
        assert render({"a": "1", "b": "c\\d"}) == "a=1\nb=c\\\\d\n"

    @pytest.mark.parametrize(("name", "value"), [("a", "1\nb=2"), ("a\nb", "1"), (" ", "1")])
    def test_a_value_cannot_smuggle_in_another_property(self, name: str, value: str) -> None:
        with pytest.raises(ValueError, match="not a property"):
            render({name: value})

    def test_the_heap_is_bounded(self) -> None:
        assert "-Xmx300m" in jvm_flags(300)


class TestPorts:
    def test_a_wanted_port_is_taken_when_free(self) -> None:
        port = free_port()
        assert free_port(port) == port

    def test_a_taken_port_is_replaced_by_another(self) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            assert not is_free(port)
            assert free_port(port) != port

    def test_ports_stay_below_the_range_of_outgoing_connections(self) -> None:
        assert 20_000 <= free_port() < 32_000

    def test_avoided_ports_are_avoided(self) -> None:
        port = free_port()
        assert free_port(port, avoid=(port,)) != port


def a_maven(folder: Path, script: str) -> dict[str, str]:
    """Return an environment whose `mvn` is a shell script, and whose cache is empty."""
    tool = folder / "bin" / "mvn"
    tool.parent.mkdir()
    tool.write_text(f"#!/bin/sh\n{script}\n")
    tool.chmod(0o755)
    return {"PATH": f"{tool.parent}:{os.environ['PATH']}", "RELEASE_MONITOR_CACHE": str(folder / "cache")}


FILLS_THE_FOLDER = """
for a; do case "$a" in -DoutputDirectory=*) d=${a#*=};; esac; done
mkdir -p "$d"; : >"$d/kafka_2.13-4.jar"
"""


class TestJars:
    def test_the_cache_follows_the_environment(self) -> None:
        assert kafka_jars.cache_root({"RELEASE_MONITOR_CACHE": "/a"}) == Path("/a")
        assert kafka_jars.cache_root({"XDG_CACHE_HOME": "/b"}) == Path("/b/release-monitor")
        assert kafka_jars.cache_root({}) == Path.home() / ".cache" / "release-monitor"

    def test_the_folder_carries_version_and_hash_of_the_pom(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        pom = tmp_path / "pom.xml"
        monkeypatch.setattr(kafka_jars, "kafka_files", lambda: tmp_path)
        pom.write_text("<kafka.version>4.1.0</kafka.version>")
        before = kafka_jars.jar_folder({"RELEASE_MONITOR_CACHE": "/a"})
        pom.write_text("<kafka.version>4.1.0</kafka.version><!-- other -->")
        after = kafka_jars.jar_folder({"RELEASE_MONITOR_CACHE": "/a"})
        assert before.name == after.name == "lib"
        assert before.parent.name.startswith("kafka-4.1.0-")
        assert before != after

    def test_fetched_once(self, tmp_path: Path) -> None:
        environ = a_maven(tmp_path, FILLS_THE_FOLDER)
        jars = kafka_jars.fetch(environ)
        assert [jar.name for jar in jars.iterdir()] == ["kafka_2.13-4.jar"]
        (tmp_path / "bin" / "mvn").unlink()
        assert kafka_jars.fetch(environ) == jars

    def test_a_failure_leaves_nothing_and_says_why_in_one_line(self, tmp_path: Path) -> None:
        script = (
            f"{FILLS_THE_FOLDER}\n"
            + r"""
printf '[ERROR] Could not transfer artifact -> [Help 1]\n[ERROR] \n[ERROR] Re-run Maven using the -X switch\n'
printf '[ERROR] [Help 1] http://example.org\n'
exit 1"""
        )
        with pytest.raises(BrokerError, match="Could not transfer artifact; check the network") as caught:
            kafka_jars.fetch(a_maven(tmp_path, script))
        assert "\n" not in str(caught.value)
        assert list((tmp_path / "cache").iterdir()) == []

    def test_maven_that_brings_nothing_is_a_failure(self, tmp_path: Path) -> None:
        with pytest.raises(BrokerError, match="brought no Kafka"):
            kafka_jars.fetch(a_maven(tmp_path, "exit 0"))

    def test_missing_maven_is_named_with_its_package(self, tmp_path: Path) -> None:
        with pytest.raises(BrokerError, match="Debian package maven"):
            kafka_jars.fetch({"PATH": str(tmp_path), "RELEASE_MONITOR_CACHE": str(tmp_path / "cache")})

    def test_the_command_exits_with_one_line_on_stderr(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        environ = a_maven(tmp_path, "exit 1")
        monkeypatch.setattr("streams.local.broker.fetch", lambda: kafka_jars.fetch(environ))
        monkeypatch.setattr("streams.local.broker.jar_folder", lambda: kafka_jars.jar_folder(environ))
        assert main(["fetch"]) == 1
        printed = capsys.readouterr()
        assert printed.out == "setup: fetching Kafka's jars with Maven\n"
        assert printed.err.count("\n") == 1


class TestReasons:
    def test_a_jvm_says_it_first(self) -> None:
        text = "OpenJDK 64-Bit Server VM warning: x\nInvalid maximum heap size: -Xmx0m\nError: Could not create\n"
        assert first_line(text) == "Invalid maximum heap size: -Xmx0m"
        assert first_line("") == ""

    def test_kafka_says_it_last(self) -> None:
        text = "t INFO  a (x)\nt ERROR b (x)\n\tat somewhere\nCaused by: port taken\n\tat there\nt INFO  bye (x)\n"
        assert last_error(text) == "Caused by: port taken"
        assert last_error("t INFO  a (x)\n") == "t INFO  a (x)"


def test_an_address_only_after_a_start(tmp_path: Path) -> None:
    broker = LocalBroker(tmp_path)
    with pytest.raises(BrokerError, match="not started"):
        _ = broker.bootstrap
    assert not broker.alive()
    assert broker.pid is None
    broker.stop()


def test_unit_tests_reach_no_network() -> None:
    with socket.socket() as client, pytest.raises(AssertionError, match=r"pytest\.mark\.integration"):
        client.connect(("127.0.0.1", 9))
