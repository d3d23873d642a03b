"""Numbered SQL migrations, applied once each, taken back on demand, and remembered with their checksums."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from clickhouse_connect.driver.client import Client

from streams.store.migration_files import Migration, read_migrations, schema_dir
from streams.store.replicated import create_database, replicated

DATABASE: Final = "release_monitor"
_RECORD: Final = f"{DATABASE}.schema_migrations"
_CREATE_RECORD: Final = (
    f"CREATE TABLE IF NOT EXISTS {_RECORD} (number UInt32, name String, checksum String,"
    " applied_at DateTime64(3, 'UTC') DEFAULT now64(3), down_checksum String, going_down Bool)"
    " ENGINE = ReplacingMergeTree ORDER BY number"
)


class SchemaError(Exception):
    """The schema in the store is not the one this program was written for."""


class Server(NamedTuple):
    """The store is a server of its own, not the embedded engine; `cluster` names its cluster, empty for one node.

    On a server the views read with the rights of who made them, so that readers need no right on the tables.
    """

    cluster: str = ""


class _Applied(NamedTuple):
    """What the store remembers of a migration. `going_down`: it was begun to be taken back, and is whole no more."""

    name: str
    checksum: str
    down_checksum: str
    going_down: bool


def migrations() -> list[Migration]:
    """Read the migrations in the order of their numbers."""
    return read_migrations(schema_dir() / "clickhouse")


def migrate(client: Client, server: Server | None = None) -> list[str]:
    """Bring the store to this program's schema and return the names of what was applied, none if it was there already.

    Cut off anywhere it may be run again. Raises SchemaError where a migration that was applied has another content now,
    is half taken back, or the store is newer than we are.
    """
    known = migrations()
    return _up(client, known, known[-1].number, server)


def migrate_to(
    client: Client, number: int, server: Server | None = None, *, discard: bool = False
) -> tuple[list[str], list[str]]:
    """Bring the schema to migration `number`, up or down, 0 for none; return what was applied and what taken back.

    Nothing is taken back where tables of primary data that would go with it have rows, unless these are to be
    discarded. Cut off anywhere it may be run again. Raises SchemaError as `migrate` does, for a number that there is
    not, and for a migration without a way back.
    """
    known = migrations()
    if number != 0 and number not in {migration.number for migration in known}:
        raise SchemaError(f"there is no migration {number}: the newest is {known[-1].name}")
    undone = _down(client, known, number, server, discard=discard)
    return _up(client, known, number, server), undone


def pending(client: Client) -> list[str]:
    """Return the names of the migrations that the store still lacks."""
    exists = client.command(f"EXISTS TABLE {_RECORD}")
    if not int(str(exists)):
        return [migration.name for migration in migrations()]
    rows = client.query(f"SELECT number FROM {_RECORD} FINAL").result_rows
    applied = {int(row[0]) for row in rows}
    return [migration.name for migration in migrations() if migration.number not in applied]


def _up(client: Client, known: list[Migration], upto: int, server: Server | None) -> list[str]:
    form = _prepare(client, server)
    applied = _applied(client, known)
    for number, was in applied.items():
        if was.going_down:
            below = max((one.number for one in known if one.number < number), default=0)
            raise SchemaError(
                f"migration {was.name} was cut off while it was taken back: run `release-monitor migrate --to {below}`"
                " to end that"
            )
    done = []
    for migration in known:
        if migration.number in applied:
            if applied[migration.number].checksum != migration.checksum:
                raise SchemaError(
                    f"migration {migration.name} was changed after it was applied: restore the file"
                )
            continue
        if migration.number > upto:
            continue
        for statement in migration.statements:
            client.command(form(statement))
        _remember(client, migration, going_down=False)
        done.append(migration.name)
    if server is not None:
        _read_as_their_maker(client)
    return done


def _down(
    client: Client, known: list[Migration], number: int, server: Server | None, *, discard: bool
) -> list[str]:
    form = _prepare(client, server)
    applied = _applied(client, known)
    back = [one for one in reversed(known) if one.number > number and one.number in applied]
    _check_ways_back(back, applied)
    if not discard:
        _check_nothing_is_lost(client, back)
    for migration in back:
        assert migration.down is not None  # checked above
        _remember(client, migration, going_down=True)
        for statement in migration.down.statements:
            client.command(form(statement))
        client.command(
            f"ALTER TABLE {_RECORD} DELETE WHERE number = {migration.number} SETTINGS mutations_sync = 2"
        )
    return [migration.name for migration in back]


def _check_ways_back(back: list[Migration], applied: dict[int, _Applied]) -> None:
    for migration in back:
        if migration.down is None:
            raise SchemaError(
                f"migration {migration.name} has no way back: there is no {migration.name}.down.sql"
            )
        remembered = applied[migration.number].down_checksum
        if remembered not in ("", migration.down.checksum):
            raise SchemaError(f"{migration.name}.down.sql was changed after it was applied: restore the file")


def _check_nothing_is_lost(client: Client, back: list[Migration]) -> None:
    lost = []
    for name in (name for migration in back if migration.down for name in migration.down.loses):
        if int(str(client.command(f"EXISTS TABLE {DATABASE}.{name}"))):
            count = int(client.query(f"SELECT count() FROM {DATABASE}.{name}").result_rows[0][0])
            if count:
                lost.append(f"{name} ({count:,} rows)")
    if lost:
        raise SchemaError(
            f"this would lose what nothing brings back: {', '.join(lost)}; nothing was changed. Make a backup, then say"
            " --discard"
        )


def _prepare(client: Client, server: Server | None) -> Callable[[str], str]:
    """Make the database and the record of migrations where they lack, and return the form that statements need there.

    A store that is up to date is only read: whoever may write rows but no schema can ask for a migration in vain.
    """
    engine = _engine_of_database(client)
    if engine is None:
        create = f"CREATE DATABASE IF NOT EXISTS {DATABASE}"
        client.command(create_database(DATABASE, server.cluster) if server and server.cluster else create)
        engine = _engine_of_database(client)
    if server and server.cluster and engine != "Replicated":
        raise SchemaError(
            f"the database {DATABASE} has the engine {engine}, it was not made for the cluster {server.cluster}: take"
            " RELEASE_MONITOR_CLICKHOUSE_CLUSTER away, or begin with an empty server and backfill"
        )
    form = replicated if engine == "Replicated" else str
    columns = client.query(
        "SELECT name FROM system.columns WHERE database = {database:String} AND table = 'schema_migrations'",
        parameters={"database": DATABASE},
    ).result_columns
    known = set(columns[0]) if columns else set()
    if not known:
        client.command(form(_CREATE_RECORD))
    elif "going_down" not in known:
        client.command(
            f"ALTER TABLE {_RECORD} ADD COLUMN IF NOT EXISTS down_checksum String,"
            " ADD COLUMN IF NOT EXISTS going_down Bool"
        )
    return form


def _engine_of_database(client: Client) -> str | None:
    rows = client.query(
        "SELECT engine FROM system.databases WHERE name = {database:String}",
        parameters={"database": DATABASE},
    ).result_rows
    return str(rows[0][0]) if rows else None


def _read_as_their_maker(client: Client) -> None:
    """Let every view work with the rights of its maker: who asks or feeds it needs none on the tables below it."""
    rows = client.query(
        "SELECT name FROM system.tables WHERE database = {database:String} AND engine IN ('View', 'MaterializedView')"
        " AND position(create_table_query, 'SQL SECURITY DEFINER') = 0 ORDER BY name",
        parameters={"database": DATABASE},
    ).result_rows
    for (name,) in rows:
        client.command(f"ALTER TABLE {DATABASE}.`{name}` MODIFY SQL SECURITY DEFINER DEFINER = CURRENT_USER")


def _applied(client: Client, known: list[Migration]) -> dict[int, _Applied]:
    """Return what the store remembers, by number."""
    rows = client.query(
        f"SELECT number, name, checksum, down_checksum, going_down FROM {_RECORD} FINAL ORDER BY number"
    ).result_rows
    numbers = {migration.number for migration in known}
    for number, name, *_ in rows:
        if number not in numbers:
            raise SchemaError(
                f"the store has migration {name}, which this program does not know: upgrade the program"
            )
    return {int(number): _Applied(*rest) for number, *rest in rows}


def _remember(client: Client, migration: Migration, *, going_down: bool) -> None:
    """Write the newest row of a migration: of equal numbers the one written last counts."""
    client.insert(
        "schema_migrations",
        [
            [
                migration.number,
                migration.name,
                migration.checksum,
                migration.down.checksum if migration.down else "",
                going_down,
            ]
        ],
        column_names=["number", "name", "checksum", "down_checksum", "going_down"],
        database=DATABASE,
    )
