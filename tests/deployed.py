"""Where the files of a deployment are, and what they share with the program."""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import SecretStr

from stores import REPOSITORY
from streams.settings import Settings

DEPLOY = REPOSITORY / "deploy"
COMPOSE = REPOSITORY / "docker-compose.yml"
DOCKERFILE = DEPLOY / "Dockerfile"
KUBERNETES = DEPLOY / "kubernetes"
PREFIX = "RELEASE_MONITOR_"

SETTINGS = {f"{PREFIX}{name.upper()}": field for name, field in Settings.model_fields.items()}
SECRET_SETTINGS = {name for name, field in SETTINGS.items() if isinstance(field.default, SecretStr)}
METRICS_PORT = Settings.model_fields["metrics_port"].default


def version() -> str:
    """The version of the program, which its image has too."""
    found = re.search(r'^version = "(.+)"$', (REPOSITORY / "pyproject.toml").read_text(), re.MULTILINE)
    assert found is not None
    return found[1]


def pins(lock: str) -> dict[str, str]:
    """What a file of locked packages pins, by name."""
    text = (REPOSITORY / lock).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9-]+)==([^ ;\\]+)", text, re.MULTILINE))


def lines_of(path: Path) -> dict[str, str]:
    """The lines NAME=VALUE of a file."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line.strip() and not line.startswith("#"))
