"""Rows of `declaration_intervals` as years of a whole country's offices leave them, made in blocks of columns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from streams.core.vocabulary import INTERVAL_CODES
from streams.store.declaration_tables import INTERVALS
from streams.store.native import Ragged
from streams.store.table import Columns

OFFICES: Final = tuple(f"{20 + place // 4}{'ABCD'[place % 4]}{1 + place % 3}" for place in range(20))
FIRST_DAY: Final = dt.date(2023, 1, 1)
DAYS: Final = 3 * 365 + 1
OPEN_AT_THE_END: Final = 0.003
"""Share without a release; the share cancelled before it is CANCELLED."""
CANCELLED: Final = 0.012

_SHARE: Final = {
    "REG_REL": 1.0,
    "DECIDE": 1.0,
    "REL_EXIT": 0.7,
    "ARR_REL": 0.4,
    "PAY": 0.22,
    "AMEND": 0.03,
    "OGA": 0.01,
    "COND_FIN": 0.05,
    "STORE_FIN": 0.02,
}
_CHECKED: Final = ("DOC_REL", "REG_DOC", "DOC_CHK", "DOC_LIMIT")
_RED: Final = ("INSP_WAIT", "INSP")
_AFTER: Final = ("COND_FIN", "STORE_FIN", "REL_EXIT")
_MIDDLE_S: Final = {"REG_REL": 7_200, "DECIDE": 300, "REL_EXIT": 9_000, "ARR_REL": 90_000, "OGA": 300_000}
_OTHER_MIDDLE_S: Final = 3_600
_MISSING_LENGTH: Final = 0.02
_DAY_MS: Final = 86_400_000
_VIETNAM_MS: Final = 7 * 3_600_000
_EPOCH: Final = dt.date(1970, 1, 1)

Numbers = NDArray[np.int64]


class Rows(NamedTuple):
    """Some declarations: the columns of their rows, how many they are, and how many intervals they have."""

    columns: Columns
    declarations: int
    intervals: int


def blocks(intervals: int, block: int, seed: int = 1) -> Iterator[Rows]:
    """Yield declarations in blocks of this many, over three years, until they have so many intervals."""
    chance = np.random.default_rng(seed)
    made = first = 0
    while made < intervals:
        rows = _block(chance, first, block)
        made, first = made + rows.intervals, first + rows.declarations
        yield rows


def _block(chance: np.random.Generator, first: int, count: int) -> Rows:
    offices = chance.choice(len(OFFICES), count, p=_weights())
    is_import = chance.random(count) < 0.47
    channels = np.where(
        is_import,
        chance.choice((1, 2, 3), count, p=(0.55, 0.405, 0.045)),
        chance.choice((1, 2, 3), count, p=(0.765, 0.205, 0.03)),
    )
    days = chance.integers(0, DAYS, count)
    hours = np.clip(chance.normal(11, 3.5, count), 0, 23).astype(np.int64)
    local_ms = (
        ((FIRST_DAY - _EPOCH).days + days) * _DAY_MS
        + hours * 3_600_000
        + chance.integers(0, 3_600_000, count)
    )
    registered = local_ms - _VIETNAM_MS
    # A year is a little faster than the one before, and some offices more than others.
    pace = channels * np.where(is_import, 1.0, 0.4) * (1 - 0.08 * (days // 365)) * (1 + offices / 20)
    release = registered + _lengths(chance, 3_600 * pace) * 1000
    never = chance.random(count) < OPEN_AT_THE_END
    cancelled = chance.random(count) < CANCELLED
    present = _present(chance, channels)
    starts, ends, lengths = _spans(chance, registered, release, never | cancelled, present)
    counts = present.sum(axis=1)
    by_row = [Ragged(counts.tolist(), values) for values in _flat(present, starts, ends, lengths)]
    codes = np.broadcast_to(np.arange(1, len(INTERVAL_CODES) + 1), present.shape)[present]
    released = [
        None if gone else at for gone, at in zip((never | cancelled).tolist(), release.tolist(), strict=True)
    ]
    values: dict[str, Any] = {
        "declaration_key": [
            f"{10 if goods else 30}{first + place:09d}" for place, goods in enumerate(is_import)
        ],
        "direction": np.where(is_import, "import", "export").tolist(),
        "office": [OFFICES[place] for place in offices],
        "channel": channels.tolist(),
        "kind": np.where(is_import, "A11", "B11").tolist(),
        "registered_at": registered.tolist(),
        "codes": Ragged(counts.tolist(), codes.tolist()),
        "starts": by_row[0],
        "ends": by_row[1],
        "elapsed": by_row[2],
        "working": by_row[3],
        "flag_bits": Ragged(counts.tolist(), [0] * len(codes)),
        "released_at": released,
        "cancelled_at": [
            at if gone else None for gone, at in zip(cancelled.tolist(), release.tolist(), strict=True)
        ],
        "is_withdrawn": cancelled.tolist(),
        "in_scope": [True] * count,
        "revision": [1] * count,
        "version": [1] * count,
        "transport": np.where(is_import, 2, 4).tolist(),
        "registered_on": (local_ms // _DAY_MS).tolist(),
        "registered_hour": hours.tolist(),
        "released_on": [None if at is None else (at + _VIETNAM_MS) // _DAY_MS for at in released],
        "channel_initial": channels.tolist(),
    }
    return Rows([values[name] for name in INTERVALS.columns], count, len(codes))


def _weights() -> NDArray[np.float64]:
    """Few offices have most of the declarations."""
    weights = 1 / np.arange(1, len(OFFICES) + 1)
    return np.asarray(weights / weights.sum())


def _lengths(chance: np.random.Generator, middle_s: NDArray[np.float64]) -> Numbers:
    return np.asarray(chance.lognormal(np.log(middle_s), 1.5)).astype(np.int64)


def _present(chance: np.random.Generator, channels: Numbers) -> NDArray[np.bool_]:
    """Which declaration has which interval."""
    present = np.zeros((len(channels), len(INTERVAL_CODES)), np.bool_)
    for place, code in enumerate(INTERVAL_CODES):
        if code in _CHECKED:
            present[:, place] = channels >= 2
        elif code in _RED:
            present[:, place] = channels == 3
        else:
            present[:, place] = chance.random(len(channels)) < _SHARE[code]
    return present


def _spans(
    chance: np.random.Generator,
    registered: Numbers,
    release: Numbers,
    never: NDArray[np.bool_],
    present: NDArray[np.bool_],
) -> tuple[Numbers, Numbers, Numbers]:
    """Starts, ends and lengths in seconds; -1 where there is none."""
    starts, ends = np.full(present.shape, -1), np.full(present.shape, -1)
    for place, code in enumerate(INTERVAL_CODES):
        after = code in _AFTER
        length = _lengths(chance, np.full(len(release), float(_MIDDLE_S.get(code, _OTHER_MIDDLE_S)))) * 1000
        whole = release - registered
        start = release if after else registered if code == "REG_REL" else release - np.minimum(length, whole)
        end = release + length if after else release
        missing = (chance.random(len(release)) < _MISSING_LENGTH) & (code != "REG_REL")
        starts[:, place] = np.where(missing | (never & after), -1, start)
        ends[:, place] = np.where(never, -1, end)
    lengths = np.where((starts >= 0) & (ends >= 0), (ends - starts) // 1000, -1)
    return starts, ends, lengths


def _flat(
    present: NDArray[np.bool_], starts: Numbers, ends: Numbers, lengths: Numbers
) -> list[list[int | None]]:
    worked = np.where(lengths < 0, -1, lengths // 3)
    return [
        [None if value < 0 else value for value in values[present].tolist()]
        for values in (starts, ends, lengths, worked)
    ]
