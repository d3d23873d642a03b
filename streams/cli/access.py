"""The command `access`: accounts of a ClickHouse server that may do what they need and nothing else."""

from __future__ import annotations

from typing import Annotated

import typer

from streams.cli.failure import CommandError
from streams.cli.options import DataDir
from streams.local.access import open_store, server_of
from streams.settings import Settings
from streams.store.access import (
    BOARD_ROLE,
    READER_ROLE,
    WRITER_ROLE,
    AccessError,
    roles,
    user,
    views_of,
)
from streams.store.schema import pending


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("access")(access)


def access(
    reader: Annotated[
        str | None,
        typer.Option(help="User to make that asks views; RELEASE_MONITOR_READER_PASSWORD is its password."),
    ] = None,
    writer: Annotated[
        str | None,
        typer.Option(help="User to make for workers; RELEASE_MONITOR_WRITER_PASSWORD is its password."),
    ] = None,
    board: Annotated[
        str | None,
        typer.Option(
            help="User to make for a tool that draws boards; RELEASE_MONITOR_BOARD_PASSWORD is its password."
        ),
    ] = None,
    apply: Annotated[bool, typer.Option("--apply", help="Do it, instead of printing the SQL.")] = False,
    data: DataDir = None,
) -> None:
    """Print, or apply, the SQL of roles that write our tables or ask our views, and of users that have them."""
    settings = Settings()
    if apply and server_of(settings, data) is None:
        raise CommandError(
            "the embedded engine has no accounts, its door has: set RELEASE_MONITOR_CLICKHOUSE_HOST for a server"
        )
    with open_store(settings, data, write=apply) as client:
        lacking = pending(client)
        if lacking:
            raise CommandError(f"the schema lacks {', '.join(lacking)}: run `release-monitor migrate`")
        statements = roles(views_of(client))
        for name, role, setting, password in (
            (reader, READER_ROLE, "READER", settings.reader_password),
            (writer, WRITER_ROLE, "WRITER", settings.writer_password),
            (board, BOARD_ROLE, "BOARD", settings.board_password),
        ):
            if name is not None:
                try:
                    statements += user(name, role, password.get_secret_value())
                except AccessError as error:
                    raise CommandError(
                        f"{error}; the password stands in RELEASE_MONITOR_{setting}_PASSWORD"
                    ) from error
        if apply:
            for statement in statements:
                client.command(statement)
    if not apply:
        print("".join(f"{statement};\n" for statement in statements), end="")
        return
    made = ", ".join(name for name in (reader, writer, board) if name)
    print(
        f"roles {WRITER_ROLE}, {READER_ROLE} and {BOARD_ROLE} are made{f', and the users {made}' if made else ''}"
    )
