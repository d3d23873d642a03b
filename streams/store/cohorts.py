"""The figures of cohorts: made anew by the engine, on its own schedule and whenever a job ends (decision 0019).

The engine forgets when it is closed that it has ever made them, and would begin at once whenever it is opened. So in
the embedded engine the schedule rests, unless the process is one that stays (`start_schedule`).
"""

from __future__ import annotations

import datetime as dt
import re
import time
from typing import Final, NamedTuple

from clickhouse_connect.driver.client import Client

from streams.store.schema import DATABASE

_VIEW: Final = f"{DATABASE}.cohort_refresh"
_BEING_MADE: Final = frozenset({"Scheduling", "Running", "RunningOnAnotherReplica"})
_ASKED_EVERY_S: Final = 0.05
_MINUTES: Final = {"MINUTE": 1, "HOUR": 60, "DAY": 1_440, "WEEK": 10_080}
_EVERY: Final = re.compile(r"\bREFRESH EVERY ((?:\d+ [A-Z]+ )+)")


def refresh(client: Client) -> None:
    """Make the figures anew from what is stored, and return when they are there.

    Where they are being made already they are made once more after that, which may have begun before the last rows were
    written. Raises what the engine says where it can't make them; the figures of before stay.
    """
    client.command(f"SYSTEM REFRESH VIEW {_VIEW}")
    client.command(f"SYSTEM START VIEW {_VIEW}")  # where the schedule rests the refresh would too
    # Asked again and again, not waited for: the door of the embedded engine serves one statement of writers at a time.
    while _is_being_made(client):
        time.sleep(_ASKED_EVERY_S)
    client.command(f"SYSTEM WAIT VIEW {_VIEW}")  # over by now; tells what went wrong


def _is_being_made(client: Client) -> bool:
    rows = client.query(
        "SELECT status FROM system.view_refreshes WHERE database = {database:String} AND view = 'cohort_refresh'",
        parameters={"database": DATABASE},
    ).result_rows
    return any(status in _BEING_MADE for (status,) in rows)


class CohortsState(NamedTuple):
    """When the figures that are shown were made, None where none were, and what went wrong the last time, if it did."""

    computed_at: dt.datetime | None
    failure: str


def state_of(client: Client) -> CohortsState:
    """Say how the figures stand; the engine forgets a failure when it is closed."""
    computed = client.query(f"SELECT maxOrNull(computed_at) FROM {DATABASE}.cohort_figures").result_rows[0][0]
    failed = client.query(
        "SELECT exception FROM system.view_refreshes WHERE database = {database:String} AND view = 'cohort_refresh'"
        " AND status != 'Disabled'",  # where the schedule rests, a refresh that it stopped is no failure
        parameters={"database": DATABASE},
    ).result_rows
    return CohortsState(computed, str(failed[0][0]) if failed else "")


def rest_schedule(client: Client) -> None:
    """Let the embedded engine make nothing by itself until `start_schedule` or `refresh`; on an empty store as well."""
    client.command("SYSTEM STOP VIEWS")


def start_schedule(client: Client) -> None:
    """Let the engine make the figures by its schedule; where it has been opened just now it begins with it."""
    client.command(f"SYSTEM START VIEW {_VIEW}")


def set_schedule(client: Client, minutes: int) -> bool:
    """Have the figures made every so many minutes; say whether that was another number before.

    It is left alone where it is so already: the engine begins anew to make them when it is changed.
    """
    if scheduled_minutes(client) == minutes:
        return False
    client.command(f"ALTER TABLE {_VIEW} MODIFY REFRESH EVERY {minutes:d} MINUTE")
    return True


def scheduled_minutes(client: Client) -> int:
    """Return after how many minutes the engine makes the figures again."""
    rows = client.query(
        "SELECT create_table_query FROM system.tables WHERE database = {database:String} AND name = 'cohort_refresh'",
        parameters={"database": DATABASE},
    ).result_rows
    found = _EVERY.search(str(rows[0][0]))
    assert found is not None, "the migration made it with a schedule"
    words = found[1].split()
    return sum(int(count) * _MINUTES[unit] for count, unit in zip(words[::2], words[1::2], strict=True))
