"""`yearly_progress` beside plain Python on the rows of `declarations_current`, with corrections and unmerged parts."""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from decimal import Decimal
from typing import Any

import pytest
from clickhouse_connect.driver.client import Client

from streams.local.backfill import Backfill
from streams.reference import load_reference
from streams.settings import Settings
from streams.simulator.generate import FAULTS, generate
from streams.store.window_progress import Progress, write_progress

pytestmark = pytest.mark.integration

TABLES = (
    "declaration_events",
    "declarations",
    "declaration_intervals",
    "duplicate_deliveries",
    "rejected_event_log",
    "event_position_sets",
    "window_progress",
    "reference_yearly_targets",
)
ZERO = Decimal(0)
SHARES = (8, 9, 11)
Key = tuple[int, str, str, str]
Targets = dict[tuple[int, str, str], int]


def set_targets(client: Client, targets: Targets) -> None:
    client.insert(
        "reference_yearly_targets",
        [[1, *([key[place] for key in targets] for place in range(3)), list(targets.values()), 1]],
        column_names=["id", "years", "offices", "measures", "amounts", "version"],
        database="release_monitor",
    )


def expected(client: Client, targets: Targets, watermark: dt.datetime | None) -> list[tuple[Any, ...]]:
    """Make the view in plain Python, one declaration after the other."""
    rows = client.query(
        "SELECT registered_at, registered_on, office, direction, value_usd, tax_vnd FROM"
        " release_monitor.declarations_current WHERE in_scope AND status != 'cancelled' AND registered_on IS NOT NULL"
    ).result_rows
    last_day = max(
        (row[1] for row in rows if watermark is None or row[0].replace(tzinfo=dt.UTC) <= watermark),
        default=None,
    )
    actual: defaultdict[Key, Decimal] = defaultdict(Decimal)
    to_date: defaultdict[Key, Decimal] = defaultdict(Decimal)
    years = {year for year, _, _ in targets}
    places: set[tuple[str, str, str]] = set()
    for _, day, office, direction, value, tax in rows:
        years.add(day.year)
        amounts = {"declarations": Decimal(1), "turnover_usd": value or ZERO, "revenue_vnd": tax or ZERO}
        leap = (day.month, day.day) == (2, 29)
        year_later = dt.date(day.year + 1, day.month, 28 if leap else day.day)
        for measure, amount in amounts.items():
            for at in {office or "none", "all"}:
                for towards in {direction or "none", "all"}:
                    places.add((at, towards, measure))
                    actual[day.year, at, towards, measure] += amount
                    if last_day is not None and year_later <= last_day:
                        to_date[day.year + 1, at, towards, measure] += amount
    found = []
    for year in sorted(years):
        for at, towards, measure in sorted(
            places | {(office, "all", measure) for _, office, measure in targets}
        ):
            key, before = (year, at, towards, measure), (year - 1, at, towards, measure)
            target = targets.get((year, at, measure)) if towards == "all" else None
            if key not in actual and before not in actual and target is None:
                continue
            this, last, partly = (
                found_in.get(of, ZERO) for found_in, of in ((actual, key), (actual, before), (to_date, key))
            )
            through = (
                None if last_day is None or last_day.year < year else min(last_day, dt.date(year, 12, 31))
            )
            found.append(
                (
                    *(*key, this, through, last, partly),
                    float(this) / float(last) if last else None,
                    float(this) / float(partly) if partly else None,
                    target,
                    float(this) / target if target else None,
                )
            )
    return found


def agrees(client: Client, targets: Targets, watermark: dt.datetime | None = None) -> list[tuple[Any, ...]]:
    shown = [tuple(row) for row in client.query("SELECT * FROM release_monitor.yearly_progress").result_rows]
    made = expected(client, targets, watermark)
    assert [exact(row) for row in shown] == [exact(row) for row in made]
    # Shares are of exact amounts, but the engine makes floating-point numbers of these in its own way.
    for row, by_hand in zip(shown, made, strict=True):
        for place in SHARES:
            assert by_hand[place] is row[place] is None or row[place] == pytest.approx(
                by_hand[place], rel=1e-14
            )
    return shown


def exact(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return all of a row but the shares."""
    return tuple(value for place, value in enumerate(row) if place not in SHARES)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_simulated_years_with_every_fault(client: Client, seed: int) -> None:
    """Two feeds a year apart, each across New Year, with corrections, retractions and cancellations among them."""
    for table in ("declarations", "declaration_events"):
        client.command(f"SYSTEM STOP MERGES release_monitor.{table}")
    job = Backfill(client, load_reference(None), Settings())
    zone = dt.timezone(dt.timedelta(hours=7))
    for year, mark in ((2024, b"1000"), (2025, b"1001")):
        start = dt.datetime(year, 12, 27, tzinfo=zone)
        told = [one.value.replace(b"1000", mark) for one in generate(seed, 150, start, 10, FAULTS)]
        for place in range(0, len(told), 400):
            job.run(f"{year}-{place}.jsonl", str(place), list(enumerate(told[place : place + 400], 1)))
    targets = {
        (2026, "all", "revenue_vnd"): 10**12,
        (2026, "27F1", "declarations"): 40,
        (2027, "all", "turnover_usd"): 9,
    }
    set_targets(client, targets)
    rows = agrees(client, targets)
    assert {row[0] for row in rows} == {2024, 2025, 2026, 2027}
    parts = client.query(
        "SELECT count() FROM system.parts WHERE active AND database = 'release_monitor' AND table = 'declarations'"
    ).result_rows[0][0]
    assert parts > 5
    for table in ("declarations", "declaration_events"):
        client.command(f"SYSTEM START MERGES release_monitor.{table}")
    client.command("OPTIMIZE TABLE release_monitor.declarations FINAL")
    assert agrees(client, targets) == rows


def write_declarations(client: Client, chance: random.Random, count: int, version: int) -> None:
    names = ["declaration_key", "office", "direction", "registered_at", "registered_on"]
    names += ["in_scope", "status", "value_usd", "tax_vnd", "version"]
    rows = []
    for _ in range(count):
        day = dt.date(2023, 1, 1) + dt.timedelta(chance.randrange(1200))
        if chance.random() < 0.1:
            day = chance.choice(
                [dt.date(2024, 2, 28), dt.date(2024, 2, 29), dt.date(2023, 12, 31), dt.date(2025, 2, 28)]
            )
        status = chance.choice(["open", "released", "cleared", "cleared", "cancelled", "orphan"])
        rows.append(
            (
                str(chance.randrange(count)),
                chance.choice([None, "27B1", "27F1"]),
                chance.choice([None, "import", "export"]),
                None if status == "orphan" else dt.datetime(day.year, day.month, day.day, 3, tzinfo=dt.UTC),
                None if status == "orphan" else day,
                chance.random() < 0.9,
                status,
                chance.choice([None, Decimal(chance.randrange(10**9)) / 100]),
                chance.choice([None, Decimal(chance.randrange(10**15)) / 100]),
                version,
            )
        )
    client.insert("declarations", rows, column_names=names, database="release_monitor")


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_declarations_that_are_replaced_again_and_again(client: Client, seed: int) -> None:
    chance = random.Random(seed)
    client.command("SYSTEM STOP MERGES release_monitor.declarations")
    for version in chance.sample(range(1, 7), 6):
        write_declarations(client, chance, 150, version)
    agrees(client, {})
    watermark = dt.datetime(2025, chance.choice([2, 7]), 28, 12, tzinfo=dt.UTC)
    write_progress(client, Progress(int(watermark.timestamp() * 1000), {}, -1, settled=False), 1, 0, {})
    agrees(client, {}, watermark)
    client.command("SYSTEM START MERGES release_monitor.declarations")


@pytest.mark.parametrize(
    ("last_day", "counted"),
    [
        (dt.date(2024, 2, 27), 1),
        (dt.date(2024, 2, 28), 2),
        (dt.date(2024, 2, 29), 2),
        (dt.date(2024, 3, 1), 3),
    ],
)
def test_the_year_before_is_counted_to_the_same_day(client: Client, last_day: dt.date, counted: int) -> None:
    days = [dt.date(2023, 2, 27), dt.date(2023, 2, 28), dt.date(2023, 3, 1), last_day]
    insert_days(client, days)
    shown = {row[0]: row for row in agrees(client, {}) if row[1:4] == ("all", "all", "declarations")}
    assert shown[2024][4:8] == (1, last_day, 3, counted)
    assert shown[2023][4:8] == (3, dt.date(2023, 12, 31), 0, 0)


def test_the_leap_day_of_the_year_before_counts_with_the_day_before_it(client: Client) -> None:
    insert_days(
        client, [dt.date(2024, 2, 28), dt.date(2024, 2, 29), dt.date(2024, 3, 1), dt.date(2025, 2, 28)]
    )
    shown = {row[0]: row for row in agrees(client, {}) if row[1:4] == ("all", "all", "declarations")}
    assert shown[2025][7] == 2


def test_a_day_far_ahead_by_mistake_moves_no_other_year(client: Client) -> None:
    insert_days(client, [dt.date(2023, 1, 5), dt.date(2023, 11, 1), dt.date(2024, 3, 1), dt.date(2062, 1, 1)])
    watermark = dt.datetime(2024, 3, 1, 5, tzinfo=dt.UTC)
    write_progress(client, Progress(int(watermark.timestamp() * 1000), {}, -1, settled=False), 1, 0, {})
    shown = {
        row[0]: row for row in agrees(client, {}, watermark) if row[1:4] == ("all", "all", "declarations")
    }
    assert shown[2024][4:8] == (1, dt.date(2024, 3, 1), 2, 1)
    assert shown.keys() == {2023, 2024, 2062}


def test_nothing_is_known(client: Client) -> None:
    assert agrees(client, {}) == []
    targets = {(2026, "all", "declarations"): 5}
    set_targets(client, targets)
    assert agrees(client, targets) == [
        (2026, "all", "all", "declarations", 0, None, 0, 0, None, None, 5, 0.0)
    ]


def insert_days(client: Client, days: list[dt.date]) -> None:
    rows = [
        (str(number), dt.datetime(day.year, day.month, day.day, 3, tzinfo=dt.UTC), day, True, "cleared", 1)
        for number, day in enumerate(days)
    ]
    names = ["declaration_key", "registered_at", "registered_on", "in_scope", "status", "version"]
    client.insert("declarations", rows, column_names=names, database="release_monitor")
