"""What a statement names: tables, functions, and what `IN` compares with, read from the engine's own tree of it.

`EXPLAIN AST` writes the tree one node a line, a space more for each level below. Some kinds of nodes are written
without what stands below them (APPLY, the WHERE of SHOW): who judges must refuse a kind that is not known to be whole.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_NODE: Final = re.compile(
    r"^(?P<indent> *)(?P<kind>[A-Z][\w:]*)(?: (?P<name>.*?))??(?P<alias> \(alias .*?\))?(?: \(children \d+\))?$"
)
_LAMBDA: Final = re.compile(r" \(alias (\w+)\)")
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
_TAKE_COLUMNS: Final = frozenset(
    {
        *("any", "count", "endswith", "equals", "greater", "greaterorequals", "ilike", "isnotnull", "isnull"),
        *(
            "less",
            "lessorequals",
            "like",
            "max",
            "min",
            "notequals",
            "notilike",
            "notlike",
            "startswith",
            "uniqexact",
        ),
        *_COMPARING,
    }
)
"""Functions that take no function: a name in them is that of a column."""


class UnreadableError(ValueError):
    """The tree is not written as it is expected to be: nothing may be concluded from it."""


class Names(NamedTuple):
    """Names of a statement. `aliased`: names that got another name, by which `compared` may mean them."""

    tables: frozenset[str]
    functions: frozenset[str]
    """Table functions."""
    compared: frozenset[str]
    aliased: frozenset[str]
    called: frozenset[str]
    """Functions that stand anywhere else than for a table."""
    lambdas: frozenset[str]
    """Names that the statement itself gives to lambdas, by which they may be called."""
    mentioned: frozenset[str]
    """Identifiers where the engine would take the name of a function too; most of them are columns."""
    kinds: frozenset[str]
    """Kinds of nodes; of EXPLAIN with what it explains, of settings with what they are of."""
    first_arguments: frozenset[tuple[str, str, str]]
    """Of each table function its name, and the kind and text of its first argument: it may be a list of columns."""


def names_of(tree: str) -> Names:
    """Read the text of `EXPLAIN AST`. Raises UnreadableError."""
    tables, functions, compared, aliased = set[str](), set[str](), set[str](), set[str]()
    called, lambdas, mentioned, kinds = set[str](), set[str](), set[str](), set[str]()
    first_arguments = set[tuple[str, str, str]]()
    above: list[_Above] = []
    lines = [line for line in tree.split("\n") if line]
    if not lines:
        raise UnreadableError("the tree is empty")
    for line in lines:
        found = _NODE.match(line)
        if found is None:
            raise UnreadableError(line[:100])
        indent, kind, name = len(found["indent"]), found["kind"], found["name"] or ""
        while above and above[-1].indent >= indent:
            above.pop()
        place = 0
        if above:
            place = above[-1].children
            above[-1] = above[-1]._replace(children=place + 1)
        of = above[-1].kind if above else ""
        kinds.add(f"{of} {kind}" if kind == "Set" else name if kind == "Explain" else kind)
        is_source = kind == "Function" and of == "TableExpression"
        if kind == "TableIdentifier":
            tables.add(name)
        elif is_source:
            functions.add(name)
        elif kind == "Function":
            called.add(name)
            alias = _LAMBDA.fullmatch(found["alias"] or "")
            if name == "lambda" and alias is not None:
                lambdas.add(alias[1])
        elif kind == "Identifier":
            if found["alias"] or not _is_column(above):
                mentioned.add(name)
            if found["alias"]:
                aliased.add(name)
            if place > 0 and len(above) > 1 and of == "ExpressionList" and _compares(above[-2]):
                compared.add(name)
        if place == 0 and len(above) > 1 and of == "ExpressionList" and above[-2].is_source:
            first_arguments.add((above[-2].name, kind, name))
        above.append(_Above(indent, kind, name, is_source))
    return Names(
        frozenset(tables),
        frozenset(functions),
        frozenset(compared),
        frozenset(aliased),
        frozenset(called),
        frozenset(lambdas),
        frozenset(mentioned),
        frozenset(kinds),
        frozenset(first_arguments),
    )


class _Above(NamedTuple):
    """What a node stands below. `children`: how many of its own have been read."""

    indent: int
    kind: str
    name: str
    is_source: bool
    children: int = 0


def _compares(node: _Above) -> bool:
    return node.kind == "Function" and node.name.lower() in _COMPARING


def _is_column(above: list[_Above]) -> bool:
    """Whether an identifier that stands there without an alias can be no function."""
    if not above:
        return False
    if above[-1].kind != "ExpressionList":
        return above[-1].kind in (
            "SelectQuery",
            "SelectWithUnionQuery",
            "OrderByElement",
            "ColumnsExceptTransformer",
        )
    upper = above[-2] if len(above) > 1 else None
    if upper is None or upper.is_source:
        return False
    return upper.kind in ("SelectQuery", "WindowDefinition") or (
        upper.kind == "Function" and upper.name.lower() in _TAKE_COLUMNS
    )
