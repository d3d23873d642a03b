"""What tests of the store have in common: an engine for each file, and a client that finds the file's tables empty."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from clickhouse_connect.driver.client import Client

from streams.local.children import StoreChild
from streams.store.client import connect


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StoreChild]:
    child = StoreChild(tmp_path_factory.mktemp("store"))
    yield child
    child.stop()


@pytest.fixture
def client(request: pytest.FixtureRequest, store: StoreChild) -> Iterator[Client]:
    """Empty the tables that the file names in TABLES before each test."""
    client = connect(store.writer())
    for table in getattr(request.module, "TABLES", ()):
        client.command(f"TRUNCATE TABLE release_monitor.{table}")
    yield client
    client.close()
