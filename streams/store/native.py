"""Columns in the engine's format Native, written straight from lists and sent in pieces of some hundred kilobytes.

A kind is a type of the engine and what writes its values. Words, texts of which few are different, go over as a
dictionary and one byte for each row; texts of equal lengths in one piece. Instants are milliseconds since the
epoch, or microseconds where order needs them, days are days since it.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from itertools import accumulate, chain
from typing import Any, Final, NamedTuple

import numpy as np

Parts = list[bytes]

PIECE_BYTES: Final = 500_000


class Kind(NamedTuple):
    """A type of the engine, what comes once before a column of it, and what appends the values' bytes to the parts."""

    name: str
    write: Callable[[Sequence[Any], Parts], None]
    prefix: bytes = b""


class Ragged(NamedTuple):
    """A column of arrays: how many values each row has, and all of them one after the other."""

    lengths: Sequence[int]
    values: Sequence[Any]

    def __len__(self) -> int:
        return len(self.lengths)


_TEXTS_A_PIECE: Final = 1_000
"""Memory for pieces of some hundred kilobytes is used again and again; for megabytes it is fetched anew each time."""


def _leb128(number: int) -> bytes:
    encoded = bytearray()
    while number > 127:
        encoded.append(number & 127 | 128)
        number >>= 7
    encoded.append(number)
    return bytes(encoded)


_HEADS: Final = tuple(_leb128(length) for length in range(1 << 14))
"""The bytes before a text of each of the usual lengths."""


def _text(values: Sequence[str | bytes], parts: Parts) -> None:
    for at in range(0, len(values), _TEXTS_A_PIECE):
        parts.append(_piece(values[at : at + _TEXTS_A_PIECE]))


def _piece(values: Sequence[str | bytes]) -> bytes:
    lengths = list(map(len, values))
    if len(set(lengths)) == 1 and lengths[0] < 128 and isinstance(values[0], str):
        head = chr(lengths[0])
        piece = head + head.join(values)  # type: ignore[arg-type]
        if piece.isascii():
            return piece.encode()
    encoded = [value.encode() if isinstance(value, str) else value for value in values]
    lengths = list(map(len, encoded))
    heads = map(_HEADS.__getitem__ if max(lengths) < len(_HEADS) else _leb128, lengths)
    return b"".join(chain.from_iterable(zip(heads, encoded, strict=True)))


def _fixed(code: str) -> Callable[[Sequence[Any], Parts], None]:
    kind = np.dtype(code)

    def write(values: Sequence[Any], parts: Parts) -> None:
        whole = array(code, values) if isinstance(values, list) else np.asarray(values, kind)
        parts.append(whole.tobytes())

    return write


def _small(values: Sequence[int], parts: Parts) -> None:
    parts.append(bytes(values))


def _cents(value: float) -> int:
    """Return an amount in hundredths, cut off toward zero, as its shortest decimal writing says it."""
    cents = round(value * 100)
    # Up to 15 digits no two decimal writings mean one float, so this one is the shortest.
    if -(10**15) < cents < 10**15 and cents / 100 == value:
        return cents
    return int(Decimal(str(value)) * 100)


def _amount(values: Sequence[float], parts: Parts) -> None:
    parts.append(array("q", map(_cents, values)).tobytes())


def maybe(kind: Kind, absent: Any = 0) -> Kind:
    """The kind of values that may be None; `absent` is what stands in their place."""

    def write(values: Sequence[Any], parts: Parts) -> None:
        parts.append(bytes([value is None for value in values]))
        kind.write([absent if value is None else value for value in values], parts)

    return Kind(f"Nullable({kind.name})", write, kind.prefix)


def arrays(kind: Kind) -> Kind:
    """The kind of columns of arrays, which are given as Ragged."""

    def write(column: Sequence[Any], parts: Parts) -> None:
        assert isinstance(column, Ragged)
        parts.append(array("Q", accumulate(column.lengths)).tobytes())
        if column.values:
            kind.write(column.values, parts)

    return Kind(f"Array({kind.name})", write, kind.prefix)


TEXT: Final = Kind("String", _text)
UINT8: Final = Kind("UInt8", _small)
UINT16: Final = Kind("UInt16", _fixed("H"))
UINT32: Final = Kind("UInt32", _fixed("I"))
UINT64: Final = Kind("UInt64", _fixed("Q"))
INT32: Final = Kind("Int32", _fixed("i"))
INT64: Final = Kind("Int64", _fixed("q"))
FLOAT64: Final = Kind("Float64", _fixed("d"))
DAY: Final = Kind("Date32", _fixed("i"))
BOOL: Final = Kind("Bool", _small)
INSTANT: Final = Kind("DateTime64(3, 'UTC')", _fixed("q"))
MICROSECOND: Final = Kind("DateTime64(6, 'UTC')", _fixed("q"))
AMOUNT: Final = Kind("Decimal(18, 2)", _amount)

_KEYS_FOLLOW: Final = 1 << 9 | 1 << 10
"""The block brings its own dictionary."""


def _words(nullable: bool) -> Callable[[Sequence[str | None], Parts], None]:
    def write(values: Sequence[str | None], parts: Parts) -> None:
        places: dict[str | None, int] = {None: 0} if nullable else {}
        for value in dict.fromkeys(values):
            places.setdefault(value, len(places))
        width, code = (0, "B") if len(places) <= 1 << 8 else (1, "H") if len(places) <= 1 << 16 else (2, "I")
        parts.append(array("Q", (_KEYS_FOLLOW | width, len(places))).tobytes())
        _text([value or "" for value in places], parts)
        parts.append(array("Q", (len(values),)).tobytes())
        parts.append(array(code, list(map(places.__getitem__, values))).tobytes())

    return write


_DICTIONARY_VERSION: Final = array("Q", (1,)).tobytes()
WORD: Final = Kind("LowCardinality(String)", _words(nullable=False), _DICTIONARY_VERSION)
MAYBE_WORD: Final = Kind("LowCardinality(Nullable(String))", _words(nullable=True), _DICTIONARY_VERSION)


def block(names: Sequence[str], kinds: Sequence[Kind], columns: Sequence[Sequence[Any]]) -> Iterator[bytes]:
    """Give columns of equal lengths as one block, in pieces of about PIECE_BYTES.

    Raises TypeError, OverflowError or ValueError for a value that is not of its kind.
    """
    parts: Parts = [_leb128(len(columns)), _leb128(len(columns[0]))]
    waiting = 0
    for name, kind, column in zip(names, kinds, columns, strict=True):
        _text([name, kind.name], parts)
        parts.append(kind.prefix)
        at = len(parts)
        kind.write(column, parts)
        waiting += sum(map(len, parts[at:]))
        if waiting >= PIECE_BYTES:
            yield from _gathered(parts)
            parts, waiting = [], 0
    if parts:
        yield b"".join(parts)


def _gathered(parts: Parts) -> Iterator[bytes]:
    """Give parts joined to pieces of about PIECE_BYTES, the large ones as they are."""
    begin = waiting = 0
    for end, part in enumerate(parts, 1):
        waiting += len(part)
        if waiting >= PIECE_BYTES:
            yield b"".join(parts[begin:end])
            begin, waiting = end, 0
    if begin < len(parts):
        yield b"".join(parts[begin:])
