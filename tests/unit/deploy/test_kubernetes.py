"""The manifests: valid for Kubernetes, within the restricted profile, and of one mind with the program."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import kubernetes_validate
import pytest
import yaml
from prometheus_client import CollectorRegistry

from compose_model import read
from deployed import COMPOSE, KUBERNETES, METRICS_PORT, PREFIX, SECRET_SETTINGS, SETTINGS, lines_of, version
from streams.metrics.server import MetricsServer, Verdict
from streams.worker import main as worker_main

KUSTOMIZATION = yaml.safe_load((KUBERNETES / "kustomization.yaml").read_text(encoding="utf-8"))
DOCUMENTS: list[dict[str, Any]] = [
    document
    for name in KUSTOMIZATION["resources"]
    for document in yaml.safe_load_all((KUBERNETES / name).read_text(encoding="utf-8"))
]
BY_KIND = {document["kind"]: document for document in DOCUMENTS}
WORKER = BY_KIND["Deployment"]["spec"]
PODS = {kind: BY_KIND[kind]["spec"]["template"] for kind in ("Deployment", "Job")}
CONTAINERS = [
    (kind, one)
    for kind, pod in PODS.items()
    for one in (*pod["spec"].get("initContainers", ()), *pod["spec"]["containers"])
]


def validate(text: str) -> None:
    """Hold every document of a file against the schemas of Kubernetes, unknown words included."""
    for document in yaml.safe_load_all(text):
        kubernetes_validate.validate(document, kubernetes_validate.latest_version(), strict=True)


@pytest.mark.parametrize("name", KUSTOMIZATION["resources"])
def test_every_manifest_is_valid(name: str) -> None:
    validate((KUBERNETES / name).read_text(encoding="utf-8"))


def test_every_manifest_is_listed() -> None:
    files = {path.name for path in KUBERNETES.glob("*.yaml")} - {"kustomization.yaml"}
    assert files == set(KUSTOMIZATION["resources"])
    assert set(BY_KIND) == {
        *("Namespace", "Deployment", "Job", "Service", "PodDisruptionBudget", "NetworkPolicy")
    }


def test_a_manifest_with_a_word_that_is_none_is_refused() -> None:
    text = (KUBERNETES / "worker.yaml").read_text(encoding="utf-8")
    with pytest.raises(kubernetes_validate.ValidationError, match="readynessProbe"):
        validate(text.replace("readinessProbe", "readynessProbe"))


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl is not installed")
def test_kustomize_puts_them_together() -> None:
    done = subprocess.run(
        ["kubectl", "kustomize", str(KUBERNETES)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    validate(done.stdout)
    made = [one for one in yaml.safe_load_all(done.stdout) if one["kind"] != "Namespace"]
    assert {one["metadata"]["namespace"] for one in made} == {"release-monitor"}
    settings = next(one for one in made if one["kind"] == "ConfigMap")
    assert settings["data"] == lines_of(KUBERNETES / "settings.env")
    # The name has a hash, and the pods ask for it by that name.
    assert done.stdout.count(settings["metadata"]["name"]) == 1 + len(CONTAINERS)
    assert set(re.findall(r"image: (\S+)", done.stdout)) == {f"release-monitor:{version()}"}


def test_the_image_is_that_of_the_compose_file() -> None:
    assert KUSTOMIZATION["images"] == [{"name": "release-monitor", "newTag": version()}]
    assert {one["image"] for _, one in CONTAINERS} == {"release-monitor"}
    assert read(COMPOSE).services["worker"].image == f"release-monitor:{version()}"


@pytest.mark.parametrize(
    ("kind", "container"), CONTAINERS, ids=lambda one: one if isinstance(one, str) else one["name"]
)
def test_containers_fit_the_restricted_profile(kind: str, container: dict[str, Any]) -> None:
    pod = PODS[kind]["spec"]
    assert pod["securityContext"]["runAsNonRoot"]
    assert pod["securityContext"]["runAsUser"] == int(read(COMPOSE).services["worker"].user.split(":")[0])
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["automountServiceAccountToken"] is False
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    for kind_of_limit in ("requests", "limits"):
        assert container["resources"][kind_of_limit].keys() == {"cpu", "memory"}
    volumes = {one["name"] for one in pod["volumes"]}
    assert {one["name"] for one in container["volumeMounts"]} == volumes
    labels = BY_KIND["Namespace"]["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"


@pytest.mark.parametrize(
    ("kind", "container"), CONTAINERS, ids=lambda one: one if isinstance(one, str) else one["name"]
)
def test_settings_are_known_and_secrets_are_files(kind: str, container: dict[str, Any]) -> None:
    said = {one["name"]: one["value"] for one in container["env"]} | lines_of(KUBERNETES / "settings.env")
    assert said.keys() <= SETTINGS.keys() - SECRET_SETTINGS
    mounted = {one["mountPath"] for one in container["volumeMounts"] if one["name"] == "secrets"}
    assert mounted == {said[f"{PREFIX}SECRETS_DIR"]}


def test_no_secret_is_made_here() -> None:
    assert "Secret" not in BY_KIND
    assert "secretGenerator" not in KUSTOMIZATION
    named = {
        one["secret"]["secretName"]
        for pod in PODS.values()
        for one in pod["spec"]["volumes"]
        if "secret" in one
    }
    assert named == {"release-monitor-worker", "release-monitor-owner"}


@pytest.mark.integration
def test_probes_ask_what_the_worker_answers() -> None:
    """The real endpoint is asked; a path that is none gets 404."""
    (container,) = WORKER["template"]["spec"]["containers"]
    ports = {one["name"]: one["containerPort"] for one in container["ports"]}
    assert ports == {"metrics": METRICS_PORT}
    probes = {name: container[f"{name}Probe"] for name in ("startup", "liveness", "readiness")}
    assert {name: one["httpGet"]["path"] for name, one in probes.items()} == {
        "startup": "/healthz",
        "liveness": "/healthz",
        "readiness": "/readyz",
    }
    annotations = WORKER["template"]["metadata"]["annotations"]
    assert annotations["prometheus.io/port"] == str(METRICS_PORT)
    paths = {one["httpGet"]["path"] for one in probes.values()} | {annotations["prometheus.io/path"]}
    server = MetricsServer(
        "127.0.0.1", 0, CollectorRegistry(), lambda: Verdict(True, ()), lambda: Verdict(True, ())
    )
    server.start()
    try:
        for path in paths:
            with urlopen(f"http://127.0.0.1:{server.port}{path}", timeout=10) as answer:
                assert answer.status == 200, path
        with pytest.raises(HTTPError, match="404"):
            urlopen(f"http://127.0.0.1:{server.port}/healthy", timeout=10)
    finally:
        server.stop()
    assert {one["httpGet"]["port"] for one in probes.values()} == {"metrics"}
    # The watchdog of the worker looks every second, so it comes first, and says why in the log.
    liveness = probes["liveness"]
    assert liveness["periodSeconds"] * (liveness["failureThreshold"] - 1) >= 20


def test_a_worker_may_end_in_order_before_it_is_killed() -> None:
    assert WORKER["template"]["spec"]["terminationGracePeriodSeconds"] > worker_main._LAST_WORDS_S + 5


def test_who_is_selected() -> None:
    labels = WORKER["template"]["metadata"]["labels"].items()
    assert WORKER["selector"]["matchLabels"].items() <= labels
    assert BY_KIND["Service"]["spec"]["selector"].items() <= labels
    assert BY_KIND["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"].items() <= labels
    policy = BY_KIND["NetworkPolicy"]["spec"]
    for pod in PODS.values():
        assert policy["podSelector"]["matchLabels"].items() <= pod["metadata"]["labels"].items()
    # The Job is no worker: neither scraped by the service nor counted in the budget.
    assert not WORKER["selector"]["matchLabels"].items() <= PODS["Job"]["metadata"]["labels"].items()


def test_one_worker_at_a_time_goes() -> None:
    assert WORKER["strategy"]["rollingUpdate"] == {"maxSurge": 0, "maxUnavailable": 1}
    assert BY_KIND["PodDisruptionBudget"]["spec"]["maxUnavailable"] == 1
    partitions = int(lines_of(KUBERNETES / "settings.env")[f"{PREFIX}TOPIC_PARTITIONS"])
    assert WORKER["replicas"] <= partitions


def test_what_a_pod_reaches_is_let_out() -> None:
    settings = lines_of(KUBERNETES / "settings.env")
    egress = BY_KIND["NetworkPolicy"]["spec"]["egress"]
    ports = {(one["protocol"], one["port"]) for rule in egress for one in rule["ports"]}
    kafka = int(settings[f"{PREFIX}KAFKA_BOOTSTRAP_SERVERS"].rpartition(":")[2])
    assert {("TCP", kafka), ("TCP", int(settings[f"{PREFIX}CLICKHOUSE_PORT"])), ("UDP", 53)} <= ports
    (rule,) = BY_KIND["NetworkPolicy"]["spec"]["ingress"]
    assert rule["ports"] == [{"protocol": "TCP", "port": METRICS_PORT}]


def test_the_job_makes_what_the_container_of_the_compose_file_makes() -> None:
    services = read(COMPOSE).services
    job = [" ".join(one["args"]) for kind, one in CONTAINERS if kind == "Job"]
    said = [line.removeprefix("release-monitor ") for line in services["schema"].command[0].splitlines()]
    assert sorted(job) == sorted([*said, *services["topics"].command])
