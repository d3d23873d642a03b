"""The schema in the form of a cluster: a replicated database, and replicated tables in it.

A database with the engine Replicated repeats every CREATE and ALTER on each replica by itself, through ClickHouse
Keeper or ZooKeeper, and gives tables their own places there; the tables only have to be of the replicated kind. The
servers name themselves by the macros `shard` and `replica`, as replicated tables want it anyway.
"""

from __future__ import annotations

import re
from typing import Final

_QUOTED: Final = r"--[^\n]*|/\*.*?\*/|'(?:[^'\\]|\\.|'')*'|`[^`]*`|\"[^\"]*\""
_ENGINE: Final = re.compile(
    rf"(?P<quoted>{_QUOTED})|(?P<engine>\bENGINE\s*=\s*)(?P<kind>(?!Replicated)\w*MergeTree)\b",
    re.DOTALL | re.IGNORECASE,
)


def replicated(statement: str) -> str:
    """Return a statement with every table of a MergeTree kind made the replicated kind; anything else as it is."""

    def kind(found: re.Match[str]) -> str:
        return found["quoted"] or f"{found['engine']}Replicated{found['kind']}"

    return _ENGINE.sub(kind, statement)


def create_database(name: str, cluster: str) -> str:
    """Return the statement that makes the replicated database on every server of a cluster."""
    return (
        f"CREATE DATABASE IF NOT EXISTS {name} ON CLUSTER `{cluster}`"
        f" ENGINE = Replicated('/clickhouse/databases/{name}', '{{shard}}', '{{replica}}')"
    )
