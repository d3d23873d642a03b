"""Writes batches to ClickHouse, each table in one insert, and checks that the engine took every row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from clickhouse_connect.driver.client import Client

from streams.pipeline.batch import Batch
from streams.store.event_tables import POSITIONS
from streams.store.native import block
from streams.store.schema import DATABASE
from streams.store.table import Columns, Table
from streams.store.tables import in_writing_order

INSERT_SETTINGS: Final[Mapping[str, int]] = {"async_insert": 0, "insert_deduplicate": 1}
"""Pinned because their defaults changed in 26.2: an acknowledged insert must be a written one."""


class SinkError(Exception):
    """The engine did not take what it was given; nothing that depends on it may be committed."""


class _Body:
    """The columns of a table in pieces, made as they are sent; anew when the client has to send them again."""

    def __init__(self, table: Table, columns: Columns) -> None:
        self._table = table
        self._columns = columns

    def __iter__(self) -> Iterator[bytes]:
        return block(self._table.columns, self._table.kinds, self._columns)


class ClickHouseSink:
    """The writing end of the pipeline. Writing a batch again is harmless: every row has an identity and a version."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def write(self, batch: Batch) -> dict[str, int]:
        """Write everything of a batch and return the rows written per table; see `write_columns`."""
        return self.write_columns(in_writing_order(batch))

    def write_columns(self, tables: Sequence[tuple[Table, Columns]]) -> dict[str, int]:
        """Write what `in_writing_order` made of a batch, and return the rows written per table.

        Raises SinkError, or what the client raises, when anything was not acknowledged; the caller tries again with
        the same batch.
        """
        written: dict[str, int] = {}
        for table, columns in tables:
            summary = self._client.raw_insert(
                f"{DATABASE}.{table.name}",
                table.columns,
                _Body(table, columns),  # type: ignore[arg-type]  # any that can be gone through is taken
                settings=dict(INSERT_SETTINGS),
                fmt="Native",
            )
            rows = len(columns[0])
            # The ledger's table passes rows on to a view, which counts as rows written too.
            if summary.written_rows < rows or (table is not POSITIONS and summary.written_rows != rows):
                raise SinkError(f"{table.name}: {summary.written_rows} of {rows} rows were acknowledged")
            written[table.name] = rows
        return written
