"""Opens the store for a question, whoever has it: a running pipeline, nobody, or a server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from clickhouse_connect.driver.client import Client

from streams.local.runtime import Runtime, running
from streams.settings import Settings
from streams.store.client import EmbeddedStore, HttpTarget, StoreUnavailableError, connect, server_target
from streams.store.schema import Server


def kafka_of(settings: Settings, runtime: Runtime) -> Settings:
    """Return the settings with the Kafka of a local pipeline, which speaks plain text on loopback."""
    return settings.model_copy(
        update={"kafka_bootstrap_servers": runtime.bootstrap, "kafka_security_protocol": "PLAINTEXT"}
    )


def server_of(settings: Settings, data_dir: Path | None) -> Server | None:
    """Return what is to be known of the server that `open_store` would open, None where that is an embedded engine."""
    if data_dir is None and settings.clickhouse_host:
        return Server(settings.clickhouse_cluster)
    return None


def reading_target(settings: Settings, data_dir: Path | None) -> HttpTarget:
    """Return the door for questions of people, as `query` has it, where the store is open already.

    Of the pipeline that runs on the folder if one is named, else the configured server, else of the pipeline on the
    default folder. Raises StoreUnavailableError where none runs.
    """
    if data_dir is None and settings.clickhouse_host:
        return server_target(settings)
    folder = data_dir or settings.data_dir
    runtime = running(folder)
    if runtime is None:
        raise StoreUnavailableError(
            f"no pipeline runs on {folder}: start `release-monitor local --data {folder}`"
        )
    return HttpTarget("127.0.0.1", runtime.store_port, "reader", runtime.reader_password)


@contextmanager
def open_store(
    settings: Settings, data_dir: Path | None, *, write: bool = False, guarded: bool = False
) -> Iterator[Client]:
    """Open the store: the folder's if one is named, else the configured server's, else the default folder's.

    A folder on which a pipeline runs is reached through its door. Without `write` the client can only read; `guarded`
    is for questions of people, which the door then judges too. Raises StoreUnavailableError when there is nothing to
    read from or it can't be opened.
    """
    if data_dir is None and settings.clickhouse_host:
        client = connect(server_target(settings), timeout_s=3_600 if write else 30)
        yield client
        client.close()
        return
    folder = data_dir or settings.data_dir
    runtime = running(folder)
    if runtime is not None:
        user, password = "program", runtime.program_password
        if write or guarded:
            user, password = (
                ("writer", runtime.writer_password) if write else ("reader", runtime.reader_password)
            )
        client = connect(
            HttpTarget("127.0.0.1", runtime.store_port, user, password), timeout_s=3_600 if write else 120
        )
        yield client
        client.close()
        return
    if not write and not (folder / "store" / "engine").is_dir():
        raise StoreUnavailableError(
            f"there is no store in {folder}: run `release-monitor local` or `backfill` first"
        )
    store = EmbeddedStore(folder / "store")
    try:
        yield store.writer if write else store.reader()
    finally:
        store.close()
