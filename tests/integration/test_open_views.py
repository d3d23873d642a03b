"""The open view on the real engine: what is open now, how old, what it is past, and its summary."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from clickhouse_connect.driver.client import Client

from builders import FEED, WeekdayHours, event
from streams.core.event import Event
from streams.core.limits import StageLimit
from streams.core.pack import Pack
from streams.core.scope import ScopeRule
from streams.core.targets import Target
from streams.local.children import StoreChild
from streams.pipeline.folder import FedPack, Folder
from streams.store.client import connect
from streams.store.histories import StoredHistories
from streams.store.sink import ClickHouseSink

pytestmark = pytest.mark.integration

RULEBOOK = WeekdayHours(
    [ScopeRule(excluded_kinds=frozenset({"H11"}), excluded_message_prefixes=("MIC",))],
    [Target(interval="REG_REL", clock="elapsed", seconds=48 * 3600, direction="import")],
    [StageLimit(stage="registered", clock="elapsed", seconds=9 * 86_400, office="27F1")],
)
DAY = dt.timedelta(days=1)


@pytest.fixture(scope="module")
def reader(store: StoreChild) -> Iterator[Client]:
    """A store with what `told` tells, read through the door."""
    writer = connect(store.writer())
    now = dt.datetime.now(dt.UTC)
    pack = Pack("declaration-events", "id", 1_700_000_000_000_000, told(now), [])
    ClickHouseSink(writer).write(Folder(StoredHistories(writer), RULEBOOK).fold([FedPack(pack, FEED)]))
    writer.close()
    client = connect(store.reader())
    yield client
    client.close()


def told(now: dt.datetime) -> list[Event]:
    """Declarations by what is open of them; `old` days after the registration, at 27F1 unless said."""
    offset = 0

    def one(key: str, old: float, event_type: str = "REGISTERED", **fields: Any) -> Event:
        nonlocal offset
        offset += 1
        attrs = {"office": "27F1", "direction": "import", **fields.pop("attrs", {})}
        at = (now - old * DAY).isoformat(timespec="milliseconds")
        return event(event_type, at, offset, declaration_key=key, attrs=attrs, **fields)

    return [
        one("oldest", 31, attrs={"value_usd": 12.5, "tax_vnd": 1000, "kind": "A11"}),
        one("old", 16),
        one("late", 2.1),
        one("young", 1.9),
        one("export", 3, attrs={"direction": "export"}),
        one("there", 5, attrs={"office": "27B1"}),
        one("ahead", -0.01),
        one("private", 40, attrs={"kind": "H11"}),
        one("parcel", 40, message_code="MIC"),
        one("cleared", 40),
        one("cleared", 39, "CLEARED"),
        one("reopened", 10),
        one("reopened", 9, "CLEARED"),
        one("reopened", 8, "RELEASE_REVERTED"),
        one("withdrawn", 40),
        one("withdrawn", 39, "CANCELLED"),
        one("announced", 40, "PRE_REGISTERED"),
    ]


def ask(client: Client, sql: str) -> list[dict[str, Any]]:
    return list(client.query(sql).named_results())


def test_what_is_open_comes_oldest_first(reader: Client) -> None:
    rows = ask(reader, "SELECT * FROM release_monitor.open_declarations")
    assert [row["declaration_key"] for row in rows] == [
        "oldest",
        "old",
        "reopened",
        "there",
        "export",
        "late",
        "young",
        "ahead",
    ]
    oldest = rows[0]
    assert 31 * 86_400 <= oldest["age_s"] < 31 * 86_400 + 600
    assert oldest["registered_at"] + 2 * DAY == oldest["target_due_at"]
    told = [oldest[name] for name in ("office", "direction", "channel", "kind", "stage", "waiting_on")]
    assert told == ["27F1", "import", None, "A11", "registered", "customs"]
    assert (float(oldest["value_usd"]), float(oldest["tax_vnd"])) == (12.5, 1000)
    assert rows[-1]["age_s"] == 0, "a sender's clock that is ahead makes nothing younger than 0"


def test_which_marks_are_passed(reader: Client) -> None:
    rows = ask(
        reader,
        "SELECT declaration_key, past_target, past_2h_working, past_8h_working, past_15d, past_30d"
        " FROM release_monitor.open_declarations",
    )
    passed = {row.pop("declaration_key"): tuple(row.values()) for row in rows}
    assert passed["oldest"] == (1, 1, 1, 1, 1)
    assert passed["old"] == (1, 1, 1, 1, 0)
    assert passed["late"][0] == 1
    assert passed["young"][0] == 0
    assert passed["export"][0] is None, "no target for exports"
    assert passed["ahead"] == (0, 0, 0, 0, 0)


def test_since_when_in_its_stage_and_whether_that_is_too_long(reader: Client) -> None:
    rows = ask(
        reader,
        "SELECT declaration_key, registered_at, stage_since, stage_due_at, past_stage_limit"
        " FROM release_monitor.open_declarations",
    )
    told = {row["declaration_key"]: row for row in rows}
    for key, past in {"oldest": 1, "old": 1, "reopened": 0, "young": 0, "there": None}.items():
        row = told[key]
        since = row["registered_at"] + (2 * DAY if key == "reopened" else 0 * DAY)
        assert row["stage_since"] == since, key
        assert row["stage_due_at"] == (None if past is None else since + 9 * DAY), key
        assert row["past_stage_limit"] == past, key
    current = ask(
        reader,
        "SELECT declaration_key, stage_since, stage_due_at FROM release_monitor.declarations_current",
    )
    assert {row["declaration_key"] for row in current if row["stage_since"] is not None} == {
        *told,
        "private",
        "parcel",
    }, "only what is open, in scope or not"


def test_working_marks_are_those_of_the_calendar(reader: Client) -> None:
    rows = ask(
        reader,
        "SELECT registered_at, now64(3) AS asked_at, past_2h_working, past_8h_working"
        " FROM release_monitor.open_declarations",
    )
    calendar = RULEBOOK.calendar_of(None)
    for row in rows:
        begin, end = (int(row[name].timestamp() * 1e6) for name in ("registered_at", "asked_at"))
        worked_h = (calendar.total_us(end) - calendar.total_us(begin)) / 3.6e9
        for hours in (2, 8):
            if abs(worked_h - hours) > 0.01:
                assert row[f"past_{hours}h_working"] == (worked_h > hours), (row, worked_h)


def test_the_summary_is_that_of_the_declarations(reader: Client) -> None:
    place = ("office", "direction", "channel", "stage", "waiting_on")
    rows = ask(reader, "SELECT *, now64(3) AS asked_at FROM release_monitor.open_summary")
    open_ones = ask(reader, "SELECT *, now64(3) AS asked_at FROM release_monitor.open_declarations")
    assert [row["oldest_registered_at"] for row in rows] == sorted(
        row["oldest_registered_at"] for row in rows
    )
    assert sum(row["open_n"] for row in rows) == len(open_ones)
    assert len(rows) == 3
    for row in rows:
        own = [one for one in open_ones if all(one[name] == row[name] for name in place)]
        assert row["open_n"] == len(own)
        assert row["oldest_registered_at"] == min(one["registered_at"] for one in own)
        ages = [one["age_s"] for one in own]
        wanted = [*np.quantile(ages, [0.5, 0.9]), max(ages)]
        given = [row["age_p50_s"], row["age_p90_s"], row["age_max_s"]]
        assert np.allclose(given, wanted, atol=60), "asked within the same minute"
        held = [one["past_target"] for one in own if one["past_target"] is not None]
        assert row["with_target_n"] == len(held)
        assert row["past_target_share"] == (pytest.approx(np.mean(held)) if held else None)
        for mark in ("past_2h_working", "past_8h_working", "past_15d", "past_30d"):
            assert row[f"{mark}_share"] == pytest.approx(np.mean([one[mark] for one in own]))


def test_rows_of_before_the_migration_show_no_mark(store: StoreChild) -> None:
    writer = connect(store.writer())
    writer.command(
        "INSERT INTO release_monitor.declarations (declaration_key, office, status, registered_at, revision, version)"
        " VALUES ('before', '27ZZ', 'open', '2026-03-02 01:00:00', 1, 1)"
    )
    (row,) = ask(writer, "SELECT * FROM release_monitor.open_declarations WHERE office = '27ZZ'")
    writer.close()
    assert [row[name] for name in ("past_target", "past_2h_working", "past_30d")] == [None, 0, 1]
