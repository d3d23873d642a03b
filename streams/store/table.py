"""A table of the engine as it is written: its columns, their kinds, and the values in columns.

Columns rather than rows, instants as integers: the forms that are written fastest (native.py). Instants are
DateTime64(3): microseconds are floored to milliseconds here, the lengths were computed before from full precision.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from streams.store.native import INSTANT, TEXT, Kind, maybe

Columns = list[Sequence[Any]]

MAYBE_TEXT: Final = maybe(TEXT, "")
MAYBE_INSTANT: Final = maybe(INSTANT)


class Table(NamedTuple):
    """A table that the sink writes: its name, and its columns with their kinds."""

    name: str
    columns: tuple[str, ...]
    kinds: tuple[Kind, ...]


def table_of(name: str, **columns: Kind) -> Table:
    """Describe a table by its columns and their kinds."""
    return Table(name, tuple(columns), tuple(columns.values()))


def in_ms(instants_us: Sequence[int | None]) -> list[int | None]:
    """Return instants in microseconds as the milliseconds that are stored."""
    return [None if one is None else one // 1000 for one in instants_us]
