"""What the board asks of the real engine, through the door for readers, and what its source does when that is away."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from clickhouse_connect.driver.client import Client

from builders import FEED, WeekdayHours, event
from streams.board.answers import Filter, Known
from streams.board.source import LiveSource
from streams.board.store_questions import MOST_OLDEST, ask_store
from streams.core.event import Event
from streams.core.pack import Pack
from streams.local.children import StoreChild
from streams.local.runtime import Runtime, publish, withdraw
from streams.pipeline.folder import FedPack, Folder
from streams.reference import load_reference
from streams.settings import Settings
from streams.store.client import connect
from streams.store.histories import StoredHistories
from streams.store.reference_tables import sync
from streams.store.sink import ClickHouseSink

pytestmark = pytest.mark.integration

MANY = 10_000
NOW = dt.datetime.now(dt.UTC)


@pytest.fixture(scope="module")
def reader(store: StoreChild) -> Iterator[Client]:
    """A store with 10,000 open declarations of two offices, read as people read it."""
    with closing(connect(store.writer())) as writer:
        sync(writer, load_reference(None))
        pack = Pack("declaration-events", "id", 1_700_000_000_000_000, list(events()), [])
        ClickHouseSink(writer).write(
            Folder(StoredHistories(writer), WeekdayHours()).fold([FedPack(pack, FEED)])
        )
    with closing(connect(store.reader())) as client:
        yield client


def events() -> Iterator[Event]:
    """Registrations a minute apart, the last one now; each tenth is an export of another office."""
    for number in range(MANY):
        export = number % 10 == 0
        yield event(
            "REGISTERED",
            (NOW - dt.timedelta(minutes=MANY - number)).isoformat(timespec="milliseconds"),
            number,
            declaration_key=f"{number:011d}",
            attrs={"office": "27B1" if export else "27F1", "direction": "export" if export else "import"},
        )


def test_all_are_counted_and_the_oldest_are_listed(reader: Client) -> None:
    before = dt.datetime.now(dt.UTC)
    told = ask_store(reader, Filter())
    after = dt.datetime.now(dt.UTC)
    assert told.open_n == MANY
    assert [row.key for row in told.oldest] == [f"{number:011d}" for number in range(MOST_OLDEST)]
    assert told.oldest[1].office == "27F1"
    (stage,) = told.stages
    assert (stage.stage, stage.waiting_on) == ("registered", "customs")
    oldest = NOW - dt.timedelta(minutes=MANY)
    assert int((before - oldest).total_seconds()) <= stage.oldest_s <= (after - oldest).total_seconds() + 1
    assert told.ledger.stored == MANY


def test_an_office_and_a_direction_are_asked_for_as_parameters(reader: Client) -> None:
    assert ask_store(reader, Filter("27B1")).open_n == MANY // 10
    assert ask_store(reader, Filter("27B1", "import")).open_n == 0
    assert ask_store(reader, Filter("all", "import")).open_n == MANY - MANY // 10
    nowhere = ask_store(reader, Filter("27F1' OR '1' = '1"))
    assert (nowhere.open_n, nowhere.oldest) == (0, ())


def test_the_offices_have_their_names_and_ages_their_clock(reader: Client) -> None:
    told = ask_store(reader, Filter())
    names = {office.code: office.name for office in told.offices}
    assert names["27F1"].en == "Thanh Hoa Port Customs"
    assert told.now.tzinfo is dt.UTC
    assert (told.windows, told.ends) == ((), ())


def test_a_pipeline_that_went_away_leaves_its_last_answer(
    reader: Client, store: StoreChild, tmp_path: Path
) -> None:
    source = LiveSource(Settings(), tmp_path)
    never = source.ask(Filter(), Known())
    assert never.store.value is None
    assert "no pipeline runs on" in never.store.failure

    publish(
        tmp_path,
        Runtime(
            pid=os.getpid(),
            bootstrap="",
            store_port=store.port,
            writer_password="",
            reader_password=store.reader_password,
            program_password="",
            metrics=["http://127.0.0.1:9/metrics"],
        ),
    )
    there = source.ask(Filter("27B1"), never)
    assert there.store.value is not None
    assert (there.store.value.open_n, there.store.failure) == (MANY // 10, "")
    assert there.health.value is None
    assert there.health.failure == "http://127.0.0.1:9/metrics"
    assert there.alerts is None

    withdraw(tmp_path)
    gone = source.ask(Filter("27B1"), there)
    assert gone.store.value == there.store.value
    assert "no pipeline runs on" in gone.store.failure
    source.close()
