"""The outlook in the real engine: written as a whole, and only the newest one is shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

import pytest
from clickhouse_connect.driver.client import Client

from streams.core.outlook import HORIZONS_H, OutlookRow
from streams.local.children import StoreChild
from streams.store.client import connect
from streams.store.outlook_table import OUTLOOK, outlook_columns
from streams.store.sink import ClickHouseSink

pytestmark = pytest.mark.integration

AT = dt.datetime(2026, 3, 3, 3, tzinfo=dt.UTC)
FIRST = int(AT.timestamp() * 1000)
LATER = FIRST + 3_600_000


@pytest.fixture
def writer(store: StoreChild) -> Iterator[Client]:
    client = connect(store.writer())
    client.command("TRUNCATE TABLE release_monitor.release_outlook")
    yield client
    client.close()


def of(office: str, expected: float) -> list[OutlookRow]:
    return [OutlookRow(office, "all", "REG_REL", horizon, 9, 2, 7, 6, expected) for horizon in HORIZONS_H]


def shown(client: Client) -> list[tuple[object, ...]]:
    sql = (
        "SELECT office, direction, interval_code, horizon_h, toUnixTimestamp64Milli(as_of), open_n, past_target_n,"
        " due_n, judged_n, expected_breaches FROM release_monitor.outlook"
        " ORDER BY office, horizon_h NULLS LAST"
    )
    return [tuple(row) for row in client.query(sql).result_rows]


def write(client: Client, rows: Sequence[OutlookRow], as_of_ms: int, version: int) -> None:
    ClickHouseSink(client).write_columns([(OUTLOOK, outlook_columns(rows, as_of_ms, version))])


def test_what_is_written_is_shown(writer: Client) -> None:
    write(writer, [*of("27F1", 1.25), *of("all", 2.5)], FIRST, 1)
    assert shown(writer) == [
        (office, "all", "REG_REL", horizon, FIRST, 9, 2, 7, 6, expected)
        for office, expected in (("27F1", 1.25), ("all", 2.5))
        for horizon in HORIZONS_H
    ]


def test_the_newest_outlook_is_shown_alone(writer: Client) -> None:
    write(writer, [*of("27F1", 1.25), *of("all", 1.25)], FIRST, 1)
    write(writer, of("all", 0.5), LATER, 2)
    assert {(row[0], row[4], row[-1]) for row in shown(writer)} == {("all", LATER, 0.5)}
    # computed again as of the same instant, after a correction
    write(writer, of("all", 0.75), LATER, 3)
    assert {(row[0], row[4], row[-1]) for row in shown(writer)} == {("all", LATER, 0.75)}


def test_an_owner_that_was_replaced_changes_nothing(writer: Client) -> None:
    write(writer, of("all", 0.5), FIRST, 7)
    write(writer, [*of("27F1", 9.0), *of("all", 9.0)], LATER, 6)
    assert {(row[0], row[-1]) for row in shown(writer)} == {("all", 0.5)}


def test_nothing_written_is_nothing_shown(writer: Client) -> None:
    assert shown(writer) == []
