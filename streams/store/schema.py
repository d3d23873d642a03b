"""Numbered SQL migrations, applied once each, taken back on demand, and remembered with their checksums."""

from __future__ import annotations

from typing import Final, NamedTuple

from clickhouse_connect.driver.client import Client

from streams.store.migration_files import Migration, read_migrations, schema_dir

DATABASE: Final = "release_monitor"
_RECORD: Final = f"{DATABASE}.schema_migrations"


class SchemaError(Exception):
    """The schema in the store is not the one this program was written for."""


class _Applied(NamedTuple):
    """What the store remembers of a migration. `going_down`: it was begun to be taken back, and is whole no more."""

    name: str
    checksum: str
    down_checksum: str
    going_down: bool


def migrations() -> list[Migration]:
    """Read the migrations in the order of their numbers."""
    return read_migrations(schema_dir() / "clickhouse")


def migrate(client: Client) -> list[str]:
    """Bring the store to this program's schema and return the names of what was applied, none if it was there already.

    Cut off anywhere it may be run again. Raises SchemaError where a migration that was applied has another content now,
    is half taken back, or the store is newer than we are.
    """
    known = migrations()
    return _up(client, known, known[-1].number)


def migrate_to(client: Client, number: int, *, discard: bool = False) -> tuple[list[str], list[str]]:
    """Bring the schema to migration `number`, up or down, 0 for none; return the names of what was applied and taken back.

    Nothing is taken back where tables of primary data that would go with it have rows, unless these are to be discarded.
    Cut off anywhere it may be run again. Raises SchemaError as `migrate` does, for a number that there is not, and for a
    migration without a way back.
    """
    known = migrations()
    if number != 0 and number not in {migration.number for migration in known}:
        raise SchemaError(f"there is no migration {number}: the newest is {known[-1].name}")
    undone = _down(client, known, number, discard=discard)
    return _up(client, known, number), undone


def pending(client: Client) -> list[str]:
    """Return the names of the migrations that the store still lacks."""
    exists = client.command(f"EXISTS TABLE {_RECORD}")
    if not int(str(exists)):
        return [migration.name for migration in migrations()]
    rows = client.query(f"SELECT number FROM {_RECORD} FINAL").result_rows
    applied = {int(row[0]) for row in rows}
    return [migration.name for migration in migrations() if migration.number not in applied]


def _up(client: Client, known: list[Migration], upto: int) -> list[str]:
    applied = _applied(client, known)
    for was in applied.values():
        if was.going_down:
            raise SchemaError(
                f"migration {was.name} was cut off while it was taken back: run `release-monitor migrate --to"
                f" {int(was.name.split('_')[0]) - 1}` to end that"
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
            client.command(statement)
        _remember(client, migration, going_down=False)
        done.append(migration.name)
    return done


def _down(client: Client, known: list[Migration], number: int, *, discard: bool) -> list[str]:
    applied = _applied(client, known)
    back = [one for one in reversed(known) if one.number > number and one.number in applied]
    _check_ways_back(back, applied)
    if not discard:
        _check_nothing_is_lost(client, back)
    for migration in back:
        assert migration.down is not None  # checked above
        _remember(client, migration, going_down=True)
        for statement in migration.down.statements:
            client.command(statement)
        client.command(
            f"ALTER TABLE {_RECORD} DELETE WHERE number = {migration.number} SETTINGS mutations_sync = 2"
        )
    return [migration.name for migration in back]


def _check_ways_back(back: list[Migration], applied: dict[int, _Applied]) -> None:
    for migration in back:
        if migration.down is None:
            raise SchemaError(f"migration {migration.name} has no way back: there is no {migration.name}.down.sql")
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


def _applied(client: Client, known: list[Migration]) -> dict[int, _Applied]:
    """Return what the store remembers, by number; make the record where there is none, or one of an older program."""
    client.command(f"CREATE DATABASE IF NOT EXISTS {DATABASE}")
    client.command(
        f"CREATE TABLE IF NOT EXISTS {_RECORD} (number UInt32, name String, checksum String,"
        " applied_at DateTime64(3, 'UTC') DEFAULT now64(3)) ENGINE = ReplacingMergeTree ORDER BY number"
    )
    client.command(
        f"ALTER TABLE {_RECORD} ADD COLUMN IF NOT EXISTS down_checksum String,"
        " ADD COLUMN IF NOT EXISTS going_down Bool"
    )
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
