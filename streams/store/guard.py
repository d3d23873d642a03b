"""Which statements a reader may send: one statement, that only reads, and that reaches nothing outside the engine.

The engine's own `readonly` mode refuses writes and most table functions. It lets through what is listed here (measured
on 26.9: INTO OUTFILE, KILL, USE and the scalar function file(), among others), so the door looks first.
"""

from __future__ import annotations

import re
from typing import Final

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

_SKIPPED = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:[^'\\]|\\.|'')*'", re.DOTALL)
_CALL = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)\s*\(")
_INTO_OUTFILE = re.compile(r"\binto\s+outfile\b", re.IGNORECASE)


def refuse(sql: str) -> str | None:
    """Return why a reader may not send this statement, or None where it may."""
    bare = _SKIPPED.sub(" ", sql).strip().rstrip(";").strip()
    if not bare:
        return "the query is empty"
    if ";" in bare:
        return "one statement at a time"
    unquoted = bare.replace("`", "").replace('"', "")
    words = re.findall(r"[A-Za-z]+", unquoted)
    first = words[0].upper() if words else ""
    if first not in _READING:
        return f"only reading is allowed here, not {first or 'this'}"
    if _INTO_OUTFILE.search(unquoted):
        return "INTO OUTFILE is not allowed here"
    for name in _CALL.findall(unquoted):
        if name.lower() in _OUTSIDE:
            return f"{name}() reaches outside the store and is not allowed here"
    return None
