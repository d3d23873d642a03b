"""The same core without Kafka: messages from files straight into the store."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Final

from clickhouse_connect.driver.client import Client

from streams.core.declaration import Outcome, Rulebook
from streams.core.event import Event, Feed, Rejected
from streams.core.pack import Pack
from streams.pipeline.folder import FedPack, Folder
from streams.pipeline.judging import judge_of
from streams.settings import Settings
from streams.store.generations import generation_of
from streams.store.histories import StoredHistories
from streams.store.sink import ClickHouseSink

_CHUNK: Final = 8_000


class Backfill:
    """Writes files into a store. Running it again on the same file changes nothing: every line has its position."""

    def __init__(self, client: Client, rulebook: Rulebook, settings: Settings) -> None:
        self._client = client
        self._settings = settings
        self._folder = Folder(StoredHistories(client), rulebook, settings.cache_declarations)
        self._sink = ClickHouseSink(client)
        self.messages = 0
        self.outcomes: Counter[str] = Counter()

    def run(
        self,
        name: str,
        content: str,
        messages: Iterable[tuple[int, bytes]],
        progress: Callable[[int], None] = lambda _: None,
    ) -> int:
        """Write the messages of one file and return how many there were.

        `name` is the file's name and `content` identifies what is in it, so that a changed file is another feed;
        messages are (line, bytes). `progress` gets the number of messages done so far.
        """
        judge = judge_of(f"file:{name}", self._settings)
        feed = Feed(f"file:{name}", generation_of(self._client, f"file:{name}:{content}", int(time.time())))
        done = 0
        for chunk in _chunks(messages):
            events: list[Event] = []
            rejected: list[Rejected] = []
            for line, value in chunk:
                judged = judge(value, 0, line)
                if isinstance(judged, Rejected):
                    rejected.append(judged)
                else:
                    events.extend(judged)
            pack = Pack(feed.topic, "", time.time_ns() // 1000, events, rejected)
            batch = self._folder.fold([FedPack(pack, feed)])
            self._sink.write(batch)
            self._folder.written(self._folder.step)
            self.outcomes["stored"] += batch.outcomes[Outcome.STORED] + batch.outcomes[Outcome.REPLAYED]
            self.outcomes["duplicate"] += batch.outcomes[Outcome.DUPLICATE]
            self.outcomes["rejected"] += len(rejected)
            done += len(chunk)
            self.messages += len(chunk)
            progress(done)
        return done


def _chunks(messages: Iterable[tuple[int, bytes]]) -> Iterator[list[tuple[int, bytes]]]:
    remaining = iter(messages)
    while chunk := list(islice(remaining, _CHUNK)):
        yield chunk
