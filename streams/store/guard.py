"""Which statements a reader may send: one statement, that only reads, and that reaches nothing outside the engine.

The engine's own `readonly` mode refuses writes and most table functions. It lets through what is listed here (measured
on 26.9: INTO OUTFILE, KILL, USE and the scalar function file(), among others), so the door looks first. It looks at the
statement as the engine's own parser writes it: comments, heredocs and the many kinds of quotes hide nothing then.
"""

from __future__ import annotations

import re
from typing import Final

from clickhouse_connect.driver.client import Client

_READING: Final = frozenset({"SELECT", "WITH", "SHOW", "DESCRIBE", "DESC", "EXPLAIN", "EXISTS"})

_OUTSIDE: Final = frozenset(
    {
        "arrowflight",
        "azureblobstorage",
        "azureblobstoragecluster",
        "catboostevaluate",
        "cluster",
        "clusterallreplicas",
        "deltalake",
        "deltalakecluster",
        "dictionary",
        "executable",
        "file",
        "filecluster",
        "gcs",
        "hdfs",
        "hdfscluster",
        "hudi",
        "iceberg",
        "icebergcluster",
        "input",
        "jdbc",
        "mongodb",
        "mysql",
        "odbc",
        "paimon",
        "postgresql",
        "python",
        "redis",
        "remote",
        "remotesecure",
        "s3",
        "s3cluster",
        "sqlite",
        "url",
        "urlcluster",
        "ytsaurus",
    }
)

_QUOTED = re.compile(
    r"--[^\n]*|/\*.*?\*/|'(?:[^'\\]|\\.|'')*'|`(?P<back>(?:[^`\\]|\\.)*)`|\"(?P<double>(?:[^\"\\]|\\.)*)\"",
    re.DOTALL,
)
_CALL = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)\s*\(")
_INTO_OUTFILE = re.compile(r"\binto\s+outfile\b", re.IGNORECASE)


def refuse(client: Client, sql: str) -> str | None:
    """Return why a reader may not send this statement, or None where it may.

    Raises what the client raises where the engine can't parse it.
    """
    if not sql.strip():
        return "the query is empty"
    parsed = client.query("SELECT formatQuerySingleLine({q:String})", parameters={"q": sql}).result_rows[0][0]
    return refuse_parsed(str(parsed))


def refuse_parsed(sql: str) -> str | None:
    """Judge a statement that the engine has parsed and written out again."""
    bare = _QUOTED.sub(_identifier, sql).strip().rstrip(";").strip()
    if not bare:
        return "the query is empty"
    if ";" in bare:
        return "one statement at a time"
    words = re.findall(r"[A-Za-z]+", bare)
    first = words[0].upper() if words else ""
    if first not in _READING:
        return f"only reading is allowed here, not {first or 'this'}"
    if _INTO_OUTFILE.search(bare):
        return "INTO OUTFILE is not allowed here"
    for name in _CALL.findall(bare):
        if name.lower() in _OUTSIDE:
            return f"{name.lower()}() reaches outside the store and is not allowed here"
    return None


def _identifier(found: re.Match[str]) -> str:
    """Leave of a quoted identifier its name, of anything else that is quoted or commented out nothing."""
    name = found["back"] or found["double"]
    return re.sub(r"\W", "_", name) if name else " "
