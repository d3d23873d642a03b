"""The windows are those of one backfill, whatever the order, the repetitions, the moves and the restarts.

Events in any order over two partitions, some of them twice; two folders, between which the partitions move; messages to
the windows that are held back, so that those of one folder overtake the other's, and that are delivered again; owners
of the windows that end at any point, and one that goes on after another has begun. Without Kafka, on a real store.
"""

from __future__ import annotations

import datetime as dt
import os
import time
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from random import Random
from zlib import crc32

import msgspec
import pytest
from clickhouse_connect.driver.client import Client

from streams.core.decode import decode_event
from streams.core.event import Event, Feed
from streams.core.pack import Pack
from streams.core.span_message import end_message, span_messages
from streams.core.window import WindowKind
from streams.local.children import StoreChild
from streams.pipeline.folder import FedPack, Folder
from streams.pipeline.window_keeper import Plan
from streams.reference import load_reference
from streams.settings import Settings
from streams.simulator.generate import FAULTS, generate
from streams.store.client import connect
from streams.store.histories import StoredHistories
from streams.store.sink import ClickHouseSink
from streams.worker import opening
from streams.worker.opening import open_windows
from streams.worker.stragglers import Stragglers
from streams.worker.window_steps import LostOwnershipError, WindowSteps

pytestmark = pytest.mark.integration

HOUR_MS = 3_600_000
START = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
DAYS = 8
CUT_US = int((START + dt.timedelta(days=DAYS, hours=-4)).timestamp() * 1_000_000)
PLAN = Plan(
    (WindowKind("1h", HOUR_MS, HOUR_MS // 2), WindowKind("7d", 168 * HOUR_MS, 6 * HOUR_MS)),
    60_000,
    300_000,
    {"1h": 12 * HOUR_MS, "7d": 72 * HOUR_MS},
    1_000.0,
    {"1h": (1.0, 0.0), "7d": (1.0, 0.0)},
)
SEEDS = range(int(os.environ.get("SCHEDULES", "4")))
REFERENCE = load_reference(None)
FEED = Feed("declaration-events", 1)
SETTINGS = Settings()
TABLES = (
    "declaration_events",
    "declarations",
    "declaration_intervals",
    "duplicate_deliveries",
    "event_position_sets",
    "release_time_windows",
    "window_progress",
    "window_owners",
    "late_event_log",
    "release_outlook",
)


def drawn_events() -> list[Event]:
    """Events of a simulated feed that is cut while much of it is open."""
    told = [one.value for one in generate(5, 60, START, DAYS, FAULTS) if one.arrives_us < CUT_US]
    decoded = [decode_event(value, 0, offset) for offset, value in enumerate(told)]
    return [one for one in decoded if isinstance(one, Event)]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    child = StoreChild(Path(tmp_path_factory.mktemp("store")))
    client = connect(child.writer(), timeout_s=120)
    yield client
    client.close()
    child.stop()


@pytest.fixture(autouse=True)
def _few_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "plan_of", lambda _: PLAN)


def emptied(client: Client) -> None:
    for table in TABLES:
        client.command(f"TRUNCATE TABLE release_monitor.{table}")


def shown(client: Client) -> list[tuple[object, ...]]:
    """Everything that the view shows but the revisions."""
    return sorted(
        client.query("SELECT * EXCEPT (revision) FROM release_monitor.windows").result_rows, key=repr
    )


def of_a_backfill(client: Client, events: list[Event]) -> list[tuple[object, ...]]:
    emptied(client)
    pack = Pack(FEED.topic, "", 0, events, [])
    ClickHouseSink(client).write(Folder(StoredHistories(client), REFERENCE).fold([FedPack(pack, FEED)]))
    steps = new_owner(client)
    steps.ended()
    while not steps.settled:
        steps.round()
    return shown(client)


def new_owner(client: Client) -> WindowSteps:
    return open_windows(client, REFERENCE, SETTINGS, None, lambda _: None)


class Schedule:
    """A pipeline in pieces, each of which moves on when chance has it."""

    def __init__(self, client: Client, events: list[Event], seed: int) -> None:
        self.client = client
        self.chance = Random(f"{seed} schedule")
        self.sink = ClickHouseSink(client)
        self.stragglers = Stragglers(360)
        self.inputs = self.partitions(events)
        self.done = [0, 0]
        self.folders = [self.folder(), self.folder()]
        self.swapped = False
        self.held_back: list[deque[bytes]] = [deque(), deque()]
        self.topic: list[bytes] = []
        self.steps = new_owner(client)
        self.next = 0
        self.restarts = 0
        self.restless = 0.02 * (seed % 2)
        """How often owners end once all is told. Where none does nothing is made good by reading it all back."""

    def partitions(self, events: list[Event]) -> list[list[Event]]:
        """Any order, some twice: as the same message again, or from another place."""
        again = self.chance.sample(events, len(events) // 10)
        mixed = [*events, *again]
        self.chance.shuffle(mixed)
        parts: list[list[Event]] = [[], []]
        for event in mixed:
            part = crc32(event.declaration_key.encode()) % 2
            place = msgspec.structs.replace(event, partition=part, offset=len(parts[part]))
            parts[part].append(place)
            if self.chance.random() < 0.03:
                parts[part].append(place)
        return parts

    def folder(self) -> Folder:
        return Folder(StoredHistories(self.client), REFERENCE)

    def fold(self) -> None:
        """Fold a part of a partition, and perhaps once more what was folded before, as after a crash."""
        part = self.chance.randrange(2)
        begin = self.done[part]
        if begin and self.chance.random() < 0.2:
            begin = max(0, begin - 30)
        end = min(len(self.inputs[part]), begin + self.chance.choice((3, 15, 60)))
        events = self.inputs[part][begin:end]
        if not events:
            return
        folder = self.folders[part ^ self.swapped]
        batch = folder.fold([FedPack(Pack(FEED.topic, "", 0, events, []), FEED)])
        self.sink.write(batch)
        folder.written(folder.step)
        if self.chance.random() < 0.2:
            self.folders[part ^ self.swapped] = self.folder()  # it ended before it told anybody
            return
        latest_us = max(event.occurred_us for event in events)
        marks = {str(part): latest_us // 1000}
        late = self.stragglers.among(batch, latest_us)
        self.held_back[part] += span_messages(
            [*batch.declarations, *batch.again], late, marks, self.chance.random() < 0.2
        )
        self.done[part] = max(self.done[part], end)

    def move(self) -> None:
        self.swapped = not self.swapped
        self.folders = [self.folder(), self.folder()]

    def tell(self) -> None:
        """Let messages of one partition into the topic."""
        waiting = self.chance.choice(self.held_back)
        for _ in range(min(len(waiting), self.chance.randrange(1, 5))):
            # Not always the oldest: a worker that was held up goes on when another has its partition.
            waiting.rotate(-self.chance.choice((0, 0, 0, 1, 2)))
            self.topic.append(waiting.popleft())

    def deliver(self) -> None:
        if self.chance.random() < 0.2:
            self.next = max(0, self.next - 3)
        for _ in range(self.chance.randrange(1, 6)):
            if self.next < len(self.topic):
                self.steps.take(self.next, self.topic[self.next])
                self.next += 1

    def restart(self) -> None:
        """Another one begins, and goes on where what is acknowledged ends; the one before does not know it yet."""
        before = self.steps
        self.steps = new_owner(self.client)
        with suppress(LostOwnershipError):  # or it had nothing to write
            before.round()
        self.next = max(0, before.said_offset)
        self.restarts += 1

    def run(self) -> None:
        chance = self.chance
        while any(done < len(part) for done, part in zip(self.done, self.inputs, strict=True)):
            dice = chance.random()
            if dice < 0.35:
                self.fold()
            elif dice < 0.55:
                self.tell()
            elif dice < 0.75:
                self.deliver()
            elif dice < 0.92:
                self.steps.round()
            elif dice < 0.96:
                self.move()
            else:
                self.restart()
        while any(self.held_back):
            self.tell()
        self.topic.append(end_message())
        while self.next < len(self.topic) or not self.steps.settled:
            if self.next < len(self.topic):
                self.deliver()
            if chance.random() < self.restless:
                self.restart()
            if not self.steps.round():
                time.sleep(0.002)


def test_the_windows_are_those_of_one_backfill(client: Client) -> None:
    events = drawn_events()
    wanted = of_a_backfill(client, events)
    assert len(wanted) > 5_000
    restarts = 0
    for seed in SEEDS:
        emptied(client)
        schedule = Schedule(client, events, seed)
        schedule.run()
        restarts += schedule.restarts
        found = shown(client)
        assert found == wanted, (seed, set(found) ^ set(wanted))
    assert restarts > 4
