"""Spans are kept by slot and code: replaced in place, added at the end, dropped with their slots."""

from __future__ import annotations

import numpy as np

from streams.core.span_block import CODES, NEVER, NO_LENGTH
from streams.core.span_columns import Bounds, SpanColumns


def bounds(*spans: dict[int, tuple[int, ...]]) -> Bounds:
    """Give the spans of each slot by the place of their code: start, end, elapsed, working, and maybe back-filled."""
    shape = (len(CODES), len(spans))
    found = Bounds(
        *(np.full(shape, NEVER), np.full(shape, NEVER)),
        *(np.full(shape, NO_LENGTH), np.full(shape, NO_LENGTH), np.zeros(shape, np.bool_)),
    )
    for number, of in enumerate(spans):
        for code, values in of.items():
            for column, value in zip(found, values, strict=False):
                column[code, number] = value
    return found


def put(columns: SpanColumns, slots: list[int], *spans: dict[int, tuple[int, ...]]) -> None:
    given = bounds(*spans)
    columns.put(np.array(slots), given, np.where(given.starts < NEVER, given.starts * 10, 0))


def kept(columns: SpanColumns) -> list[tuple[int, ...]]:
    return sorted(zip(*(column.tolist() for column in columns.spans), strict=True))


def test_only_spans_that_there_are_take_room() -> None:
    columns = SpanColumns()
    assert (len(columns), kept(columns)) == (0, [])
    put(columns, [0, 1], {0: (1, 5, 4, 2, True), 7: (2, NEVER, -1, -1)}, {3: (NEVER, 9, -1, -1)})
    assert kept(columns) == [
        (0, 0, 1, 5, 4, 2, 10, True),
        (0, 7, 2, NEVER, -1, -1, 20, False),
        (1, 3, NEVER, 9, -1, -1, 0, False),
    ]
    given = columns.of(np.array([1, 0]))
    assert given.ends[3].tolist() == [9, NEVER]
    assert given.starts[0].tolist() == [NEVER, 1]
    some = columns.of(np.array([1, 0]), np.array([3, 0]))
    assert some.ends.tolist() == [[9, NEVER], [NEVER, 5]]
    assert some.backfilled.tolist() == [[False, False], [False, True]]


def test_a_replacement_leaves_nothing() -> None:
    columns = SpanColumns()
    put(columns, [0, 1], {0: (1, 5, 4, 2, True), 7: (2, 3, 1, 1)}, {0: (1, 2, 1, 1)})
    put(columns, [0], {0: (1, 6, 5, 2), 8: (3, 4, 1, 1)})
    assert len(columns) == 4
    assert kept(columns)[:3] == [
        (0, 0, 1, 6, 5, 2, 10, False),
        (0, 7, NEVER, NEVER, -1, -1, 0, False),
        (0, 8, 3, 4, 1, 1, 30, False),
    ]


def test_slots_that_stay_get_new_numbers() -> None:
    columns = SpanColumns()
    put(columns, [0, 1, 2], {0: (1, 5, 4, 2)}, {0: (2, 6, 4, 2), 7: (2, 3, 1, 1)}, {1: (3, 4, 1, 1, True)})
    put(columns, [1], {0: (2, 6, 4, 2)})
    columns.keep(np.array([False, True, True]))
    assert kept(columns) == [(0, 0, 2, 6, 4, 2, 20, False), (1, 1, 3, 4, 1, 1, 30, True)]
    put(columns, [0, 2], {7: (1, 2, 1, 1)}, {2: (7, 8, 1, 1)})
    assert columns.of(np.array([0, 1, 2])).starts[[7, 1, 2]].min(axis=0).tolist() == [1, 3, 7]
    assert columns.nbytes > 0
