"""Makes every derived row anew from the stored events: after a change of rules or of reference data."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Final

from clickhouse_connect.driver.client import Client

from streams.core.declaration import Declaration, History, Rulebook
from streams.pipeline.batch import Batch
from streams.pipeline.folder import fold_id_of
from streams.store.histories import StoredHistories
from streams.store.schema import DATABASE
from streams.store.sink import ClickHouseSink

_SAY_EVERY_S: Final = 5.0
_CHUNK: Final = 2_000
_KEYS: Final = (
    f"SELECT DISTINCT declaration_key FROM {DATABASE}.declaration_events"
    f" WHERE declaration_key > {{last:String}} ORDER BY declaration_key LIMIT {_CHUNK}"
)


def stale_declarations(client: Client, rulebook: Rulebook) -> int:
    """Return how many declarations have rows made by other rules or other reference data than these."""
    rows = client.query(
        f"SELECT count() FROM {DATABASE}.declarations FINAL WHERE fold_id != {{fold_id:UInt64}}",
        parameters={"fold_id": fold_id_of(rulebook)},
    ).result_rows
    return int(rows[0][0])


def refold_stale(client: Client, rulebook: Rulebook, say: Callable[[str], None]) -> int:
    """Fold anew everything where some of it was made by other rules or data; return how many declarations that were.

    `say` is told, in a few words, what is done and how far it is.
    """
    stale = stale_declarations(client, rulebook)
    if not stale:
        return 0
    say(f"{stale:,} declarations were made by other rules or reference data: folding all anew")
    last = time.monotonic()

    def progress(done: int) -> None:
        nonlocal last
        if time.monotonic() - last >= _SAY_EVERY_S:
            last = time.monotonic()
            say(f"{done:,} declarations folded")

    refold(client, rulebook, progress)
    return stale


def refold(client: Client, rulebook: Rulebook, progress: Callable[[int], None] = lambda _: None) -> int:
    """Fold every stored declaration again and write its rows; return how many there were.

    A row made anew has the version of the one before it, and of equal versions the store keeps the last one written. So
    no worker may write meanwhile: one with the old rules would win where it comes last. Raises what the store raises;
    run again it does the same, so it may be interrupted.
    """
    histories, sink = StoredHistories(client), ClickHouseSink(client)
    done = 0
    for keys in _keys(client):
        folded: list[Declaration] = []
        for key, known in histories.load(keys).items():
            history = History()
            for accepted in known:
                history.add(accepted)
            declaration = history.fold(key, rulebook)
            if declaration is not None:
                folded.append(declaration)
        sink.write(Batch(fold_id_of(rulebook), declarations=folded))
        done += len(keys)
        progress(done)
    return done


def _keys(client: Client) -> Iterator[list[str]]:
    """Yield the keys of all stored declarations in their order, some at a time."""
    last = ""
    while True:
        rows = client.query(_KEYS, parameters={"last": last}).result_rows
        if not rows:
            return
        keys = [str(row[0]) for row in rows]
        yield keys
        last = keys[-1]
