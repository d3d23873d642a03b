"""Clients of the embedded engine that are lent to one question each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple, TypeVar

from clickhouse_connect.driver.client import Client

from streams.store.client import READER_SETTINGS, EmbeddedStore, StoreUnavailableError

T = TypeVar("T")


class _Asked(NamedTuple):
    """The client that serves the next question, and what came of this one."""

    next: Client
    failure: BaseException | None


class ReadingClients:
    """Some clients that can only read. They block, so each question runs in a thread. Use from one event loop.

    A client whose question failed is thrown away: what the engine had written of an answer that was cut off comes with
    the answer to the client's next question, whoever asks it (measured on 26.9).
    """

    def __init__(
        self, store: EmbeddedStore, count: int, settings: Mapping[str, int] = READER_SETTINGS
    ) -> None:
        self._store = store
        self._settings = settings
        self._free: asyncio.Queue[Client] = asyncio.Queue()
        for _ in range(count):
            self._free.put_nowait(store.reader(settings))

    async def ask(self, question: Callable[[Client], T]) -> T:
        """Put a question to a client, when one is free. Raises what the question raises."""
        client = await self._free.get()
        answers: list[T] = []
        asking = asyncio.get_running_loop().run_in_executor(
            None, partial(self._ask, client, question, answers)
        )
        # Given back when the thread has ended, also where nobody waits for the answer any more.
        asking.add_done_callback(lambda done: self._free.put_nowait(done.result().next))
        asked = await asyncio.shield(asking)
        if asked.failure is not None:
            raise asked.failure
        return answers[0]

    def _ask(self, client: Client, question: Callable[[Client], T], answers: list[T]) -> _Asked:
        try:
            answers.append(question(client))
        except BaseException as failure:
            try:
                return _Asked(self._store.renewed(client, self._settings), failure)
            except StoreUnavailableError as gone:  # then nothing else works either
                return _Asked(client, gone)
        return _Asked(client, None)
