"""Brings the content of a YAML file into the shape of a reference file, and says in plain words where it misfits."""

from __future__ import annotations

import re
import types
import typing
from typing import Any, Final

import msgspec

from streams.reference.errors import WrongError
from streams.reference.spec import ReferenceSpec

_STEP: Final = re.compile(r"\.(\w+)|\[(\d+)\]")
_FIELD: Final = re.compile(r"Object (contains unknown|missing required) field `(.*)`")


def shaped(content: Any) -> ReferenceSpec:
    """Return the content as a reference file. Raises WrongError where it has another shape."""
    try:
        return msgspec.convert(content, ReferenceSpec)
    except msgspec.ValidationError as error:
        what, _, path = str(error).partition(" - at `")
        raise WrongError(path.strip("$.`") or "top level", _said(what, path, content)) from error


def _said(what: str, path: str, value: Any) -> str:
    """Say an error of the library with the value that is there and what may be there."""
    kind: Any = ReferenceSpec
    for name, number in _STEP.findall(path):
        hints = typing.get_type_hints(kind) if name else {}
        kind = _bare(hints[name] if name else typing.get_args(kind)[0])
        value = value[name or int(number)]
    field = _FIELD.match(what)
    if field is not None:
        if field[1] == "missing required":
            return f"the key {field[2]!r} is missing"
        return f"unknown key {field[2]!r}; the keys here are {', '.join(typing.get_type_hints(kind))}"
    if typing.get_origin(kind) is typing.Literal:
        return f"{value!r} is not one of {', '.join(map(str, typing.get_args(kind)))}"
    there = f", there is {value!r}" if isinstance(value, str | int | float) and len(str(value)) <= 80 else ""
    hint = "; put it in quotes" if what.startswith("Expected `str") and there else ""
    return f"{what}{there}{hint}"


def _bare(kind: Any) -> Any:
    """Take the alternative `None` away."""
    if typing.get_origin(kind) in (types.UnionType, typing.Union):
        return next(one for one in typing.get_args(kind) if one is not types.NoneType)
    return kind
