"""What is new in windows that were computed again: only that is written, and gets a new revision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from streams.core.window_values import WindowRows

RowKey = tuple[str, str, str, str, str]
"""Office, direction, channel, interval code and clock."""

_INTS: Final = ("n", "population_n", "live_n", "open_n")
_FLOATS: Final = ("mean_s", "sd_s", "min_s", "max_s", "p50_s", "p90_s", "p95_s", "live_p50_s", "live_p90_s")
_DECIMALS: Final = 6
_ODD: Final = np.uint64(0x9E3779B97F4A7C15)
_MIX: Final = np.uint64(0xBF58476D1CE4E5B9)


class Known(NamedTuple):
    """What is stored of one row: a hash of its values, and its revision."""

    content: int
    revision: int


class Changes(NamedTuple):
    """What has to be written of one window: places of rows with their revisions, and rows that are no more."""

    places: list[int]
    revisions: list[int]
    gone: list[tuple[RowKey, Known]]


def contents_of(rows: WindowRows) -> NDArray[np.uint64]:
    """Return a hash of the values of each row: equal for equal values, to the microsecond, in every process."""
    mixed = np.zeros(len(rows), np.uint64)
    for name in (*_INTS, *_FLOATS):
        column = getattr(rows, name)
        if name in _FLOATS:
            column = np.where(np.isnan(column), -1.0, np.round(column, _DECIMALS) + 0.0).view(np.int64)
        mixed = (mixed ^ column.astype(np.uint64)) * _MIX
        mixed ^= mixed >> np.uint64(31)
        mixed += _ODD
    return mixed


def keys_of(rows: WindowRows) -> list[RowKey]:
    """Return the names of the rows."""
    return list(
        zip(
            rows.office.tolist(),
            rows.direction.tolist(),
            rows.channel.tolist(),
            rows.interval_code.tolist(),
            rows.clock.tolist(),
            strict=True,
        )
    )


def all_new(rows: int) -> Changes:
    """Return the changes of a window of which nothing is stored."""
    return Changes(list(range(rows)), [1] * rows, [])


def changes(keys: Sequence[RowKey], contents: Sequence[int], known: Mapping[RowKey, Known]) -> Changes:
    """Compare a window as it is with what is stored of it. A row that comes back goes on with its revisions."""
    places, revisions = [], []
    for place, (key, content) in enumerate(zip(keys, contents, strict=True)):
        before = known.get(key)
        if before is None or before.content != content:
            places.append(place)
            revisions.append(1 if before is None else before.revision + 1)
    gone = []
    if len(known) > len(keys) - len(places):
        there = set(keys)
        gone = [(key, before) for key, before in known.items() if key not in there and before.content]
    return Changes(places, revisions, gone)
