"""The real engine behind its real door, spoken to by the real client."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError

from builders import CALENDARS, FEED, channel, event
from streams.core.declaration import Outcome
from streams.core.event import Feed, Rejected
from streams.core.pack import Pack
from streams.local.children import ChildError, StoreChild
from streams.pipeline.folder import FedPack, Folder
from streams.pipeline.judging import judge_of
from streams.settings import Settings
from streams.store.client import StoreUnavailableError, connect
from streams.store.generations import generation_of
from streams.store.histories import StoredHistories
from streams.store.reconciliation import accounted_positions
from streams.store.rejected import count_rejected, replayable
from streams.store.sink import ClickHouseSink

pytestmark = pytest.mark.integration


@pytest.fixture
def writer(store: StoreChild) -> Iterator[Client]:
    client = connect(store.writer())
    for table in (
        "declaration_events",
        "declarations",
        "declaration_intervals",
        "duplicate_deliveries",
        "rejected_event_log",
        "event_position_sets",
    ):
        client.command(f"TRUNCATE TABLE release_monitor.{table}")
    yield client
    client.close()


@pytest.fixture
def reader(store: StoreChild) -> Iterator[Client]:
    client = connect(store.reader())
    yield client
    client.close()


def fed(*events: object, rejected: tuple[Rejected, ...] = ()) -> FedPack:
    return FedPack(
        Pack("declaration-events", "id", 1_700_000_000_000_000, list(events), list(rejected)), FEED
    )  # type: ignore[arg-type]


def test_a_batch_is_in_the_views_once_however_often_it_is_written(writer: Client, reader: Client) -> None:
    batch = Folder(StoredHistories(writer), CALENDARS).fold(
        [
            fed(
                event(
                    "REGISTERED", "08:00:00", attrs={"office": "27F1", "tax_vnd": 1500000, "value_usd": 12.34}
                ),
                channel(2, "08:01:00", offset=1),
                event("CLEARED", "09:00:00", offset=2),
                rejected=(Rejected("broken_json", "it's broken", b"\xff{\x00", 0, 3),),
            )
        ]
    )
    sink = ClickHouseSink(writer)
    rows = sink.write(batch)
    assert rows == {
        "declarations": 1,
        "declaration_intervals": 1,
        "rejected_event_log": 1,
        "declaration_events": 3,
        "event_positions": 4,
    }
    sink.write(batch)
    for view, expected in (
        ("events", 3),
        ("declarations_current", 1),
        ("intervals", 6),
        ("rejected_events", 1),
    ):
        assert reader.query(f"SELECT count() FROM release_monitor.{view}").result_rows == [(expected,)], view
    row = reader.query(
        "SELECT office, status, tax_vnd, value_usd, toString(registered_at) FROM release_monitor.declarations_current"
    )
    assert [str(value) for value in row.result_rows[0]] == [
        "27F1",
        "cleared",
        "1500000.00",
        "12.34",
        "2026-03-02 01:00:00.000",
    ]
    lengths = reader.query(
        "SELECT interval_code, elapsed_s FROM release_monitor.intervals ORDER BY 1"
    ).result_rows
    assert [row for row in lengths if row[1] is not None] == [("DECIDE", 3540), ("REG_REL", 3600)]
    assert ("DOC_REL", None) in lengths
    assert reader.query(
        "SELECT accounted, stored, rejected FROM release_monitor.reconciliation"
    ).result_rows == [(4, 3, 1)]


def test_a_rejected_payload_is_kept_byte_for_byte(writer: Client) -> None:
    payload = bytes(range(256))
    ClickHouseSink(writer).write(
        Folder(StoredHistories(writer), CALENDARS).fold(
            [fed(rejected=(Rejected("broken_json", "", payload, 0, 0),))]
        )
    )
    assert count_rejected(writer) == {"broken_json": 1}
    assert [message.payload for message in replayable(writer, None, 10)] == [payload]
    assert list(replayable(writer, lambda feed: judge_of(feed, Settings()), 10)) == []


def test_a_new_worker_takes_its_state_from_the_store(writer: Client) -> None:
    sink = ClickHouseSink(writer)
    first = [event("REGISTERED", "08:00:00.000900"), event("CLEARED", "09:00:00", offset=1, revision=0)]
    sink.write(Folder(StoredHistories(writer), CALENDARS).fold([fed(*first)]))
    batch = Folder(StoredHistories(writer), CALENDARS).fold(
        [fed(*first, event("CLEARED", "09:00:10.000800", offset=2, revision=1))]
    )
    assert batch.outcomes == {Outcome.STORED: 1, Outcome.DUPLICATE: 0, Outcome.REPLAYED: 2}
    assert batch.declarations[0].intervals[0].elapsed_s == 3609  # from microseconds that no column keeps
    assert {(row[0].event.revision, row[1]) for row in batch.events} == {
        (0, "replaced"),
        (1, "effective"),
    }


def test_intervals_that_are_taken_back_leave_the_view(writer: Client, reader: Client) -> None:
    sink = ClickHouseSink(writer)
    sink.write(
        Folder(StoredHistories(writer), CALENDARS).fold(
            [fed(event("REGISTERED", "08:00:00"), event("CLEARED", "09:00:00"))]
        )
    )
    sink.write(
        Folder(StoredHistories(writer), CALENDARS).fold([fed(event("CANCELLED", "08:30:00", offset=9))])
    )
    assert reader.query("SELECT count() FROM release_monitor.intervals").result_rows == [(0,)]
    assert reader.query("SELECT status FROM release_monitor.declarations_current").result_rows == [
        ("cancelled",)
    ]


def test_generations_are_the_same_for_all_and_grow(writer: Client) -> None:
    name = "topic:it's:\\one"
    assert generation_of(writer, name, 100) == generation_of(writer, name, 999_999)
    assert generation_of(writer, "topic:t:two", 1) > generation_of(writer, name, 1)


def test_reconciliation_counts_positions_within_the_extents(writer: Client) -> None:
    events = [
        event("REGISTERED", "08:00:00", offset=n, declaration_key=f"d{n}", event_id=f"e{n}")
        for n in range(10)
    ]
    ClickHouseSink(writer).write(Folder(StoredHistories(writer), CALENDARS).fold([fed(*events)]))
    assert accounted_positions(writer, FEED, {0: (0, 12), 1: (0, 5)}) == {0: 10, 1: 0}
    assert accounted_positions(writer, FEED, {0: (4, 8)}) == {0: 4}
    assert accounted_positions(writer, Feed("declaration-events", 2), {0: (0, 12)}) == {0: 0}


def test_the_readers_door_refuses_what_reaches_out_or_writes(reader: Client) -> None:
    for sql in (
        "INSERT INTO release_monitor.generations VALUES ('x', 1, now())",
        "TRUNCATE TABLE release_monitor.declarations",
        "SYSTEM FLUSH LOGS",
        "SELECT file('/etc/hostname')",
        "SELECT $$'$$, file('/etc/hostname'), $$'$$",
        "SELECT * FROM url('http://127.0.0.1:1/', 'CSV', 'a String')",
        "SELECT 1 INTO OUTFILE '/tmp/never'",
        "SET readonly = 0",
        "SELECT 1 SETTINGS readonly = 0",
        "SELECT " + "1," * 200_000 + "1",
    ):
        with pytest.raises(ClickHouseError):
            reader.command(sql)


def test_the_door_asks_who_is_there(store: StoreChild) -> None:
    for user, password in (
        ("reader", store.writer_password),
        ("writer", store.reader_password),
        ("default", ""),
    ):
        with pytest.raises(StoreUnavailableError, match="wrong user or password"):
            connect(store.reader()._replace(user=user, password=password))


def test_parameters_arrive_as_they_were_sent(reader: Client) -> None:
    strange = "o'x\\y\t\n\"`{}"
    many = [strange, *map(str, range(5_000))]
    row = reader.query(
        "SELECT {a:String}, {b:Array(String)}", parameters={"a": strange, "b": many}
    ).result_rows[0]
    assert row == (strange, many)


def test_one_process_per_folder(store: StoreChild, tmp_path: Path) -> None:
    first = StoreChild(tmp_path)
    with pytest.raises(ChildError, match="is open in process"):
        StoreChild(tmp_path)
    first.stop()
    again = StoreChild(tmp_path)
    again.stop()


def test_migrations_are_applied_once_and_may_not_change(tmp_path: Path) -> None:
    script = """
import sys; from pathlib import Path
from streams.store.client import EmbeddedStore
from streams.store import schema
store = EmbeddedStore(Path(sys.argv[1]))
names = [m.name for m in schema.migrations()]
assert schema.pending(store.writer) == names
assert schema.migrate(store.writer) == names
assert schema.migrate(store.writer) == [] == schema.pending(store.writer)
change = "ALTER TABLE release_monitor.schema_migrations UPDATE checksum = 'x' WHERE 1 SETTINGS mutations_sync = 2"
store.writer.command(change)
try:
    schema.migrate(store.writer)
except schema.SchemaError as error:
    print(error)
store.close()
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert "was changed after it was applied" in done.stdout
