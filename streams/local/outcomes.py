"""Brings outcomes of enforcement from files into the store."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Final

from clickhouse_connect.driver.client import Client

from streams.core.event import Feed, Rejected
from streams.core.outcome import Outcome, Standing
from streams.pipeline.batch import RejectedRow
from streams.store.event_tables import REJECTED, rejected_columns
from streams.store.generations import generation_of
from streams.store.outcome_table import OUTCOMES, outcome_columns, stored_contents
from streams.store.sink import ClickHouseSink

_CHUNK: Final = 2_000


class OutcomeImport:
    """Writes files of outcomes into a store. Running it again on the same file changes nothing.

    `counts` has what became of the rows: `stored` ones were not there before, `duplicate` ones were, `rejected` ones
    are none. Of the stored ones `replacing` took the place of another content, `outranked` did not, because what counts
    already goes before them.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._sink = ClickHouseSink(client)
        self.counts: Counter[str] = Counter()

    def run(
        self,
        name: str,
        content: str,
        rows: Iterable[Outcome | Rejected],
        progress: Callable[[int], None] = lambda _: None,
    ) -> None:
        """Write the rows of one file.

        `name` is the file's name and `content` identifies what is in it, so that refused rows of a changed file have
        places of their own. `progress` gets the number of rows done so far.
        """
        feed = Feed(f"file:{name}", generation_of(self._client, f"file:{name}:{content}", int(time.time())))
        done = 0
        for chunk in _chunks(rows):
            received_us = time.time_ns() // 1000
            rejected = [RejectedRow(row, feed, received_us) for row in chunk if isinstance(row, Rejected)]
            fresh = self._fresh([row for row in chunk if isinstance(row, Outcome)])
            tables = [
                (REJECTED, rejected_columns(rejected)),
                (OUTCOMES, outcome_columns(fresh, name, received_us)),
            ]
            self._sink.write_columns([(table, columns) for table, columns in tables if columns[0]])
            self.counts["rejected"] += len(rejected)
            done += len(chunk)
            progress(done)

    def _fresh(self, told: list[Outcome]) -> list[Outcome]:
        """Return what is told for the first time, and count what it does to what counts."""
        standing = Standing()
        known: defaultdict[tuple[str, str], set[bytes]] = defaultdict(set)
        for one in stored_contents(self._client, (one.key for one in told)) if told else ():
            standing.add(one)
            known[one.key].add(one.canonical)
        fresh = []
        for one in told:
            if one.canonical in known[one.key]:
                self.counts["duplicate"] += 1
                continue
            if standing.add(one):
                self.counts["replacing"] += 1
            elif known[one.key]:
                self.counts["outranked"] += 1
            known[one.key].add(one.canonical)
            fresh.append(one)
        self.counts["stored"] += len(fresh)
        return fresh


def _chunks(rows: Iterable[Outcome | Rejected]) -> Iterator[list[Outcome | Rejected]]:
    remaining = iter(rows)
    while chunk := list(islice(remaining, _CHUNK)):
        yield chunk
