"""The compose file, as far as it can be judged without an engine: its words, its pins, its doors, its secrets."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
import yaml

from compose_model import Compose, EnvFile, Service, ServiceSecret, convert, read
from deployed import (
    COMPOSE,
    DEPLOY,
    METRICS_PORT,
    PREFIX,
    SECRET_SETTINGS,
    SETTINGS,
    lines_of,
    pins,
    version,
)
from stores import REPOSITORY
from streams.settings import Settings
from streams.worker import main as worker_main

FILE = read(COMPOSE)
SERVICES = FILE.services
TASKS = {name for name, service in SERVICES.items() if service.restart == "no"}
PROGRAM = {name for name, service in SERVICES.items() if service.build is not None}
MADE_LATER = {"deploy/secrets/", "deploy/worker.env"}
"""By deploy/make-secrets.sh, and by whoever has settings of their own."""


@pytest.fixture(params=sorted(SERVICES))
def service(request: pytest.FixtureRequest) -> Service:
    return SERVICES[request.param]


def sources(service: Service) -> list[tuple[str, str, str]]:
    """Source, target and mode of what is mounted."""
    return [(source, target, mode) for source, target, mode in (_parts(one) for one in service.volumes)]


def _parts(volume: str) -> tuple[str, str, str]:
    source, target, *mode = volume.split(":")
    return source, target, "".join(mode)


def secrets_of(service: Service) -> dict[str, str]:
    """The secrets of a service: the name of its file in the container, and which one it is."""
    return {
        one.target if isinstance(one, ServiceSecret) else one: one.source
        if isinstance(one, ServiceSecret)
        else one
        for one in service.secrets
    }


def test_the_services_are_those_of_the_pipeline() -> None:
    assert set(SERVICES) == {
        *("kafka", "clickhouse", "worker", "prometheus", "alertmanager", "grafana"),
        *("schema", "topics", "simulator"),
    }
    assert {"schema", "topics", "simulator"} == TASKS
    assert {name for name, one in SERVICES.items() if one.profiles} == {"simulator"}


def test_a_word_that_compose_does_not_know_is_an_error() -> None:
    document = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))
    document = {name: value for name, value in document.items() if not name.startswith("x-")}
    assert isinstance(convert(document), Compose)
    document["services"]["worker"]["healtcheck"] = document["services"]["worker"].pop("healthcheck")
    with pytest.raises(msgspec.ValidationError, match=r"services"):
        convert(document)


def test_containers_write_no_disk_have_no_rights_and_are_nobody(service: Service) -> None:
    assert service.read_only
    assert service.cap_drop == ["ALL"]
    assert service.security_opt == ["no-new-privileges:true"]
    uid, _, _ = service.user.partition(":")
    assert int(uid) > 0
    assert all(mode == "ro" for source, _, mode in sources(service) if source.startswith("."))


def test_containers_take_no_more_than_their_share(service: Service) -> None:
    limits = service.deploy.resources.limits
    assert float(limits.cpus) <= 2
    assert limits.pids > 0
    heap = re.search(r"-Xmx(\d+)m", service.environment.get("KAFKA_HEAP_OPTS", ""))
    if heap is not None:
        assert int(heap[1]) < int(limits.memory.removesuffix("m"))


@pytest.mark.parametrize("name", sorted(set(SERVICES) - TASKS))
def test_what_runs_all_day_is_looked_after(name: str) -> None:
    service = SERVICES[name]
    assert service.healthcheck.test[0] in ("CMD", "CMD-SHELL")
    assert "127.0.0.1" in service.healthcheck.test[-1]
    assert service.healthcheck.interval
    assert service.healthcheck.start_period
    assert service.stop_grace_period


@pytest.mark.parametrize("name", sorted(TASKS))
def test_what_ends_by_itself_is_not_asked_how_it_is(name: str) -> None:
    assert SERVICES[name].healthcheck.disable
    assert not SERVICES[name].ports


def test_what_is_waited_for_can_come() -> None:
    for service in SERVICES.values():
        for awaited, how in service.depends_on.items():
            done = how.condition == "service_completed_successfully"
            assert done == (awaited in TASKS), awaited
            assert not SERVICES[awaited].profiles, awaited


def test_every_image_is_pinned_to_a_version_in_one_place() -> None:
    document = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))
    images = document["x-images"]
    assert {service.image for service in SERVICES.values()} == set(images.values()) - {
        images["grafana-plugins"]
    }
    for image in images.values():
        assert re.fullmatch(r"[a-z0-9/-]+(:v?|@)\d+\.\d+\.\d+(\.\d+)?", image), image
        assert COMPOSE.read_text(encoding="utf-8").count(image) == 1, image


def test_versions_are_those_that_the_tests_run() -> None:
    pom = (DEPLOY / "kafka" / "pom.xml").read_text(encoding="utf-8")
    kafka = re.search(r"<kafka\.version>(.+)</kafka\.version>", pom)
    assert kafka is not None
    assert SERVICES["kafka"].image == f"apache/kafka:{kafka[1]}"
    engine = pins("requirements.lock")["chdb-core"]
    server = SERVICES["clickhouse"].image.partition(":")[2]
    assert server.split(".")[:2] == engine.split(".")[:2]
    assert {SERVICES[name].image for name in PROGRAM} == {f"release-monitor:{version()}"}


def test_every_file_that_is_named_exists() -> None:
    named = {one for service in SERVICES.values() for one, _, _ in sources(service) if one.startswith(".")}
    for service in SERVICES.values():
        named |= {one.path if isinstance(one, EnvFile) else one for one in service.env_file}
        if service.build is not None:
            named |= {service.build.context, service.build.dockerfile}
    named |= {secret.file for secret in FILE.secrets.values()}
    for name in sorted(named):
        if not any(name.startswith(start) for start in MADE_LATER):
            assert (REPOSITORY / name).exists(), name
    for one in ("deploy/secrets/x", "deploy/worker.env", ".env"):
        assert not subprocess.run(
            ["git", "check-ignore", "-q", one], cwd=REPOSITORY, check=False
        ).returncode, one


def test_networks_and_volumes_are_declared_and_used() -> None:
    assert {one for service in SERVICES.values() for one in service.networks} == set(FILE.networks)
    used = {one for service in SERVICES.values() for one, _, _ in sources(service) if "/" not in one}
    assert used == set(FILE.volumes)
    # What needs no way out has none, and what no producer or person asks is not published.
    assert FILE.networks["pipeline"].internal
    assert {name for name, one in SERVICES.items() if "edge" in one.networks} == {
        name for name, one in SERVICES.items() if one.ports
    }


def test_every_door_is_on_this_machine_only() -> None:
    for name, service in SERVICES.items():
        for port in service.ports:
            assert re.fullmatch(r"127\.0\.0\.1:\d+:\d+", port), (name, port)
    published = [port.split(":")[1] for service in SERVICES.values() for port in service.ports]
    assert len(published) == len(set(published))
    kafka = Settings.model_fields["kafka_bootstrap_servers"].default
    clickhouse = Settings.model_fields["clickhouse_port"].default
    # So the program on this machine reaches them without a setting.
    assert SERVICES["kafka"].ports[0].startswith(f"{kafka}:")
    assert SERVICES["clickhouse"].ports == [f"127.0.0.1:{clickhouse}:{clickhouse}"]


def test_settings_are_known_and_secrets_are_files() -> None:
    for name, service in SERVICES.items():
        said = {one for one in service.environment if one.startswith(PREFIX)}
        assert said <= SETTINGS.keys() - SECRET_SETTINGS, name
        for word, value in service.environment.items():
            if re.search(r"PASSWORD|SECRET|TOKEN|_KEY", word):
                assert value.startswith("/run/secrets"), word
        assert set(secrets_of(service).values()) <= FILE.secrets.keys(), name
        if name in PROGRAM:
            assert {one.upper() for one in secrets_of(service)} <= SECRET_SETTINGS, name
            if service.secrets:
                assert service.environment[f"{PREFIX}SECRETS_DIR"] == "/run/secrets"
    used = {one for service in SERVICES.values() for one in secrets_of(service).values()}
    assert used == FILE.secrets.keys()
    assert all(one.file == f"deploy/secrets/{name}" for name, one in FILE.secrets.items())


def test_nobody_has_a_password_that_is_not_theirs() -> None:
    held = {name: set(secrets_of(service).values()) for name, service in SERVICES.items() if service.secrets}
    accounts = {f"clickhouse_{name}_password" for name in ("owner", "writer", "reader", "board")}
    assert held == {
        "schema": accounts,
        "worker": {"clickhouse_writer_password", "hash_key"},
        "grafana": {"clickhouse_board_password", "grafana_admin_password"},
    }
    assert (
        secrets_of(SERVICES["worker"])["release_monitor_clickhouse_password"] == "clickhouse_writer_password"
    )
    assert (
        secrets_of(SERVICES["schema"])["release_monitor_clickhouse_password"] == "clickhouse_owner_password"
    )


def test_the_owner_is_let_in_from_where_the_schema_is_made() -> None:
    users = (DEPLOY / "clickhouse" / "users.d" / "release-monitor.xml").read_text(encoding="utf-8")
    assert re.findall(r"<ip>(.+)</ip>", users) == ["127.0.0.1", "::1"]
    assert SERVICES["schema"].network_mode == "service:clickhouse"
    assert SERVICES["schema"].environment[f"{PREFIX}CLICKHOUSE_HOST"] == "127.0.0.1"
    script = " ".join(SERVICES["schema"].command)
    assert f"--writer {SERVICES['worker'].environment[f'{PREFIX}CLICKHOUSE_USER']} " in script
    assert f"--board {SERVICES['grafana'].environment['BOARDS_CLICKHOUSE_USER']} " in script


def test_what_the_provisioning_of_grafana_asks_for_is_there() -> None:
    grafana = SERVICES["grafana"]
    texts = [
        path.read_text(encoding="utf-8") for path in (REPOSITORY / "grafana/provisioning").rglob("*.yaml")
    ]
    asked = {name for text in texts for name in re.findall(r"\$\{?(BOARDS_\w+)", text)}
    given = {name for name in grafana.environment if name.startswith("BOARDS_")}
    read_from = dict(re.findall(r'(BOARDS_\w+)="\$\$\(cat /run/secrets/(\w+)\)"', grafana.command[0]))
    assert asked == given | read_from.keys()
    assert set(read_from.values()) <= set(secrets_of(grafana))
    assert grafana.command[0].rstrip().endswith("exec /run.sh")
    folders = {name for text in texts for name in re.findall(r"^\s+path: (/\S+)", text, re.MULTILINE)}
    assert folders <= {target for _, target, _ in sources(grafana)}
    home = grafana.environment["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]
    folder, _, board = home.rpartition("/")
    assert {target: source for source, target, _ in sources(grafana)}[folder] == "./grafana/dashboards"
    assert (REPOSITORY / "grafana" / "dashboards" / board).is_file()


def test_prometheus_asks_every_worker_and_tells_the_alertmanager() -> None:
    config = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yml").read_text(encoding="utf-8"))
    (job,) = config["scrape_configs"]
    assert job["job_name"] == "release-monitor"
    assert job["dns_sd_configs"] == [{"names": ["worker"], "type": "A", "port": METRICS_PORT}]
    told = config["alerting"]["alertmanagers"][0]["static_configs"][0]["targets"]
    assert told == ["alertmanager:9093"]
    assert f"127.0.0.1:{METRICS_PORT}/healthz" in SERVICES["worker"].healthcheck.test[-1]
    for name, mounted in (("prometheus", "/etc/prometheus"), ("alertmanager", "/etc/alertmanager")):
        service = SERVICES[name]
        assert (f"./deploy/{name}", mounted, "ro") in sources(service)
        given = next(one for one in service.command if one.startswith("--config.file="))
        place = given.removeprefix(f"--config.file={mounted}/")
        assert (DEPLOY / name / place).is_file()


def test_a_worker_may_end_in_order_before_it_is_killed() -> None:
    assert int(SERVICES["worker"].stop_grace_period.removesuffix("s")) > worker_main._LAST_WORDS_S + 5


@pytest.mark.parametrize("name", ["worker.env.example", "compose.env.example"])
def test_examples_name_what_there_is_with_its_default(name: str) -> None:
    text = (DEPLOY / name).read_text(encoding="utf-8")
    lines = dict(re.findall(r"^#([A-Z_0-9]+)=(.*)$", text, re.MULTILINE))
    assert lines
    assert lines_of(DEPLOY / name) == {}
    told = dict(re.findall(r"\$\{(\w+):-([^}]*)\}", COMPOSE.read_text(encoding="utf-8")))
    if name == "compose.env.example":
        assert lines == told
        return
    assert not lines.keys() & SECRET_SETTINGS
    for one, value in lines.items():
        assert value == f"{SETTINGS[one].default}", one


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed")
def test_promtool_reads_the_configuration() -> None:
    done = subprocess.run(
        ["promtool", "check", "config", str(DEPLOY / "prometheus" / "prometheus.yml")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _compose() -> list[str]:
    """The command of Docker Compose, if this machine has one; none needs an engine to read a file."""
    for command in (["docker", "compose"], ["docker-compose"]):
        if (
            shutil.which(command[0])
            and not subprocess.run([*command, "version"], capture_output=True).returncode
        ):
            return command
    return []


@pytest.mark.skipif(not _compose(), reason="Docker Compose is not installed")
def test_docker_compose_reads_the_file(tmp_path: Path) -> None:
    for name in ("docker-compose.yml", "deploy"):
        (shutil.copytree if (REPOSITORY / name).is_dir() else shutil.copy)(REPOSITORY / name, tmp_path / name)
    subprocess.run(["sh", "deploy/make-secrets.sh"], cwd=tmp_path, check=True, stdout=sys.stderr)
    done = subprocess.run(
        [*_compose(), "--profile", "simulator", "config", "--quiet"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
