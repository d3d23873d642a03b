"""How long rows are kept, and what condition tables are in, on the real engine."""

from __future__ import annotations

import datetime as dt

import pytest
from clickhouse_connect.driver.client import Client

from builders import VIETNAM, event
from feeding import FILLED, Feeding, life, reach
from streams.core.period import Period
from streams.core.window import KINDS
from streams.store import published as published_module
from streams.store.condition import conditions, stuck_mutations
from streams.store.housekeeping import (
    AGED_BY,
    ATTEMPT_KEPT,
    KeepDays,
    apply_keep_days,
    sweep_attempts,
    sweep_windows,
)
from streams.store.publications import differences, publications
from streams.store.published import PublicationError, publish
from streams.store.window_progress import NOTHING, write_progress

pytestmark = pytest.mark.integration

TABLES = tuple(dict.fromkeys((*AGED_BY, "window_progress", "declarations", *FILLED)))
DAY_MS = 86_400_000
NOW = dt.datetime.now(dt.UTC).replace(microsecond=0)


def write_windows(client: Client, ends: list[dt.datetime], size: str = "1h", version: int = 1) -> None:
    client.insert(
        "release_time_windows",
        [[size, end, version] for end in ends],
        column_names=["window_size", "window_end", "version"],
        database="release_monitor",
    )


def ends(client: Client, size: str = "1h") -> list[dt.datetime]:
    rows = client.query(
        "SELECT window_end FROM release_monitor.release_time_windows FINAL WHERE window_size = {size:String}"
        " ORDER BY window_end",
        parameters={"size": size},
    ).result_rows
    return [end.replace(tzinfo=dt.UTC) for (end,) in rows]


def test_a_ttl_is_given_changed_and_taken_away_once_each(client: Client) -> None:
    assert apply_keep_days(client, KeepDays(0, 0, 0)) == []
    assert apply_keep_days(client, KeepDays(62, 0, 30)) == [
        "release_time_windows keeps 62 days",
        "late_event_log keeps 30 days",
    ]
    assert apply_keep_days(client, KeepDays(62, 0, 30)) == []
    assert apply_keep_days(client, KeepDays(93, 365, 0)) == [
        "release_time_windows keeps 93 days",
        "rejected_event_log keeps 365 days",
        "late_event_log keeps all rows",
    ]
    assert len(apply_keep_days(client, KeepDays(0, 0, 0))) == 2
    assert apply_keep_days(client, KeepDays(0, 0, 0)) == []


def test_rows_older_than_the_days_go_when_parts_are_merged(client: Client) -> None:
    apply_keep_days(client, KeepDays(62, 0, 0))
    young, old = NOW - dt.timedelta(days=61), NOW - dt.timedelta(days=63)
    write_windows(client, [young, old])
    write_windows(client, [young], version=2)
    client.command("OPTIMIZE TABLE release_monitor.release_time_windows FINAL")
    assert ends(client) == [young]
    apply_keep_days(client, KeepDays(0, 0, 0))


def test_the_most_days_that_can_be_set_keep_everything(client: Client) -> None:
    apply_keep_days(client, KeepDays(36_500, 0, 0))
    young, old = NOW, NOW - dt.timedelta(days=20_000)
    write_windows(client, [young, old])
    client.command("OPTIMIZE TABLE release_monitor.release_time_windows FINAL")
    assert ends(client) == [old, young]
    apply_keep_days(client, KeepDays(0, 0, 0))


def test_windows_that_the_view_hides_are_swept_by_the_watermark(client: Client) -> None:
    """The clock on the wall has no part in it: a year that is backfilled stays."""
    assert sweep_windows(client) == 0
    watermark = dt.datetime(2024, 3, 1, tzinfo=dt.UTC)
    kept = {kind.name: 2 * DAY_MS if kind.name == "1h" else 31 * DAY_MS for kind in KINDS}
    progress = NOTHING._replace(watermark_ms=int(watermark.timestamp() * 1000), settled=True)
    write_progress(client, progress, 1, 300_000, kept)
    days = [watermark - dt.timedelta(days=number) for number in range(4)]
    write_windows(client, days)
    write_windows(client, days[2:], version=2)
    write_windows(client, days, "7d")
    assert sweep_windows(client) == 4
    shown = client.query("SELECT count() FROM release_monitor.windows WHERE window_size = '1h'").result_rows
    assert (ends(client), shown) == ([days[1], days[0]], [(2,)])
    assert len(ends(client, "7d")) == 4
    assert sweep_windows(client) == 0


def test_the_condition_tells_parts_and_what_waits_for_a_merge(client: Client) -> None:
    client.command("SYSTEM STOP MERGES release_monitor.declarations")
    for _ in range(3):
        client.insert(
            "declarations",
            [["a", 1], ["b", 1]],
            column_names=["declaration_key", "version"],
            database="release_monitor",
        )
    found = {one.name: one for one in conditions(client)}["declarations"]
    client.command("SYSTEM START MERGES release_monitor.declarations")
    assert (found.rows, found.parts, found.waiting) == (6, 3, 4)
    assert found.bytes > 0
    assert stuck_mutations(client) == []


def test_readers_are_told_how_far_the_windows_are(client: Client) -> None:
    write_progress(client, NOTHING._replace(watermark_ms=1_709_251_200_000), 1, 300_000, {})
    write_progress(client, NOTHING._replace(watermark_ms=1_709_251_200_000, settled=True), 2, 300_000, {})
    rows = client.query("SELECT settled, toString(watermark) FROM release_monitor.windows_state").result_rows
    assert rows == [(True, "2024-03-01 00:00:00.000")]


def test_what_attempts_to_publish_left_behind_goes_after_a_day_and_publications_stay(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    reach(client, dt.datetime(2027, 1, 1, tzinfo=dt.UTC))
    feed = Feeding(client)
    feed(*life("a"))
    publish(client, Period(2026, 3), 2025, lambda: b"1", zone=VIETNAM)
    feed(event("CLEARED", "10:10:00", declaration_key="a", revision=1))
    before = left(client)
    with monkeypatch.context() as patched:
        patched.setattr(published_module, "_claim", lambda *_: False)
        with pytest.raises(PublicationError):
            publish(client, Period(2026, 3), 2025, lambda: b"2", zone=VIETNAM)
    attempts = left(client)
    assert all(attempts[table] > before[table] for table in attempts)
    soon = dt.datetime.now(dt.UTC)
    assert sweep_attempts(client, soon) == 0, "it may be one that is being made"
    assert left(client) == attempts
    assert sweep_attempts(client, soon + ATTEMPT_KEPT + dt.timedelta(minutes=1)) == 5
    assert left(client) == before
    assert sweep_attempts(client, soon + ATTEMPT_KEPT + dt.timedelta(minutes=1)) == 0
    assert len(publications(client)) == 1
    assert len(differences(client, Period(2026, 3))) == 2


def left(client: Client) -> dict[str, int]:
    """How many rows the tables have in which publications are."""
    tables = (
        "published_declarations",
        "published_positions",
        "published_reports",
        "publication_log",
        "publication_figure_log",
    )
    return {
        table: int(client.query(f"SELECT count() FROM release_monitor.{table}").result_rows[0][0])
        for table in tables
    }
