"""Numbered SQL migrations, applied once each and remembered with their checksums."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple

from clickhouse_connect.driver.client import Client

DATABASE: Final = "release_monitor"
_PACKAGE = Path(__file__).resolve().parent.parent


class SchemaError(Exception):
    """The schema in the store is not the one this program was written for."""


class Migration(NamedTuple):
    """One numbered file: its number, its name without the ending, its statements and its checksum."""

    number: int
    name: str
    statements: tuple[str, ...]
    checksum: str


def schema_dir() -> Path:
    """Return the folder `schemas/`: beside the package in a checkout, inside it in an installed wheel."""
    installed = _PACKAGE / "_schemas"
    return installed if installed.is_dir() else _PACKAGE.parent / "schemas"


def migrations() -> list[Migration]:
    """Read the migrations in the order of their numbers."""
    found = []
    for path in sorted((schema_dir() / "clickhouse").glob("[0-9]*.sql")):
        text = path.read_text(encoding="utf-8")
        without_comments = re.sub(r"^--.*$", "", text, flags=re.MULTILINE)
        statements = tuple(part.strip() for part in without_comments.split(";\n") if part.strip(" \n;"))
        checksum = sha256(text.encode()).hexdigest()
        found.append(Migration(int(path.name.split("_")[0]), path.stem, statements, checksum))
    return found


def migrate(client: Client) -> list[str]:
    """Bring the store to this program's schema and return the names of what was applied, none if it was there already.

    Raises SchemaError where a migration that was applied has another content now, or the store is newer than we are.
    """
    client.command(f"CREATE DATABASE IF NOT EXISTS {DATABASE}")
    client.command(
        f"CREATE TABLE IF NOT EXISTS {DATABASE}.schema_migrations (number UInt32, name String, checksum String,"
        " applied_at DateTime64(3, 'UTC') DEFAULT now64(3)) ENGINE = ReplacingMergeTree ORDER BY number"
    )
    rows = client.query(f"SELECT number, name, checksum FROM {DATABASE}.schema_migrations FINAL").result_rows
    applied = {int(number): (str(name), str(checksum)) for number, name, checksum in rows}
    known = migrations()
    for number, (name, _) in applied.items():
        if number not in {migration.number for migration in known}:
            raise SchemaError(
                f"the store has migration {name}, which this program does not know: upgrade the program"
            )
    done = []
    for migration in known:
        if migration.number in applied:
            if applied[migration.number][1] != migration.checksum:
                raise SchemaError(
                    f"migration {migration.name} was changed after it was applied: restore the file"
                )
            continue
        for statement in migration.statements:
            client.command(statement)
        client.insert(
            "schema_migrations",
            [[migration.number, migration.name, migration.checksum]],
            column_names=["number", "name", "checksum"],
            database=DATABASE,
        )
        done.append(migration.name)
    return done


def pending(client: Client) -> list[str]:
    """Return the names of the migrations that the store still lacks."""
    exists = client.command(f"EXISTS TABLE {DATABASE}.schema_migrations")
    if not int(str(exists)):
        return [migration.name for migration in migrations()]
    rows = client.query(f"SELECT number FROM {DATABASE}.schema_migrations FINAL").result_rows
    applied = {int(row[0]) for row in rows}
    return [migration.name for migration in migrations() if migration.number not in applied]
