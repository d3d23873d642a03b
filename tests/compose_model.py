"""The part of a compose file that ours uses, strictly: a word that is not here is an error, whatever it may mean.

Written from the Compose specification. What an engine itself says of the file is asked where one is at hand.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import yaml

Duration = Annotated[str, msgspec.Meta(pattern=r"^([0-9]+m)?([0-9]+s)?$", min_length=2)]
Memory = Annotated[str, msgspec.Meta(pattern=r"^[0-9]+[mg]$")]
Cpus = Annotated[str, msgspec.Meta(pattern=r"^[0-9]+(\.[0-9]+)?$")]


class Strict(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A mapping with these keys and no others."""


class Build(Strict):
    context: str
    dockerfile: str


class Health(Strict):
    """How a container is known to be well; a task that ends by itself has none."""

    test: list[str] = []
    disable: bool = False
    interval: Duration = ""
    timeout: Duration = ""
    retries: int = 0
    start_period: Duration = ""
    start_interval: Duration = ""


class Limits(Strict):
    cpus: Cpus
    memory: Memory
    pids: int


class Resources(Strict):
    limits: Limits


class Deploy(Strict):
    resources: Resources
    replicas: int = 1


class Awaited(Strict):
    condition: Literal["service_healthy", "service_completed_successfully"]


class EnvFile(Strict):
    path: str
    required: bool


class ServiceSecret(Strict):
    source: str
    target: str


class LogOptions(Strict, rename={"max_size": "max-size", "max_file": "max-file"}):
    max_size: str
    max_file: str


class Logging(Strict):
    driver: Literal["local"]
    options: LogOptions


class OpenFiles(Strict):
    soft: int
    hard: int


class Ulimits(Strict):
    nofile: OpenFiles


class Service(Strict):
    image: str
    user: str
    read_only: bool
    cap_drop: list[str]
    security_opt: list[str]
    logging: Logging
    healthcheck: Health
    deploy: Deploy
    restart: Literal["unless-stopped", "no"]
    build: Build | None = None
    platform: str = ""
    init: bool = False
    profiles: list[str] = []
    entrypoint: list[str] = []
    command: list[str] = []
    environment: dict[str, str] = {}
    env_file: list[str | EnvFile] = []
    secrets: list[str | ServiceSecret] = []
    volumes: list[str] = []
    tmpfs: list[str] = []
    ports: list[str] = []
    networks: list[str] = []
    network_mode: str = ""
    depends_on: dict[str, Awaited] = {}
    ulimits: Ulimits | None = None
    stop_grace_period: Duration = ""


class Network(Strict):
    internal: bool = False


class Volume(Strict):
    """A volume of the engine's own, with nothing said about it."""


class Secret(Strict):
    file: str


class Compose(Strict):
    name: str
    services: dict[str, Service]
    networks: dict[str, Network]
    volumes: dict[str, Volume]
    secrets: dict[str, Secret]


def read(path: Path) -> Compose:
    """Read a compose file, its anchors resolved. Raises msgspec.ValidationError for what the model does not know."""
    text: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return convert({name: value for name, value in text.items() if not name.startswith("x-")})


def convert(document: object) -> Compose:
    """Take a document for a compose file."""
    return msgspec.convert(document, Compose)
