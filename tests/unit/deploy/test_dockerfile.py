"""The image: linted, made of pinned things only, and nothing in it that does not belong there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from deployed import DOCKERFILE, METRICS_PORT, pins
from stores import REPOSITORY

TEXT = DOCKERFILE.read_text(encoding="utf-8")
LINES = re.sub(r"\\\n\s*", "", TEXT).splitlines()


def test_hadolint_finds_nothing() -> None:
    linter = Path(sys.executable).with_name("hadolint")
    command = [linter, "--failure-threshold", "style", DOCKERFILE]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_it_begins_with_one_pinned_image() -> None:
    begun = [line.split() for line in LINES if line.startswith("FROM ")]
    stages = {words[3] for words in begun}
    pulled = {words[1] for words in begun} - stages
    assert len(pulled) == 1
    assert re.fullmatch(r"python:3\.\d+\.\d+-slim-[a-z]+", pulled.pop())


def test_every_package_is_installed_by_its_hash_or_from_no_index() -> None:
    installs = [line for line in LINES if re.match(r"RUN .* -m pip (install|wheel) ", line)]
    assert len(installs) == 4
    for line in installs:
        assert "--require-hashes --only-binary :all:" in line or "--no-deps --no-index" in line, line


def test_it_runs_as_nobody_and_can_be_stopped_and_asked() -> None:
    last = LINES[max(place for place, line in enumerate(LINES) if line.startswith("FROM ")) :]
    assert "USER 10001:10001" in last
    assert not [line for line in last if line.startswith(("ADD ", "VOLUME "))]
    assert "STOPSIGNAL SIGTERM" in last
    assert f"EXPOSE {METRICS_PORT}" in last
    assert 'ENTRYPOINT ["release-monitor"]' in last
    assert [line for line in last if "/healthz" in line and f"'{METRICS_PORT}'" in line]


def test_what_it_copies_exists_and_is_let_through() -> None:
    copied = [line.split()[1:-1] for line in LINES if line.startswith("COPY ") and "--from" not in line]
    names = [name.rstrip("/") for words in copied for name in words]
    assert {"streams", "schemas", "pyproject.toml"} <= set(names)
    ignored = (REPOSITORY / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert next(line for line in ignored if not line.startswith("#")) == "*"
    for name in names:
        assert (REPOSITORY / name).exists(), name
        assert f"!{name}" in ignored, name


def test_the_image_installs_what_was_tested_and_no_tools_of_developers() -> None:
    tested, runs, builds = (pins(f"requirements{kind}.lock") for kind in ("", "-runtime", "-build"))
    assert runs.items() <= tested.items()
    assert builds.items() <= tested.items()
    assert not runs.keys() & {"pytest", "mypy", "ruff", "hatchling", "hypothesis"}
    project = (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8")
    wanted = re.search(r"^dependencies = \[\n(.*?)^\]", project, re.MULTILINE | re.DOTALL)
    assert wanted is not None
    named = set(re.findall(r'^\s+"([a-z0-9-]+)', wanted[1], re.MULTILINE))
    assert "faust-streaming" in named
    assert named <= runs.keys()
    assert "hatchling" in builds
