"""Who may do what on a ClickHouse server, as SQL: a role that writes our tables, and two that ask our views.

The writer also reads: it takes histories and windows from the store after a restart, asks which generation a topic is
and which owner came last, and unsettles windows by what they are (decision 0024). It may read just the tables it does.

Boards ask as readers do, but the tool that draws them sends settings with its questions, which `readonly = 1` refuses
whatever they are: so their role may set the limits of a question, and lower only (decision 0032).
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Final

from clickhouse_connect.driver.client import Client

from streams.store.client import READER_LIMITS
from streams.store.schema import DATABASE

WRITER_ROLE: Final = "release_monitor_writer"
READER_ROLE: Final = "release_monitor_reader"
BOARD_ROLE: Final = "release_monitor_board"

TABLES: Final[dict[str, str]] = {
    "clock_kind": "INSERT, SELECT",
    "cohort_figures": "SELECT",
    "declaration_events": "INSERT, SELECT",
    "declaration_intervals": "INSERT, SELECT",
    "declarations": "INSERT, SELECT",
    "duplicate_deliveries": "INSERT",
    "enforcement_outcomes": "INSERT, SELECT",
    "event_position_sets": "SELECT",
    "event_positions": "INSERT",
    "generations": "INSERT, SELECT",
    "late_event_log": "INSERT, SELECT",
    "publication_figure_log": "INSERT, SELECT",
    "publication_log": "INSERT, SELECT",
    "publication_revisions": "INSERT, SELECT",
    "published_declarations": "INSERT, SELECT",
    "published_positions": "INSERT, SELECT",
    "published_reports": "INSERT, SELECT",
    "reference_offices": "INSERT, SELECT",
    "reference_yearly_targets": "INSERT, SELECT",
    "rejected_event_log": "INSERT",
    "release_outlook": "INSERT",
    "release_time_windows": "INSERT, SELECT",
    "schema_migrations": "SELECT",
    "window_owners": "INSERT, SELECT",
    "window_progress": "INSERT, SELECT",
}
"""What workers, `backfill`, `refold`, `outcomes` and `report --publish` do with each table of ours, and so what the
writer may. Nothing else, but to have the figures of cohorts made anew."""

_REFRESHED: Final = "cohort_refresh"

READER_SETTINGS: Final[dict[str, int]] = {
    "readonly": 1,
    **READER_LIMITS,
    "max_threads": 4,
    "max_concurrent_queries_for_user": 8,
}
"""The settings of readers, who can change none of them; the limits of one question are those of the embedded store."""

BOARD_LIMITS: Final[dict[str, int]] = {
    **{name: value for name, value in READER_SETTINGS.items() if name != "readonly"},
    "max_execution_time": 90,
}
"""What one question of a board may cost at most; it may set these between 1 and that. As much as a reader's, but for
the seconds: the tool asks for its own time-out and some more, 65 where nobody changed it."""

READER_QUOTA: Final[dict[str, int]] = {"queries": 5_000, "execution_time": 3_600}
"""What one reading user may use in an hour: questions, and seconds of answering them."""

BOARD_QUOTA: Final[dict[str, int]] = {"queries": 50_000, "execution_time": 14_400}
"""The same for all boards together, which ask anew every half a minute for everybody who looks at one."""

_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")


class AccessError(Exception):
    """An account can't be made as it was asked for."""


def views_of(client: Client) -> list[str]:
    """Return the names of the views that people query, in order."""
    rows = client.query(
        "SELECT name FROM system.tables WHERE database = {database:String} AND engine = 'View' ORDER BY name",
        parameters={"database": DATABASE},
    ).result_rows
    return [str(row[0]) for row in rows]


def writer_rights(views: Sequence[str]) -> list[str]:
    """Return the rights of the writer's role."""
    return [
        *(f"{what} ON {DATABASE}.{table}" for table, what in TABLES.items()),
        f"SYSTEM VIEWS ON {DATABASE}.{_REFRESHED}",
        "SELECT ON system.view_refreshes",
        *(f"SELECT ON {DATABASE}.{view}" for view in views),
    ]


def reader_rights(views: Sequence[str]) -> list[str]:
    """Return the rights of readers and boards: views, and nothing below them."""
    return [f"SELECT ON {DATABASE}.{view}" for view in views]


def roles(views: Sequence[str]) -> list[str]:
    """Return the statements that make the roles as they are to be now, whatever they were before."""
    settings = [f"{name} = {value}" for name, value in READER_SETTINGS.items()]
    limits = [f"{name} = {value} MIN 1 MAX {value}" for name, value in BOARD_LIMITS.items()]
    return [
        f"CREATE ROLE IF NOT EXISTS {WRITER_ROLE}",
        _replacing(WRITER_ROLE, writer_rights(views)),
        f"CREATE ROLE IF NOT EXISTS {READER_ROLE}",
        _replacing(READER_ROLE, reader_rights(views)),
        *_limiting(READER_ROLE, settings, READER_QUOTA),
        f"CREATE ROLE IF NOT EXISTS {BOARD_ROLE}",
        _replacing(BOARD_ROLE, reader_rights(views)),
        *_limiting(BOARD_ROLE, ["readonly = 2", *limits], BOARD_QUOTA),
    ]


def _limiting(role: str, settings: Sequence[str], quota: Mapping[str, int]) -> list[str]:
    """Give everybody in a role its settings, and what each may use in an hour."""
    most = ", ".join(f"{name} = {value}" for name, value in quota.items())
    return [
        f"CREATE SETTINGS PROFILE OR REPLACE {role} SETTINGS {', '.join(settings)} TO {role}",
        f"CREATE QUOTA OR REPLACE {role} KEYED BY user_name FOR INTERVAL 1 hour MAX {most} TO {role}",
    ]


def _replacing(role: str, rights: Sequence[str]) -> str:
    """Give a role these rights in the place of all it had, at once: a worker that writes meanwhile notices nothing."""
    return f"GRANT {', '.join(rights)} TO {role} WITH REPLACE OPTION"


def user(name: str, role: str, password: str) -> list[str]:
    """Return the statements that give a user a role and a password, of which only a salted hash stands in them.

    Raises AccessError for a name that is no plain word, and where there is no password.
    """
    if not _NAME.fullmatch(name):
        raise AccessError(f"{name!r} is no name for a user: letters, digits and _, 63 at most")
    if not password:
        raise AccessError(f"there is no password for {name}")
    salt = secrets.token_hex(16)
    known = sha256((password + salt).encode()).hexdigest()
    identified = f"IDENTIFIED WITH sha256_hash BY '{known}' SALT '{salt}'"
    return [
        f"CREATE USER IF NOT EXISTS {name} {identified}",
        f"ALTER USER {name} {identified} DEFAULT ROLE NONE",
        f"REVOKE ALL ON *.* FROM {name}",
        f"GRANT {role} TO {name}",
        f"ALTER USER {name} DEFAULT ROLE {role}",
    ]
