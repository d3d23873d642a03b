"""Tells which figures of a report are not what they were, and by what: compares two of its canonical JSON documents.

A figure is named by its path: members by their names, elements of a list by what they are of (an office, an interval
and a direction, a kind), so that one that comes or goes moves no other. Absent is what is null in a document, and a 0
of something that came or went as a whole.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, Literal

import msgspec

FigureCause = Literal["declarations", "cancelled", "other_year", "outcomes", "targets", "rules"]
"""What moved a figure: declarations of the period, those of it that were cancelled before a release, declarations of
the year that it is compared with, outcomes of enforcement, targets, or the program's own rules."""

FIGURE_CAUSES: Final[tuple[FigureCause, ...]] = (
    "declarations",
    "cancelled",
    "other_year",
    "outcomes",
    "targets",
    "rules",
)

_NAMING: Final = ("office", "interval", "measure", "direction", "kind")
"""The members that tell what an element of a list is of, in the order of the path."""

_ABSENT: Final = None
_BOTH_YEARS: Final[frozenset[FigureCause]] = frozenset({"declarations", "other_year"})
_decode: Final = msgspec.json.Decoder(float_hook=Decimal).decode
_encode: Final = msgspec.json.Encoder(order="sorted", decimal_format="number").encode

Path = tuple[str, ...]


class Changed(msgspec.Struct, frozen=True):
    """A figure that is another one in the second document; None: absent. Numbers are written as they are there."""

    path: Path
    old: str | None
    new: str | None


class FigureChange(msgspec.Struct, frozen=True):
    """A figure that changed, and all that moved it; `declarations` of the period differ, where they are among it."""

    path: Path
    old: str | None
    new: str | None
    causes: tuple[FigureCause, ...]
    declarations: int


def changed_figures(old: bytes, new: bytes) -> list[Changed]:
    """Return every figure in which two documents differ. Raises msgspec.DecodeError for what is no JSON."""
    return list(_changed((), _decode(old), _decode(new)))


def figure_changes(old: bytes, new: bytes, declarations: int) -> list[FigureChange]:
    """Return every figure that changed with its causes, where `declarations` of the period differ.

    What a figure can be moved by follows from what it is of. One of both years has as causes those of the two whose own
    figures changed beside it; where none did, the declarations of the period if any differ, else the other year.
    """
    changes = changed_figures(old, new)
    seen = defaultdict[Path, set[FigureCause]](set)
    for one in changes:
        possible = _possible(one.path)
        if len(possible) == 1:
            seen[_beside(one.path)] |= possible
    return [
        FigureChange(one.path, one.old, one.new, causes, declarations if "declarations" in causes else 0)
        for one in changes
        for causes in [_causes(one.path, seen[_beside(one.path)], declarations)]
    ]


def _changed(path: Path, old: Any, new: Any) -> Iterator[Changed]:
    olds, news = _members(old, new), _members(new, old)
    if olds is not None and news is not None:
        for name in [*olds, *(name for name in news if name not in olds)]:
            yield from _changed((*path, *name), olds.get(name, _ABSENT), news.get(name, _ABSENT))
    elif not _is_same(old, new):
        whole = old if new is _ABSENT else new if old is _ABSENT else None
        said = list(_said(path, whole))
        if not said:
            yield Changed(path, _text(old), _text(new))
        for name, text in said:
            yield Changed(name, *((text, None) if new is _ABSENT else (None, text)))


def _said(path: Path, whole: Any) -> Iterator[tuple[Path, str]]:
    """Tell the figures of something that came or went as a whole."""
    members = _members(whole, whole)
    for name, value in (members or {}).items():
        if isinstance(value, dict | list):
            yield from _said((*path, *name), value)
        elif value is not _ABSENT and (isinstance(value, bool) or value != 0):
            yield (*path, *name), str(_text(value))


def _members(one: Any, other: Any) -> Mapping[Path, Any] | None:
    """Return what a value consists of by its place in the path; None if single, or of another kind than `other`."""
    if isinstance(one, dict) and isinstance(other, dict):
        return {(name,): value for name, value in one.items()}
    if isinstance(one, list) and isinstance(other, list):
        names = _names(one)
        if names is None or _names(other) is None:
            return {(str(place),): value for place, value in enumerate(one)}
        return {
            name: {member: value for member, value in element.items() if not _is_naming(member, value)}
            for name, element in zip(names, one, strict=True)
        }
    return None


def _names(elements: Sequence[Any]) -> list[Path] | None:
    """Return what each element is of; None where that does not tell them apart."""
    names = [
        tuple(one[member] for member in _NAMING if _is_naming(member, one.get(member)))
        for one in elements
        if isinstance(one, dict)
    ]
    return names if all(names) and len(set(names)) == len(elements) else None


def _is_naming(member: str, value: Any) -> bool:
    return member in _NAMING and isinstance(value, str)


def _is_same(old: Any, new: Any) -> bool:
    return isinstance(old, bool) is isinstance(new, bool) and bool(old == new)


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, Decimal):
        return f"{value:f}"
    return _encode(value).decode()


def _possible(path: Path) -> frozenset[FigureCause]:
    """Return what can move a figure: that of which it is made."""
    if path == ("against",):
        return frozenset({"other_year"})
    match path[len(_section(path)) :]:
        case ("outcomes", *_):
            return frozenset({"outcomes"})
        case ("lengths", _, _, "this", "cancelled_n"):
            return frozenset({"cancelled"})
        case ("lengths", _, _, "this", _) | ("lengths", _, _, _, "this_mean_s") | ("volumes", _, _, "this"):
            return frozenset({"declarations"})
        case ("lengths", _, _, "last", _) | ("lengths", _, _, _, "last_mean_s") | ("volumes", _, _, "last"):
            return frozenset({"other_year"})
        case ("volumes", _, _, "target"):
            return frozenset({"targets"})
        case ("volumes", _, _, "of_target"):
            return frozenset({"declarations", "targets"})
        case ("lengths" | "excesses" | "volumes", *_):
            return _BOTH_YEARS
    return frozenset({"rules"})


def _section(path: Path) -> Path:
    """Return the part of a path that names the office, or all of them."""
    return path[: 2 if path[:1] == ("offices",) else 1]


def _beside(path: Path) -> Path:
    """Return what figures have in common that are made of the same: one volume, or the lengths of one direction."""
    section = _section(path)
    match path[len(section) :]:
        case ("lengths", _, direction, *_) | ("excesses", direction, *_):
            return (*section, "lengths", direction)
    return path[:-1]


def _causes(path: Path, seen: set[FigureCause], declarations: int) -> tuple[FigureCause, ...]:
    possible = _possible(path)
    if len(possible) > 1:
        first: FigureCause = "declarations" if declarations or "other_year" not in possible else "other_year"
        possible = possible & seen or frozenset({first})
    return tuple(cause for cause in FIGURE_CAUSES if cause in possible)
