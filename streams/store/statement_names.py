"""What a statement names: tables, table functions, and what `IN` compares with, read from the engine's own tree of it.

`EXPLAIN AST` writes the tree one node a line, a space more for each level below. Only the names that can stand for a
table are taken from it.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_NODE: Final = re.compile(
    r"^(?P<indent> *)(?P<kind>[A-Z]\w*)(?: (?P<name>.*?))??(?P<alias> \(alias .*\))?(?: \(children \d+\))?$"
)
_COMPARING: Final = frozenset(
    {
        "in",
        "notin",
        "globalin",
        "globalnotin",
        "nullin",
        "notnullin",
        "globalnullin",
        "globalnotnullin",
        *(f"{name}ignoreset" for name in ("in", "notin", "globalin", "globalnotin")),
        *(f"{name}ignoreset" for name in ("nullin", "notnullin", "globalnullin", "globalnotnullin")),
    }
)


class UnreadableError(ValueError):
    """The tree is not written as it is expected to be: nothing may be concluded from it."""


class Names(NamedTuple):
    """Names of a statement. `aliased`: names that got another name, by which `compared` may mean them."""

    tables: frozenset[str]
    functions: frozenset[str]
    compared: frozenset[str]
    aliased: frozenset[str]


def names_of(tree: str) -> Names:
    """Read the text of `EXPLAIN AST`. Raises UnreadableError."""
    tables, functions, compared, aliased = set[str](), set[str](), set[str](), set[str]()
    above: list[tuple[int, str, str, int]] = []  # what a node stands below: indent, kind, name, children seen
    lines = [line for line in tree.splitlines() if line]
    if not lines:
        raise UnreadableError("the tree is empty")
    for line in lines:
        found = _NODE.match(line)
        if found is None:
            raise UnreadableError(line[:100])
        indent, kind, name = len(found["indent"]), found["kind"], found["name"] or ""
        while above and above[-1][0] >= indent:
            above.pop()
        place = 0
        if above:
            upper = above[-1]
            place = upper[3]
            above[-1] = (*upper[:3], place + 1)
        if kind == "TableIdentifier":
            tables.add(name)
        elif kind == "Function" and above and above[-1][1] == "TableExpression":
            functions.add(name)
        elif kind == "Identifier":
            if found["alias"]:
                aliased.add(name)
            if place > 0 and len(above) > 1 and above[-1][1] == "ExpressionList" and _compares(above[-2]):
                compared.add(name)
        above.append((indent, kind, name, 0))
    return Names(frozenset(tables), frozenset(functions), frozenset(compared), frozenset(aliased))


def _compares(node: tuple[int, str, str, int]) -> bool:
    return node[1] == "Function" and node[2].lower() in _COMPARING
