"""Who computes the windows, and how far they are: the watermark that final windows are told by."""

from __future__ import annotations

import datetime as dt
import random
import time
import uuid
from collections.abc import Mapping
from typing import Final, NamedTuple

from clickhouse_connect.driver.client import Client

from streams.store.schema import DATABASE
from streams.store.sink import INSERT_SETTINGS

_COLUMNS: Final[Mapping[str, str]] = {
    "id": "UInt8",
    "watermark": "Nullable(DateTime64(3, 'UTC'))",
    "marks": "Map(String, Int64)",
    "grace_ms": "UInt32",
    "kept_ms": "Map(String, UInt64)",
    "spans_offset": "Int64",
    "settled": "Bool",
    "version": "UInt64",
}
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_WRITES = 32


class Progress(NamedTuple):
    """How far the windows are. Instants in milliseconds; `spans_offset` is the next message to take in, -1 for none.

    `settled` says that every window is computed from all that was known.
    """

    watermark_ms: int | None
    marks: Mapping[str, int]
    spans_offset: int
    settled: bool


NOTHING = Progress(None, {}, -1, settled=False)


class Ownership:
    """The right to write windows. Who came last has it; what an earlier owner still writes loses by its version."""

    def __init__(self, client: Client) -> None:
        self._client = client
        owner = uuid.uuid4()
        while True:
            self.epoch = self._newest() + 1
            client.insert(
                "window_owners",
                [[self.epoch, owner]],
                column_names=["epoch", "owner"],
                database=DATABASE,
                settings=dict(INSERT_SETTINGS),
            )
            # Who was alone may have begun to write already, so nobody who is not alone can have the same number.
            if self._owners_of(self.epoch) == 1:
                break
            time.sleep(random.uniform(0.01, 0.1))
        self._writes = 0

    def _newest(self) -> int:
        return int(self._client.query(f"SELECT max(epoch) FROM {DATABASE}.window_owners").result_rows[0][0])

    def _owners_of(self, epoch: int) -> int:
        return int(
            self._client.query(
                f"SELECT count() FROM {DATABASE}.window_owners WHERE epoch = {{epoch:UInt32}}",
                parameters={"epoch": epoch},
            ).result_rows[0][0]
        )

    def holds(self) -> bool:
        """Whether nobody has come after."""
        return self._newest() == self.epoch

    def next_version(self) -> int:
        """Return the version of the next write: greater than those before, and than those of every earlier owner."""
        self._writes += 1
        return (self.epoch << _WRITES) + self._writes


def read_progress(client: Client) -> Progress:
    """Return how far the windows are."""
    rows = client.query(
        "SELECT toUnixTimestamp64Milli(watermark), marks, spans_offset, settled"
        f" FROM {DATABASE}.window_progress FINAL"
    ).result_rows
    if not rows:
        return NOTHING
    watermark, marks, offset, settled = rows[0]
    return Progress(watermark, dict(marks), int(offset), bool(settled))


def write_progress(
    client: Client, progress: Progress, version: int, grace_ms: int, kept_ms: Mapping[str, int]
) -> None:
    """Write how far the windows are, and by which rules the view `windows` shows them."""
    watermark = progress.watermark_ms
    client.insert(
        "window_progress",
        [
            [
                1,
                None if watermark is None else _EPOCH + dt.timedelta(milliseconds=watermark),
                dict(progress.marks),
                grace_ms,
                dict(kept_ms),
                progress.spans_offset,
                progress.settled,
                version,
            ]
        ],
        column_names=list(_COLUMNS),
        column_type_names=list(_COLUMNS.values()),  # else the engine is asked for them each time
        database=DATABASE,
        settings=dict(INSERT_SETTINGS),
    )


def unsettle(client: Client) -> None:
    """Say that the windows are not of what is stored: call it before writing, or folding anew, without an owner.

    Whoever computes them loses the right to write, and has to begin anew.
    """
    version = Ownership(client).next_version()
    client.command(
        f"INSERT INTO {DATABASE}.window_progress"
        " (id, watermark, marks, grace_ms, kept_ms, spans_offset, settled, version)"
        f" SELECT id, watermark, marks, grace_ms, kept_ms, spans_offset, false, {version}"
        f" FROM {DATABASE}.window_progress FINAL",
        settings=dict(INSERT_SETTINGS),
    )
