"""Small logs and mappings for the tests of the readers."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from streams.adapters.files import open_source
from streams.adapters.mapping import Mapping, load_mapping
from streams.adapters.record import Source

BASE = """
mapping: 1
source: OTHER
case: case:concept:name
activity: concept:name
time: {column: time:timestamp}
events:
  - when: {activity: start}
    emit: [{type: REGISTERED}, {type: CHANNEL_ASSIGNED, attrs: {channel: {constant: 2}}}]
  - when: {activity: check}
    emit: [{type: DOC_CHECK_STARTED}]
  - when: {activity: done}
    emit: [{type: CLEARED}]
"""


@pytest.fixture
def make_mapping(tmp_path: Path) -> Callable[..., Mapping]:
    """Write a mapping file (the base one, with pieces replaced and lines added) and load it."""

    def make(extra: str = "", *, text: str = BASE, hash_key: bytes | None = None, **changes: str) -> Mapping:
        for key, value in changes.items():
            old = next(line for line in text.splitlines() if line.startswith(f"{key}:"))
            text = text.replace(old, f"{key}: {value}")
        path = tmp_path / "mapping.yaml"
        path.write_text(text + extra, encoding="utf-8")
        return load_mapping(path, hash_key=hash_key)

    return make


@pytest.fixture
def open_log(tmp_path: Path) -> Callable[..., Source]:
    """Write a log file and open it."""

    def make(content: str | bytes, mapping: Mapping, name: str = "log.csv", **limits: int) -> Source:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return open_source(path, mapping, **limits)

    return make


@pytest.fixture
def messages() -> Callable[[Source], list[dict[str, Any]]]:
    """Read a source to its end, as decoded messages."""
    return lambda source: [json.loads(record.value) for record in source]
