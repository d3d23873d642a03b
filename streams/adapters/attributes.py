"""From the columns of a row to the `attrs` of an event: constants, value maps, numbers, keyed hashes."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Final

from streams.adapters.spec import AttrSpec, AttrsSpec, Scalar
from streams.core.identity import MIN_KEY_BYTES, keyed_hash

PERSONAL: Final = frozenset({"trader_hash", "officer_hash"})
"""Attributes that stand for a person or a company: from a column only as a keyed hash."""

_INTEGERS: Final = frozenset({"channel", "transport"})
_AMOUNTS: Final = frozenset({"tax_vnd", "value_usd"})
_INTEGER: Final = re.compile(r"([+-]?[0-9]{1,18})(?:\.0*)?")
_AMOUNT: Final = re.compile(r"[+-]?[0-9]{1,30}(?:\.[0-9]{0,30})?(?:[eE][+-]?[0-9]{1,3})?")

ValueReader = Callable[[Mapping[str, str]], Scalar | None]


def attributes(spec: AttrsSpec) -> dict[str, AttrSpec]:
    """Return the attributes that a mapping gives, by name."""
    named = ((name, getattr(spec, name)) for name in spec.__struct_fields__)
    return {name: value for name, value in named if value is not None}


def value_reader(name: str, spec: AttrSpec, hash_key: bytes | None) -> ValueReader | None:
    """Compile one attribute; None where `personal: drop` leaves it out.

    Raises ValueError when it contradicts itself, or would write personal data plainly, or has no key to hash it.
    """
    if (spec.constant is None) == (spec.column is None):
        raise ValueError("give either a constant or a column")
    if spec.column is None:
        if spec != AttrSpec(constant=spec.constant):
            raise ValueError("a constant goes alone")
        constant = spec.constant
        return lambda _: constant
    if spec.personal == "drop":
        return None
    if spec.personal == "hash":
        if spec.values is not None or spec.default is not None or spec.otherwise != "keep":
            raise ValueError("personal: hash goes without values, otherwise and default")
        return _hashed(spec.column, spec.first, hash_key)
    if name in PERSONAL:
        raise ValueError("stands for a person: a column needs `personal: hash` (or `personal: drop`)")
    return _mapped(name, spec.column, spec)


def written_values(spec: AttrSpec) -> list[Scalar]:
    """Return the values that the mapping file itself writes for an attribute, to be checked before any file is read."""
    found = [spec.constant, spec.default, *(spec.values or {}).values()]
    return [value for value in found if value is not None]


def _hashed(column: str, first: int | None, hash_key: bytes | None) -> ValueReader:
    if hash_key is None:
        raise ValueError(
            f"column {column!r} holds personal data, and there is no key configured to hash it with"
        )
    if len(hash_key) < MIN_KEY_BYTES:
        raise ValueError(f"the key to hash personal data with has less than {MIN_KEY_BYTES} bytes")
    key = hash_key

    def read(values: Mapping[str, str]) -> str | None:
        text = values.get(column)
        return None if text is None else keyed_hash(key, text[:first])

    return read


def _mapped(name: str, column: str, spec: AttrSpec) -> ValueReader:
    values, first, default, drop = spec.values, spec.first, spec.default, spec.otherwise == "drop"
    if drop and values is None:
        raise ValueError("otherwise: drop goes with values")
    convert = _to_integer if name in _INTEGERS else _to_amount if name in _AMOUNTS else str

    def read(row: Mapping[str, str]) -> Scalar | None:
        text = row.get(column)
        if text is None:
            return default
        text = text[:first]
        if values is not None:
            if text in values:
                return values[text]
            if drop:
                return default
        return convert(text)

    return read


def _to_integer(text: str) -> Scalar:
    """Return the whole number that a text writes, else the text, for the decoder to judge."""
    found = _INTEGER.fullmatch(text.strip())
    return int(found[1]) if found else text


def _to_amount(text: str) -> Scalar:
    found = _to_integer(text)
    if isinstance(found, int) or not _AMOUNT.fullmatch(text.strip()):
        return found
    number = float(text)
    return number if math.isfinite(number) else text
