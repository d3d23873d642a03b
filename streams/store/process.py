"""The store process: owns the embedded engine and serves its door until it is told to stop.

Run as `python -m streams.store.process FOLDER PORT`; the secrets of its door come on standard input, one line each, so
that they stand in no argument list. It writes one line of JSON with its port when it is ready, and stops on SIGTERM, on
SIGINT, or when standard input closes (its parent is gone).
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import threading
from pathlib import Path

from aiohttp import web

from streams.store.client import WORKER_SETTINGS, EmbeddedStore, StoreUnavailableError
from streams.store.cohorts import start_schedule
from streams.store.door import Credentials, Door
from streams.store.reading_clients import ReadingClients
from streams.store.schema import SchemaError, migrate

_READERS = 2
_PROGRAMS = 2
_WRITERS = 4
"""How many questions are answered at a time: of readers, of our own commands, and of workers."""


async def _serve(store: EmbeddedStore, credentials: Credentials, port: int, stop: asyncio.Event) -> None:
    readers, programs = ReadingClients(store, _READERS), ReadingClients(store, _PROGRAMS)
    writers = ReadingClients(store, _WRITERS, WORKER_SETTINGS)
    door = Door(store.writer, writers, readers, programs, credentials)
    runner = web.AppRunner(door.app(), access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    address = runner.addresses[0]
    print(json.dumps({"port": address[1]}), flush=True)
    await stop.wait()
    await runner.cleanup()


async def _main(path: Path, port: int) -> None:
    credentials = Credentials(*(sys.stdin.readline().strip() for _ in Credentials._fields))
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)

    def until_parent_is_gone() -> None:
        while sys.stdin.readline():
            pass
        loop.call_soon_threadsafe(stop.set)

    threading.Thread(target=until_parent_is_gone, daemon=True).start()
    store = EmbeddedStore(path)
    try:
        migrate(store.writer)
        start_schedule(store.writer)
        await _serve(store, credentials, port, stop)
    finally:
        store.close()


def main() -> int:
    """Run the store process; the exit code is 0 only after an orderly stop."""
    try:
        asyncio.run(_main(Path(sys.argv[1]), int(sys.argv[2])))
    except (StoreUnavailableError, SchemaError, OSError) as error:
        print(f"error: {error}", file=sys.stderr, flush=True)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
