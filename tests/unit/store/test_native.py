"""Columns are written as the engine's client writes them, byte for byte."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from clickhouse_connect.datatypes.registry import get_from_name
from clickhouse_connect.driver.insert import InsertContext
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.store import native
from streams.store.native import Kind, Ragged, arrays, block, maybe

WHOLE = {
    native.UINT8: st.integers(0, 2**8 - 1),
    native.UINT32: st.integers(0, 2**32 - 1),
    native.UINT64: st.integers(0, 2**64 - 1),
    native.INT32: st.integers(-(2**31), 2**31 - 1),
    native.INT64: st.integers(-(2**63), 2**63 - 1),
    native.DAY: st.integers(-(10**5), 10**5),
    native.INSTANT: st.integers(-(2**62), 2**62),
}
TEXTS = st.one_of(st.text("ab", min_size=3, max_size=3), st.text(max_size=200), st.text("ö", max_size=200))
AMOUNTS = st.one_of(
    st.integers(0, 10**15),
    st.floats(0, 1e15),
    st.integers(0, 10**17).map(lambda cents: cents / 100),
    st.sampled_from([0.005, 0.1 + 0.2, 1.005, 2.675, 1e15, 999999999999999.9, 8.41e-300]),
)


def expected(kind: Kind, values: Sequence[Any]) -> bytearray:
    """What the client's own writer makes of a column."""
    column = get_from_name(kind.name)
    for name, plain in (("DateTime64(3, 'UTC')", "Int64"), ("Date32", "Int32")):
        if name in kind.name:
            column = get_from_name(kind.name.replace(name, plain))
    context = InsertContext("t", ["c"], [column])
    context.start_column("c")
    written = bytearray()
    column.write_column(values, written, context)
    return written


def written(kind: Kind, values: Sequence[Any]) -> bytes:
    parts = [kind.prefix]
    kind.write(values, parts)
    return b"".join(parts)


@pytest.mark.parametrize("kind", WHOLE, ids=lambda kind: kind.name)
@settings(deadline=None)
@given(data=st.data())
def test_whole_numbers(kind: Kind, data: st.DataObject) -> None:
    values = data.draw(st.lists(WHOLE[kind], min_size=1))
    assert written(kind, values) == expected(kind, values)
    some = data.draw(st.lists(st.none() | WHOLE[kind], min_size=1))
    assert written(maybe(kind), some) == expected(maybe(kind), some)
    rows = data.draw(st.lists(st.lists(st.none() | WHOLE[kind]), min_size=1))
    ragged = Ragged([len(row) for row in rows], [one for row in rows for one in row])
    assert len(ragged) == len(rows)
    assert written(arrays(maybe(kind)), ragged) == expected(arrays(maybe(kind)), rows)


@settings(deadline=None)
@given(st.lists(TEXTS, min_size=1), st.lists(st.none() | TEXTS, min_size=1))
def test_texts_and_words(values: list[str], some: list[str | None]) -> None:
    assert written(native.TEXT, values) == expected(native.TEXT, values)
    assert written(native.TEXT, [value.encode() for value in values]) == expected(native.TEXT, values)
    assert written(maybe(native.TEXT, ""), some) == expected(maybe(native.TEXT, ""), some)
    assert written(native.WORD, values) == expected(native.WORD, values)
    assert written(native.MAYBE_WORD, some) == expected(native.MAYBE_WORD, some)


@pytest.mark.parametrize("count", [2, 255, 257, 5_000])
def test_many_and_long_texts(count: int) -> None:
    values = [f"{number}" for number in range(count)]
    assert written(native.WORD, values) == expected(native.WORD, values)
    assert written(native.TEXT, values) == expected(native.TEXT, values)
    long = ["x" * (number * 7) for number in range(count)]
    assert written(native.TEXT, long) == expected(native.TEXT, long)


@settings(deadline=None)
@given(st.lists(AMOUNTS, min_size=1), st.lists(st.none() | AMOUNTS, min_size=1))
def test_amounts(values: list[float], some: list[float | None]) -> None:
    assert written(native.AMOUNT, values) == expected(native.AMOUNT, values)
    assert written(maybe(native.AMOUNT), some) == expected(maybe(native.AMOUNT), some)


def test_a_block_is_the_same_in_any_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    names, kinds = ["a", "b", "c"], [native.UINT32, native.TEXT, native.MAYBE_WORD]
    columns = [[1, 2, 3], ["x", "yy", "x" * 90], ["in", None, "in"]]
    whole = b"".join(block(names, kinds, columns))
    monkeypatch.setattr(native, "PIECE_BYTES", 20)
    pieces = list(block(names, kinds, columns))
    assert len(pieces) > 3
    assert b"".join(pieces) == whole
    assert whole.startswith(b"\x03\x03\x01a\x06UInt32\x01\x00\x00\x00")


def test_a_value_of_another_kind_is_refused() -> None:
    for kind, value in ((native.UINT8, 256), (native.UINT32, -1), (native.INT64, "1"), (native.UINT64, None)):
        with pytest.raises((TypeError, OverflowError, ValueError)):
            written(kind, [value])
