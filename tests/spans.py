"""Blocks of records for the tests of windows: from plain records, and from folded declarations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from fractions import Fraction
from random import Random
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from oracle import Office
from oracle.windows import Record, Span, Values
from streams.core.declaration import Declaration
from streams.core.span_block import CODES, NEVER, NO_LENGTH, SpanBlock
from streams.core.span_message import SpanMessage, Straggler
from streams.core.window_values import WindowRows
from streams.core.working_time import WorkingCalendar
from streams.reference import load_reference

MONDAY_MS = 1_772_409_600_000
"""2026-03-02T00:00:00Z, a Monday."""

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS

_AROUND_THE_CLOCK = WorkingCalendar(lambda _day: ((0, 86_400),), ZoneInfo("Asia/Ho_Chi_Minh"))
_USUAL = load_reference(None).calendar_of(None)
OFFICES: dict[str | None, Office] = {
    "27B1": Office(week=((("00:00", "24:00"),),) * 7, public_holidays=False),
}


class TwoCalendars:
    """One office works around the clock, the others as is usual; OFFICES says it to the oracle."""

    fingerprint = 1

    def calendar_of(self, office: str | None) -> WorkingCalendar:
        return _AROUND_THE_CLOCK if office == "27B1" else _USUAL


class Kind(NamedTuple):
    """All that values need to know of a kind of window."""

    size_ms: int


def block(records: Mapping[str, tuple[int, Record]] | Sequence[tuple[str, int, Record]]) -> SpanBlock:
    """Make a block of (key, version, record), or of a mapping from keys."""
    if isinstance(records, Mapping):
        records = [(key, version, record) for key, (version, record) in records.items()]
    of = [record for _, _, record in records]
    shape = (len(CODES), len(of))

    def spans(name: str, fill: int) -> np.ndarray:
        column = np.full(shape, fill, np.int64)
        for place, record in enumerate(of):
            for code, span in record.spans.items():
                value = getattr(span, name)
                column[CODES.index(code), place] = fill if value is None else value
        return column

    def instants(name: str) -> np.ndarray:
        return np.array([NEVER if (t := getattr(r, name)) is None else t for r in of], np.int64)

    return SpanBlock(
        keys=[key for key, _, _ in records],
        versions=np.array([version for _, version, _ in records], np.uint32),
        offices=[record.office for record in of],
        directions=[record.direction for record in of],
        channels=[record.channel for record in of],
        in_scope=np.array([record.in_scope for record in of], np.bool_),
        registered=instants("registered"),
        released=instants("released"),
        cancelled=instants("cancelled"),
        starts=spans("start", NEVER),
        ends=spans("end", NEVER),
        elapsed=spans("elapsed", NO_LENGTH),
        working=spans("working", NO_LENGTH),
        backfilled=spans("backfilled", 0).astype(np.bool_),
    )


def record_of(declaration: Declaration) -> Record:
    """Make a record of a folded declaration. One cancelled before its release has only its REG_REL, still open."""

    def ms(instant_us: int | None) -> int | None:
        return None if instant_us is None else instant_us // 1000

    of = declaration
    spans = {
        i.code: Span(ms(i.started_us), ms(i.ended_us), i.elapsed_s, i.working_s, "backfill" in i.flags)
        for i in of.intervals
    }
    withdrawn = of.status == "cancelled"
    if withdrawn:
        spans = {"REG_REL": Span(ms(of.registered_us))}
    return Record(
        ms(of.registered_us),
        None if withdrawn else ms(of.released_us),
        ms(of.cancelled_us),
        of.office,
        of.direction,
        of.channel_final,
        spans=spans,
    )


def block_of(declarations: Iterable[Declaration]) -> SpanBlock:
    return block([(one.declaration_key, one.revision, record_of(one)) for one in declarations])


def told(rows: WindowRows) -> dict[tuple[str, ...], dict[str, float]]:
    """Return the values of each row by its words; NaN is left out."""
    names = [one.name for one in fields(rows)]
    columns = [getattr(rows, name).tolist() for name in names]
    found = {}
    for values in zip(*columns, strict=True):
        of = dict(zip(names, values, strict=True))
        found[values[:5]] = {name: of[name] for name in names[5:] if of[name] == of[name]}
    assert len(found) == len(rows)
    return found


def expected(of: Values) -> dict[str, float]:
    """Return the values of a row of the oracle as `told` does."""
    half, most, nearly_all = Fraction(1, 2), Fraction(9, 10), Fraction(19, 20)
    values = {
        "n": of.n,
        "population_n": of.population_n,
        "coverage": of.coverage,
        "mean_s": of.mean_s,
        "sd_s": of.sd_s,
        "min_s": of.min_s,
        "max_s": of.max_s,
        "p50_s": of.quantile(half),
        "p90_s": of.quantile(most),
        "p95_s": of.quantile(nearly_all),
        "live_n": of.live_n,
        "live_p50_s": of.live_quantile(half),
        "live_p90_s": of.live_quantile(most),
        "open_n": of.open_n,
    }
    return {name: float(value) for name, value in values.items() if value is not None}


def drawn_record(chance: Random, span_ms: int = 3 * DAY_MS) -> Record:
    """Draw a record with some spans of any kind, most of its instants on a coarse grid, so that many are equal."""

    def instant(least: int = 0) -> int:
        at = chance.randrange(least, span_ms)
        return MONDAY_MS + (at // 1_800_000 * 1_800_000 if chance.random() < 0.8 else at)

    def perhaps(probability: float) -> int | None:
        return instant() if chance.random() < probability else None

    registered = perhaps(0.95)
    released, cancelled = perhaps(0.7), perhaps(0.25)
    spans = {}
    for code in chance.sample(CODES, chance.randrange(1, 7)):
        start, end = chance.choice((registered, perhaps(0.8))), chance.choice((released, perhaps(0.7)))
        known = start is not None and end is not None and (end >= start or chance.random() < 0.3)
        elapsed = max(0, ((end or 0) - (start or 0)) // 1000) if known else None
        if known and chance.random() < 0.2:
            elapsed = chance.randrange(0, 100_000)  # a sum of episodes is not what lies between its bounds
        spans[code] = Span(
            start, end, elapsed, None if elapsed is None else chance.choice((0, elapsed // 3, elapsed))
        )
    return Record(
        registered,
        released,
        cancelled,
        chance.choice(("27F1", "27F1", "27F2", "27B1", None)),
        chance.choice(("import", "export", None)),
        chance.choice((1, 2, 3, None)),
        chance.random() < 0.9,
        spans,
    )


def message_of(
    of: SpanBlock,
    marks: Mapping[str, int] | None = None,
    stragglers: Sequence[Straggler] = (),
    ended: bool = False,
    behind: bool = False,
) -> SpanMessage:
    """Make the message that a worker would tell a block by."""
    codes, places = np.nonzero((of.starts < NEVER) | (of.ends < NEVER))
    bounds = np.stack([of.starts, of.ends, of.elapsed, of.working])[:, codes, places]
    return SpanMessage(
        of.keys,
        of.offices,
        of.directions,
        of.channels,
        of.versions.tobytes(),
        of.in_scope.tobytes(),
        np.stack([of.registered, of.released, of.cancelled], axis=1).tobytes(),
        codes.astype(np.uint8).tobytes(),
        places.astype(np.uint32).tobytes(),
        np.ascontiguousarray(bounds.T).tobytes(),
        dict(marks or {}),
        list(stragglers),
        behind,
        ended,
        of.backfilled[codes, places].tobytes(),
    )
