"""What the store says of the open declarations as metrics: how many, since when, how old, and what is stuck."""

from __future__ import annotations

import datetime as dt

import pytest
from clickhouse_connect.driver.client import Client

from builders import FEED, WeekdayHours, channel, event
from streams.core.event import Event
from streams.core.limits import StageLimit
from streams.core.pack import Pack
from streams.core.scope import ScopeRule
from streams.core.targets import Target
from streams.metrics.registry import Metrics
from streams.pipeline.folder import FedPack, Folder
from streams.reference import load_reference
from streams.store.histories import StoredHistories
from streams.store.sink import ClickHouseSink
from streams.worker.heard import stored_latest_us
from streams.worker.open_figures import OpenFigures

pytestmark = pytest.mark.integration

TABLES = ("declaration_events", "declarations", "declaration_intervals", "window_progress", "clock_kind")
RULEBOOK = WeekdayHours(
    [ScopeRule(excluded_kinds=frozenset({"H11"}))],
    [Target(interval="REG_REL", clock="elapsed", seconds=3 * 3600)],
    [
        StageLimit(stage="registered", clock="working", seconds=3600),
        StageLimit(stage="decision", clock="elapsed", seconds=4 * 3600),
    ],
)
A = ("27F1", "import")


def told() -> list[Event]:
    """Monday 2 March: registered at 08:00 and 09:00, with and without a channel, in and out of scope."""

    def registered(key: str, at: str, office: str | None, kind: str = "A11") -> Event:
        attrs = {"direction": "import", "kind": kind, **({"office": office} if office else {})}
        return event("REGISTERED", at, declaration_key=key, attrs=attrs)

    return [
        registered("a", "08:00:00", "27F1"),
        registered("b", "09:00:00", "27F1"),
        registered("c", "08:00:00", "27F1", "H11"),
        registered("d", "08:00:00", "99ZZ"),
        registered("e", "08:30:00", None),
        registered("f", "08:00:00", "27F1"),
        channel(1, "08:10:00", declaration_key="f"),
        registered("g", "08:00:00", "27F2"),
        event("CLEARED", "10:00:00", declaration_key="g"),
    ]


def at_ms(text: str) -> int:
    return int(dt.datetime.fromisoformat(f"2026-03-{text}+07:00").timestamp() * 1000)


class Bench:
    """A store with what `told` tells, and the metrics of it."""

    def __init__(self, client: Client) -> None:
        pack = Pack(FEED.topic, "", 1_800_000_000_000_000, told(), [])
        ClickHouseSink(client).write(Folder(StoredHistories(client), RULEBOOK).fold([FedPack(pack, FEED)]))
        self.metrics = Metrics(load_reference(None))
        self.figures = OpenFigures(client, self.metrics)

    def at(self, text: str) -> dict[str, dict[tuple[str, ...], float]]:
        """All gauges as of an instant."""
        self.figures.look(at_ms(text))
        return {
            family.name.removeprefix("release_"): {
                tuple(sample.labels.values()): sample.value for sample in family.samples
            }
            for family in self.metrics.registry.collect()
        }


@pytest.fixture
def bench(client: Client) -> Bench:
    return Bench(client)


def test_what_is_open_and_since_when(bench: Bench) -> None:
    found = bench.at("02T09:00:00")
    assert found["open_declarations"] == {
        (*A, "none", "registered", "customs"): 3,
        (*A, "1", "decision", "customs"): 1,
        ("other", "import", "none", "registered", "customs"): 1,
        ("none", "import", "none", "registered", "customs"): 1,
    }
    assert found["oldest_open_timestamp_seconds"] == {
        (*A, "none"): at_ms("02T08:00:00") / 1000,
        (*A, "1"): at_ms("02T08:00:00") / 1000,
        ("other", "import", "none"): at_ms("02T08:00:00") / 1000,
        ("none", "import", "none"): at_ms("02T08:30:00") / 1000,
    }
    assert found["stuck_declarations"] == {}
    assert found["open_older_declarations"] == {}


def test_what_is_stuck_and_how_old_it_is_by_the_clock(bench: Bench) -> None:
    found = bench.at("02T09:30:00.001")
    assert found["stuck_declarations"] == {
        (*A, "none", "registered", "customs"): 1,
        ("other", "import", "none", "registered", "customs"): 1,
        ("none", "import", "none", "registered", "customs"): 1,
    }
    found = bench.at("02T13:30:00")
    assert found["stuck_declarations"][(*A, "none", "registered", "customs")] == 2
    assert found["stuck_declarations"][(*A, "1", "decision", "customs")] == 1
    older = found["open_older_declarations"]
    assert older[*A, "none", "2h_working"] == older[*A, "none", "target"] == 2
    assert older[*A, "1", "2h_working"] == 1
    assert not {place for place in older if place[3] in ("8h_working", "15d", "30d")}
    found = bench.at("18T08:00:01")
    assert found["open_older_declarations"][*A, "none", "15d"] == 2
    assert (*A, "none", "30d") not in found["open_older_declarations"]


def test_the_clock_is_told(bench: Bench, client: Client) -> None:
    now_ms = bench.figures.now_ms()
    ((wall_ms,),) = client.query("SELECT toUnixTimestamp64Milli(now64(3))").result_rows
    assert now_ms is not None
    assert 0 <= wall_ms - now_ms < 600_000


def test_the_latest_milestone_of_each_office(bench: Bench, client: Client) -> None:
    assert stored_latest_us(client) == {
        "27F1": at_ms("02T09:00:00") * 1000,
        "27F2": at_ms("02T10:00:00") * 1000,
        "99ZZ": at_ms("02T08:00:00") * 1000,
    }
