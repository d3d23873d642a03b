"""Connections to ClickHouse: one kind of client, whether the engine is embedded, behind our door, or a server."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Final, NamedTuple

import clickhouse_connect
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError

from streams.settings import Settings
from streams.store.cohorts import rest_schedule

READER_LIMITS: Final[dict[str, int]] = {
    "max_execution_time": 60,
    "max_memory_usage": 2_000_000_000,
    "max_result_bytes": 1_000_000_000,
}
"""What one question of a reader may cost: seconds, bytes of memory, bytes of answer."""

READER_SETTINGS: Final[dict[str, int]] = {**READER_LIMITS, "readonly": 1}
"""It can't lift its own limits: `readonly` comes last, and allows no other setting."""

WORKER_SETTINGS: Final[Mapping[str, int]] = {"readonly": 2}
"""A worker reads what it wrote long before, however much; it may choose settings, and writes elsewhere."""


class StoreUnavailableError(Exception):
    """The store can't be opened or reached; the message says which and what to do."""


class HttpTarget(NamedTuple):
    """A ClickHouse HTTP interface: a server, or the door of a local store."""

    host: str
    port: int
    user: str
    password: str
    secure: bool = False
    ca: Path | None = None


def server_target(settings: Settings) -> HttpTarget:
    """Return the ClickHouse server that the settings name. Raises StoreUnavailableError where they name none."""
    if not settings.clickhouse_host:
        raise StoreUnavailableError(
            "no ClickHouse server is configured: set RELEASE_MONITOR_CLICKHOUSE_HOST, or run `release-monitor local`"
        )
    return HttpTarget(
        settings.clickhouse_host,
        settings.clickhouse_port,
        settings.clickhouse_user,
        settings.clickhouse_password.get_secret_value(),
        settings.clickhouse_secure,
        settings.clickhouse_ca,
    )


def connect(target: HttpTarget, *, timeout_s: int = 30) -> Client:
    """Open a client to an HTTP interface. Raises StoreUnavailableError in one line when it does not answer."""
    try:
        return clickhouse_connect.get_client(
            host=target.host,
            port=target.port,
            username=target.user,
            password=target.password,
            interface="https" if target.secure else "http",
            ca_cert=str(target.ca) if target.ca else None,
            compress=False,
            query_limit=0,
            connect_timeout=5,
            send_receive_timeout=timeout_s,
            autogenerate_session_id=False,  # a session serialises its queries, and we use one client from one thread
        )
    except (ClickHouseError, OSError) as error:
        reason = str(error).strip().splitlines()[-1][:300]
        raise StoreUnavailableError(
            f"ClickHouse at {target.host}:{target.port} can't be used: {reason}"
        ) from error


class EmbeddedStore:
    """The embedded engine on a folder, which it alone may have open.

    One process per folder: the engine would damage it otherwise, so a lock file is held. Never fork after opening.
    """

    def __init__(self, path: Path) -> None:
        path.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._lock = _lock(path)
        self.writer = self._open()
        rest_schedule(self.writer)  # a question of a second is not the time to make figures that take longer
        self._readers: list[Client] = []

    def _open(self) -> Client:
        try:
            return clickhouse_connect.get_client(
                interface="chdb", path=str(self.path / "engine"), query_limit=0
            )
        except (ClickHouseError, OSError, RuntimeError) as error:
            raise StoreUnavailableError(
                f"the embedded store in {self.path} can't be opened: {error}"
            ) from error

    def reader(self, settings: Mapping[str, int] = READER_SETTINGS) -> Client:
        """Open one more client that can only read, with some settings of the engine."""
        client = self._open()
        for name, value in settings.items():
            client.command(f"SET {name} = {value}")
        self._readers.append(client)
        return client

    def renewed(self, reader: Client, settings: Mapping[str, int] = READER_SETTINGS) -> Client:
        """Close a reading client and open another one in its place."""
        self._readers.remove(reader)
        reader.close()
        return self.reader(settings)

    def close(self) -> None:
        """Close every client and release the folder."""
        for client in (*self._readers, self.writer):
            client.close()
        self._lock.close()


def _lock(path: Path) -> IO[str]:
    handle = (path / "lock").open("a+")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        handle.seek(0)
        owner = handle.read().strip() or "another process"
        handle.close()
        raise StoreUnavailableError(
            f"the store in {path} is open in process {owner}: has it just been started, try again in some seconds;"
            " else stop it"
        ) from error
    handle.truncate(0)
    handle.write(str(os.getpid()))
    handle.flush()
    return handle
