"""By which clock ages are told: what is now in the view `clock`, and in the open views that ask it."""

from __future__ import annotations

import datetime as dt

import pytest
from clickhouse_connect.driver.client import Client

from builders import CALENDARS, FEED, event
from streams.core.pack import Pack
from streams.local.children import StoreChild
from streams.pipeline.folder import FedPack, Folder
from streams.store.client import connect
from streams.store.clock import write_clock
from streams.store.histories import StoredHistories
from streams.store.sink import ClickHouseSink
from streams.store.window_progress import Progress, write_progress

pytestmark = pytest.mark.integration

TABLES = ("clock_kind", "window_progress", "declarations", "declaration_events")
HEARD = dt.datetime(2026, 3, 4, 1, tzinfo=dt.UTC)


def now_and_kind(client: Client) -> tuple[dt.datetime, str]:
    ((at, kind),) = client.query("SELECT now, kind FROM release_monitor.clock").result_rows
    return at.replace(tzinfo=dt.UTC), kind


def heard(client: Client, version: int, *instants: dt.datetime) -> None:
    marks = {str(place): int(at.timestamp() * 1000) for place, at in enumerate(instants)}
    write_progress(client, Progress(None, marks, -1, settled=False), version, 300_000, {})


def is_wall(at: dt.datetime) -> bool:
    return abs(dt.datetime.now(dt.UTC) - at) < dt.timedelta(minutes=5)


def test_it_is_the_wall_clock_unless_another_is_said(client: Client) -> None:
    at, kind = now_and_kind(client)
    assert (is_wall(at), kind) == (True, "wall")
    heard(client, 1, HEARD)
    write_clock(client, "wall")
    at, kind = now_and_kind(client)
    assert (is_wall(at), kind) == (True, "wall")


def test_of_the_feed_it_is_the_latest_instant_heard_on_any_partition(client: Client) -> None:
    write_clock(client, "feed")
    at, kind = now_and_kind(client)
    assert (is_wall(at), kind) == (True, "feed"), "nothing was heard yet"
    heard(client, 1)
    assert is_wall(now_and_kind(client)[0]), "of no partition"
    heard(client, 2, HEARD - dt.timedelta(hours=3), HEARD, HEARD - dt.timedelta(hours=1))
    assert now_and_kind(client) == (HEARD, "feed")
    write_clock(client, "wall")
    assert is_wall(now_and_kind(client)[0])
    write_clock(client, "feed")
    write_clock(client, "feed")
    assert now_and_kind(client) == (HEARD, "feed")
    assert client.query("SELECT max(version) FROM release_monitor.clock_kind").result_rows == [(3,)]


def test_open_views_go_by_it(client: Client, store: StoreChild) -> None:
    # Monday 08:00 R ── Wednesday 08:00 is now
    pack = Pack("declaration-events", "id", 1, [event("REGISTERED", "08:00:00")], [])
    ClickHouseSink(client).write(Folder(StoredHistories(client), CALENDARS).fold([FedPack(pack, FEED)]))
    heard(client, 1, HEARD)
    write_clock(client, "feed")
    reader = connect(store.reader())
    columns = "age_s, past_2h_working, past_8h_working, past_15d, past_30d"
    assert reader.query(f"SELECT {columns} FROM release_monitor.open_declarations").result_rows == [
        (2 * 86_400, 1, 1, 0, 0)
    ]
    summary = reader.query("SELECT open_n, age_max_s, past_15d_share FROM release_monitor.open_summary")
    assert summary.result_rows == [(1, 2 * 86_400, 0.0)]
    write_clock(client, "wall")
    aged = reader.query("SELECT past_15d, past_30d FROM release_monitor.open_declarations").result_rows
    reader.close()
    since = dt.datetime.now(dt.UTC) - dt.datetime(2026, 3, 2, 1, tzinfo=dt.UTC)
    assert aged == [(since > dt.timedelta(days=15), since > dt.timedelta(days=30))]
