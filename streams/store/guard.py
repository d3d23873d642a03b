"""Which statements a reader may send: one statement, that only reads, views only, and nothing outside the engine.

The engine's own `readonly` mode refuses writes and most table functions. It lets through what is listed here (measured
on 26.9: INTO OUTFILE, KILL, USE and the scalar function file(), among others), so the door looks first. It looks at the
statement as the engine's own parser writes it: comments, heredocs and the many kinds of quotes hide nothing then. Which
tables and functions it names is read from the engine's own tree of it (statement_names.py, guard_functions.py); what is
not known there is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from clickhouse_connect.driver.client import Client

from streams.store.guard_functions import reaches_outside, refuse_functions
from streams.store.guard_knowledge import Knowledge, Relation
from streams.store.guard_lists import (
    COLUMNS_WRITTEN,
    KINDS,
    PLAIN_COLUMNS,
    READING,
    REFUSED_IN_COLUMNS,
    SOURCES_OUTSIDE,
    TABLE_FUNCTIONS,
)
from streams.store.schema import DATABASE
from streams.store.statement_names import Names, UnreadableError, names_of

_SHOW: Final = re.compile(
    rf"SHOW (?:DATABASES|TABLES|FULL TABLES)(?: FROM {DATABASE})?(?: (?:NOT )?I?LIKE)?(?: LIMIT \d+)?(?: FORMAT \w+)?"
)

_SYSTEM_TABLES: Final = frozenset(
    {
        "columns",
        "data_type_families",
        "databases",
        "formats",
        "functions",
        "numbers",
        "numbers_mt",
        "one",
        "settings",
        "tables",
        "time_zones",
        "zeros",
        "zeros_mt",
    }
)
"""What tells of the engine and of our views, and makes rows. Clients ask some of them when they connect."""

_INFORMATION: Final = frozenset({"columns", "schemata", "tables", "views"})
_QUOTED = re.compile(
    r"--[^\n]*|/\*.*?\*/|'(?:[^'\\]|\\.|'')*'|`(?P<back>(?:[^`\\]|\\.)*)`|\"(?P<double>(?:[^\"\\]|\\.)*)\"",
    re.DOTALL,
)
_CALL = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)\s*\(")
_INTO_OUTFILE = re.compile(r"\binto\s+outfile\b", re.IGNORECASE)
_IDENTIFIER_TAKEN = re.compile(r"\{\s*(\w+)\s*:\s*Identifier\s*\}")
_PLAIN_NAME = re.compile(r"[\w.]+")
_SETTINGS = re.compile(r"\bsettings\s+\w+\s*=", re.IGNORECASE)


def refuse(
    client: Client,
    sql: str,
    database: str = DATABASE,
    parameters: Mapping[str, Any] | None = None,
    knowledge: Knowledge | None = None,
) -> str | None:
    """Return why a reader may not send this statement, or None where it may.

    `database` is where names without one are looked for; `knowledge` is what is known of the engine, where anything is.
    Raises what the client raises where the engine can't parse it.
    """
    known = knowledge or Knowledge()
    refusal, names = _judge(client, sql, parameters, known)
    if refusal is not None or names is None:
        return refusal
    return refuse_names(names, database, Catalogue(known.relations(client)))


def refuse_outside(
    client: Client,
    sql: str,
    parameters: Mapping[str, Any] | None = None,
    knowledge: Knowledge | None = None,
) -> str | None:
    """Return why nobody may send this statement who only reads, tables included; None where one may."""
    return _judge(client, sql, parameters, knowledge or Knowledge())[0]


def _judge(
    client: Client, sql: str, parameters: Mapping[str, Any] | None, knowledge: Knowledge
) -> tuple[str | None, Names | None]:
    """Return why a statement is refused whoever sends it, and what it names where it is not."""
    if not sql.strip():
        return "the query is empty", None
    if "\0" in sql:
        return "a statement with a zero byte in it can't be judged", None
    parsed = client.query("SELECT formatQuerySingleLine({q:String})", parameters={"q": sql}).result_rows[0][0]
    refusal = refuse_parsed(str(parsed))
    if refusal is not None:
        return refusal, None
    taken = set(_IDENTIFIER_TAKEN.findall(str(parsed)))
    for name, value in (parameters or {}).items():
        if name in taken and not _PLAIN_NAME.fullmatch(str(value)):
            return f"the parameter {name} is no plain name", None
    tree = client.raw_query(
        f"EXPLAIN AST {sql.strip().rstrip(';')}", parameters=dict(parameters or {}) or None
    )
    try:
        names = names_of(tree.decode(errors="replace"))
    except UnreadableError:
        return "the statement can't be judged: write it in a simpler way", None
    refusal = (
        refuse_kinds(names) or refuse_sources(names) or refuse_functions(names, knowledge.functions(client))
    )
    return refusal, names


def refuse_kinds(names: Names) -> str | None:
    """Judge the kinds of nodes: of those that are not known the tree may not show all."""
    for kind in sorted(names.kinds - KINDS):
        if kind == "ColumnsApplyTransformer":
            return "APPLY is not allowed here: write the function for each column"
        if kind.endswith(" Set"):
            return "SETTINGS are not allowed here"
        return f"{kind} can't be judged and is not allowed here"
    return None


class Catalogue:
    """The tables and views of ours, as the engine has them."""

    def __init__(self, relations: Mapping[str, Relation]) -> None:
        self._relations = relations

    def is_table(self, name: str) -> bool:
        """Whether it is there, and no view that people query."""
        found = self._relations.get(name)
        return found is not None and not found.is_view

    def views_on(self, table: str) -> list[str]:
        """Return the views that read a table themselves, in order."""
        reads = re.compile(rf"\b{DATABASE}\.{re.escape(table)}\b")
        return sorted(
            name for name, one in self._relations.items() if one.is_view and reads.search(one.select)
        )


def refuse_names(names: Names, database: str, catalogue: Catalogue) -> str | None:
    """Judge which tables a statement names: our views may be, and some of the engine's about itself."""
    compared = names.compared | (names.aliased if names.compared else frozenset())
    for name in sorted(names.tables):
        refusal = _refuse_table(name, database, catalogue)
        if refusal is not None:
            return refusal
    # What IN compares with, by its name or by one that it was given, may also be a column: only tables are refused.
    for name in sorted(compared):
        owner, _, table = name.rpartition(".")
        owner = owner or database
        if owner == DATABASE and catalogue.is_table(table):
            return _ask_instead(table, catalogue)
        if owner.lower() in ("system", "information_schema"):
            return f"{owner}.{table} is not for readers: ask views of {DATABASE}"
    return None


def refuse_sources(names: Names) -> str | None:
    """Judge what stands for a table and is none: functions that make rows may."""
    for function in sorted(names.functions):
        if function.lower() not in TABLE_FUNCTIONS:
            return f"{function}() is not allowed here: ask views"
    for function, kind, text in sorted(names.first_arguments):
        if function.lower() in COLUMNS_WRITTEN and not _is_plain(kind, text):
            return f"{function}() is allowed with a text of plain names and types of columns, or none"
    return None


def _is_plain(kind: str, text: str) -> bool:
    if kind != "Literal":
        return False
    if "\\'" not in text or text.startswith("Tuple_("):
        return True  # a row, no columns
    return PLAIN_COLUMNS.fullmatch(text) is not None and REFUSED_IN_COLUMNS.search(text) is None


def _refuse_table(name: str, database: str, catalogue: Catalogue) -> str | None:
    *owners, table = name.split(".")
    owner = owners[0] if owners else database
    if len(owners) > 1 or not re.fullmatch(r"\w+", table):
        return f"{name} is not for readers: ask views of {DATABASE}"
    if owner == DATABASE:
        return _ask_instead(table, catalogue) if catalogue.is_table(table) else None
    if owner == "system" and table in _SYSTEM_TABLES:
        return None
    if owner.lower() == "information_schema" and table.lower() in _INFORMATION:
        return None
    if owner == "default" and not owners:
        return None  # there is nothing in it: the name of a subquery, or a mistake that the engine tells of
    return f"{owner}.{table} is not for readers: ask views of {DATABASE}"


def _ask_instead(table: str, catalogue: Catalogue) -> str:
    views = catalogue.views_on(table)
    instead = f"ask {' or '.join(views)}" if views else "no view shows it"
    return f"{table} is a table, which may hold a row several times; readers ask views: {instead}"


def refuse_parsed(sql: str) -> str | None:
    """Judge a statement that the engine has parsed and written out again."""
    if any("\\" in (one["back"] or one["double"] or "") for one in _QUOTED.finditer(sql)):
        return "a name with a backslash in it is not allowed here"
    bare = _QUOTED.sub(_identifier, sql).strip().rstrip(";").strip()
    if not bare:
        return "the query is empty"
    if ";" in bare:
        return "one statement at a time"
    words = re.findall(r"[A-Za-z]+", bare)
    first = words[0].upper() if words else ""
    if first not in READING:
        return f"only reading is allowed here, not {first or 'this'}"
    if _INTO_OUTFILE.search(bare):
        return "INTO OUTFILE is not allowed here"
    if _SETTINGS.search(bare):
        return "SETTINGS are not allowed here"
    if first == "SHOW" and not _SHOW.fullmatch(" ".join(bare.split())):
        return "of SHOW only DATABASES and TABLES are allowed here: ask DESCRIBE, or system.tables"
    for name in _CALL.findall(bare):
        if name.lower() in SOURCES_OUTSIDE or reaches_outside(name):
            return f"{name.lower()}() reaches outside the store and is not allowed here"
    return None


def _identifier(found: re.Match[str]) -> str:
    """Leave of a quoted identifier its name, of anything else that is quoted or commented out nothing."""
    name = found["back"] or found["double"]
    return re.sub(r"\W", "_", name) if name else " "
