"""What a report is made of, against the views of a store that was fed with every fault."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from clickhouse_connect.driver.client import Client

from stores import release_monitor
from streams.core.period import Period
from streams.core.report import INTERVALS
from streams.core.report_facts import Facts, Leaf, YearFacts
from streams.local.children import StoreChild
from streams.store.client import connect
from streams.store.report_figures import read_facts

pytestmark = pytest.mark.integration

PERIOD, AGAINST = Period(2026), 2025


@pytest.fixture(scope="module", params=[5, 6, 7])
def client(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A store of some weeks around a New Year, with corrections and retractions; nothing is merged."""
    folder = tmp_path_factory.mktemp("facts")
    feed = folder / "feed.jsonl"
    release_monitor(
        *("simulate", "--seed", str(request.param), "--declarations", "350", "--from", "2025-12-12"),
        *("--days", "40", "--faults", "all", "--out", str(feed)),
    )
    release_monitor("backfill", feed, "--data", folder)
    child = StoreChild(folder)
    client = connect(child.writer(), timeout_s=120)
    for table in ("declaration_intervals", "declarations"):
        client.command(f"SYSTEM STOP MERGES release_monitor.{table}")
        client.command(f"INSERT INTO release_monitor.{table} SELECT * FROM release_monitor.{table}")
    yield client
    client.close()
    child.stop()


def rows(client: Client, columns: str, view: str) -> list[dict[str, Any]]:
    names = columns.split(", ")
    found = client.query(f"SELECT {columns} FROM release_monitor.{view}").result_rows
    return [dict(zip(names, row, strict=True)) for row in found]


def year_of(day: dt.date | None) -> int | None:
    return None if day is None else day.year


def leaves(year: YearFacts) -> dict[tuple[str, ...], Leaf]:
    return {(leaf.office, leaf.direction, leaf.channel): leaf for leaf in year.leaves}


def cell(row: dict[str, Any], channel: str) -> tuple[str, ...]:
    return (row["office"] or "none", row["direction"] or "none", str(row[channel] or "none"))


def test_the_lengths_are_those_of_the_views(client: Client) -> None:
    facts = read_facts(client, PERIOD, AGAINST)
    released = {
        row["declaration_key"]: row["released_at"]
        for row in rows(client, "declaration_key, released_at", "declarations_current")
    }
    intervals = rows(
        client,
        "declaration_key, interval_code, office, direction, channel, registered_on, in_scope, elapsed_s, working_s",
        "intervals",
    )
    for year, found in ((2026, leaves(facts.this)), (2025, leaves(facts.last))):
        for code in INTERVALS:
            expected: dict[tuple[str, ...], list[int]] = defaultdict(lambda: [0, 0, 0, 0, 0])
            for row in intervals:
                if (
                    row["interval_code"] != code
                    or not row["in_scope"]
                    or year_of(row["registered_on"]) != year
                ):
                    continue
                of = expected[cell(row, "channel")]
                of[0] += 1
                of[2] += released[row["declaration_key"]] is None
                if row["elapsed_s"] is not None:
                    of[1] += 1
                    of[3] += row["elapsed_s"]
                    of[4] += row["working_s"]
            told = {
                key: [one.population_n, one.n, one.open_n, one.elapsed_s, one.working_s]
                for key, leaf in found.items()
                if (one := leaf.lengths[code]).population_n
            }
            assert told == expected
            assert sum(of[1] for of in expected.values()) > 10


def test_those_with_both_lengths_are_told_apart(client: Client) -> None:
    facts = read_facts(client, PERIOD, AGAINST)
    lengths: dict[str, dict[str, int]] = defaultdict(dict)
    for row in rows(
        client, "declaration_key, interval_code, registered_on, in_scope, elapsed_s", "intervals"
    ):
        if row["in_scope"] and year_of(row["registered_on"]) == 2026 and row["elapsed_s"] is not None:
            lengths[row["declaration_key"]][row["interval_code"]] = row["elapsed_s"]
    both = [of for of in lengths.values() if of.keys() >= set(INTERVALS)]
    told = [leaf.both for leaf in facts.this.leaves]
    assert sum(one.n for one in told) == len(both) > 10
    assert sum(one.whole_s for one in told) == sum(of["REG_REL"] for of in both)
    assert sum(one.part_s for one in told) == sum(of["DOC_REL"] for of in both)


def test_cancelled_ones_are_counted_apart_and_worth_nothing(client: Client) -> None:
    facts = read_facts(client, PERIOD, AGAINST)
    current = [
        row
        for row in rows(
            client,
            "office, direction, status, registered_on, in_scope, value_usd, tax_vnd",
            "declarations_current",
        )
        if row["in_scope"]
    ]
    for year, found in ((2026, facts.this), (2025, facts.last)):
        of_year = [row for row in current if year_of(row["registered_on"]) == year]
        cancelled = sum(leaf.lengths["REG_REL"].cancelled_n for leaf in found.leaves)
        assert cancelled == sum(row["status"] == "cancelled" for row in of_year)
        kept = [row for row in of_year if row["status"] != "cancelled"]
        numbers = Counter((row["office"] or "none", row["direction"] or "none") for row in kept)
        assert {(one.office, one.direction): one.declarations for one in found.worths} == numbers
        assert sum(one.value_usd for one in found.worths) == sum(
            row["value_usd"] or Decimal() for row in kept
        )
        assert sum(one.tax_vnd for one in found.worths) == sum(row["tax_vnd"] or Decimal() for row in kept)


def test_months_and_offices_are_parts_of_the_year(client: Client) -> None:
    def n(facts: Facts) -> int:
        return sum(leaf.lengths["REG_REL"].population_n for leaf in facts.last.leaves)

    whole = n(read_facts(client, PERIOD, AGAINST))
    assert whole == n(read_facts(client, Period(2026, 12), AGAINST)) > 0
    by_office = {
        office: n(read_facts(client, Period(2026, office=office), AGAINST))
        for office in ("27B1", "27F1", "27F2")
    }
    told = {leaf.office for leaf in read_facts(client, PERIOD, AGAINST).last.leaves}
    assert told - {"none"} <= by_office.keys()
    assert sum(by_office.values()) <= whole
    assert by_office["27F1"] > by_office["27F2"]
