"""Which functions a reading statement may use: those of the engine itself, but for some that reach outside.

The engine takes the name of a function also where no call is written: `arrayMap(file, …)`, `WITH file AS f`. So every
name that may be one is judged, and the engine is asked which of them are functions, and whose.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from clickhouse_connect.driver.client import Client

from streams.store.statement_names import Names

OUTSIDE: Final = frozenset(
    {
        "addresstoline",
        "addresstolinewithinlines",
        "addresstosymbol",
        "catboostevaluate",
        "file",
        "generateserialid",
        "getmacro",
        "getserversetting",
        "hascolumnintable",
        "logtrace",
        "modelevaluate",
        "showcertificate",
        "sleep",
        "sleepeachrow",
    }
)
"""They read files, other tables, the server's settings or its memory, write to its log or to Keeper, or only wait."""

_FAMILIES: Final = ("__", "ai", "dict", "filesystem", "joinget", "naivebayes", "region")
"""How the names begin of functions that ask dictionaries, models, tables by their name, or the engine's insides."""

_WRITTEN: Final = frozenset({"exists", "grouping", "lambda", "untuple"})
"""Forms of the language that stand as functions in the tree, and are no functions to the engine."""

_COMBINATORS: Final = (
    "simplestate",
    "ordefault",
    "distinct",
    "resample",
    "foreach",
    "argmax",
    "argmin",
    "ornull",
    "merge",
    "state",
    "array",
    "tuple",
    "null",
    "map",
    "if",
)
"""Endings of aggregate functions, which the engine puts together itself: sumIf, countDistinct, quantilesOrNull."""


class Function(NamedTuple):
    """A function as the engine lists it. `alias_to` is empty, or its other name."""

    alias_to: str
    is_its_own: bool
    is_aggregate: bool


def reaches_outside(name: str) -> bool:
    """Whether a function of this name is refused, whatever the engine has under it."""
    lower = name.lower()
    return lower in OUTSIDE or lower.startswith(_FAMILIES)


def functions_of(client: Client) -> dict[str, Function]:
    """Ask the engine which functions there are; the keys are in small letters."""
    rows = client.query(
        "SELECT lower(name), alias_to, origin = 'System', is_aggregate FROM system.functions"
    ).result_rows
    known: dict[str, Function] = {}
    for name, alias_to, own, aggregate in rows:
        before = known.get(str(name))
        one = Function(str(alias_to), bool(own), bool(aggregate))
        known[str(name)] = one if before is None or before.is_its_own else before
    return known


def refuse_functions(names: Names, known: Mapping[str, Function]) -> str | None:
    """Return why a statement may not use the functions that it does, or None where it may."""
    for name in sorted(names.called):
        lower = name.lower()
        if lower in _WRITTEN or (name in names.lambdas and lower not in known):
            continue
        refusal = _refuse(name, lower, known)
        if refusal is not None:
            return refusal
    for name in sorted(names.mentioned):
        word = name.rpartition(".")[2].lower()
        if word in OUTSIDE or word in known:
            refusal = _refuse(word, word, known)
            if refusal is not None:
                return f"{refusal}; a column of this name can only be selected, compared and sorted by"
    return None


def _refuse(name: str, lower: str, known: Mapping[str, Function]) -> str | None:
    reading = next((word for word in _readings(lower) if word in known), lower)
    function = known.get(reading)
    if any(map(reaches_outside, (lower, reading, function.alias_to if function else ""))):
        return f"{name}() reaches outside the store and is not allowed here"
    if function is None or not function.is_its_own or (reading != lower and not function.is_aggregate):
        return f"{name}() is not a function of the engine itself and is not allowed here"
    return None


def _readings(name: str) -> list[str]:
    """Return what a name may mean: itself, or an aggregate function and endings."""
    found, left = [name], [name]
    while left:
        word = left.pop()
        for ending in _COMBINATORS:
            stem = word.removesuffix(ending)
            if stem != word and stem and stem not in found:
                found.append(stem)
                left.append(stem)
    return found
