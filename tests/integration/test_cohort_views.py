"""Cohorts and year on year on the real engine, against pandas: feeds with every fault, parts that are not merged."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

import msgspec
import pytest
from clickhouse_connect.driver.client import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import cohorts
from builders import CALENDARS, FEED, event
from cohorts import Key
from streams.core.declaration import History, Rulebook
from streams.core.decode import decode_event
from streams.core.event import Accepted, Event
from streams.core.pack import Pack
from streams.pipeline.folder import FedPack, Folder
from streams.reference import load_reference
from streams.simulator.generate import FAULTS, generate
from streams.store.cohorts import refresh
from streams.store.histories import StoredHistories
from streams.store.sink import ClickHouseSink
from streams.store.window_progress import Progress, write_progress

pytestmark = pytest.mark.integration

TABLES = (
    "declaration_events",
    "declarations",
    "declaration_intervals",
    "duplicate_deliveries",
    "window_progress",
)
START = dt.datetime(2024, 11, 20, tzinfo=dt.UTC)
DAYS = 460
CUT = START + dt.timedelta(days=DAYS - 2)
REFERENCE = load_reference(None)
FIGURES = (
    "n",
    "population_n",
    "open_n",
    "open_share",
    "cancelled_n",
    "coverage",
    "mean_s",
    "sd_s",
    "p50_s",
    "p90_s",
    "is_mature",
)
CHANGES = (
    "n",
    "n_last",
    "coverage",
    "coverage_last",
    "mean_s",
    "mean_last_s",
    "raw_change_s",
    "standardised_mean_s",
    "standardised_change_s",
    "matched_share",
    "is_mature",
    "is_mature_last",
)


def drawn_events(seed: int) -> list[Event]:
    """Events of a simulated feed that is cut while some of it is open; many offices, so that cells differ."""
    cut_us = int(CUT.timestamp() * 1_000_000)
    told = [one.value for one in generate(seed, 400, START, DAYS, FAULTS) if one.arrives_us < cut_us]
    decoded = [decode_event(value, 0, offset) for offset, value in enumerate(told)]
    return [one for one in decoded if isinstance(one, Event)]


def fold(client: Client, events: list[Event], rulebook: Rulebook = REFERENCE) -> None:
    pack = Pack(FEED.topic, "", 0, events, [])
    ClickHouseSink(client).write(Folder(StoredHistories(client), rulebook).fold([FedPack(pack, FEED)]))


def fold_in_disorder(client: Client, events: list[Event], chance: Random) -> None:
    """Write events in several batches of any order, some again: most declarations have rows in several parts."""
    mixed = [*events, *chance.sample(events, len(events) // 5)]
    chance.shuffle(mixed)
    bounds = sorted(chance.sample(range(len(mixed)), 4))
    for begin, end in zip([0, *bounds], [*bounds, len(mixed)], strict=True):
        batch = [msgspec.structs.replace(one, offset=at) for at, one in enumerate(mixed[begin:end])]
        fold(client, batch)
    rows = "SELECT * FROM release_monitor.declaration_intervals WHERE cityHash64(declaration_key) % 3 = 0"
    client.command(f"INSERT INTO release_monitor.declaration_intervals {rows}")


def set_watermark(client: Client, at: dt.datetime) -> None:
    write_progress(client, Progress(int(at.timestamp() * 1000), {}, -1, settled=True), 1, 0, {})


def withdrawn(events: list[Event]) -> dict[str, list[str]]:
    """What would be the intervals of declarations that were cancelled, as the core says it."""
    histories: dict[str, History] = {}
    for one in events:
        histories.setdefault(one.declaration_key, History()).add(Accepted(one, FEED, 0))
    states = {key: history.fold(key, REFERENCE) for key, history in histories.items()}
    return {key: [one.code for one in state.withdrawn] for key, state in states.items() if state is not None}


def shown(client: Client, view: str, values: Sequence[str]) -> dict[Key, dict[str, Any]]:
    """The rows of a view by their keys."""
    period = {
        "cohort_monthly": "'month', cohort_month",
        "cohort_yearly": "'year', makeDate32(cohort_year, 1, 1)",
        "year_on_year": "period, makeDate32(year, greatest(month, 1), 1)",
    }[view]
    rows = client.query(
        f"SELECT {period}, direction, office, channel, interval_code, clock, {', '.join(values)}"
        f" FROM release_monitor.{view}"
    ).result_rows
    found = {tuple(row[:7]): dict(zip(values, row[7:], strict=True)) for row in rows}
    assert len(found) == len(rows), "a row twice"
    return found


def agree(
    found: Mapping[Key, dict[str, Any]], wanted: Mapping[Key, dict[str, Any]], names: Sequence[str]
) -> None:
    assert found.keys() == wanted.keys()
    for key, row in found.items():
        for name in names:
            expected = wanted[key][name]
            is_number = isinstance(expected, float)
            assert row[name] == (pytest.approx(expected, rel=1e-9, abs=2e-6) if is_number else expected), (
                key,
                name,
            )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_views_are_those_of_pandas(client: Client, seed: int) -> None:
    events, chance = drawn_events(seed), Random(seed)
    client.command("SYSTEM STOP MERGES")
    try:
        fold_in_disorder(client, events, chance)
        watermark = CUT - dt.timedelta(days=chance.randrange(40))
        set_watermark(client, watermark)
        refresh(client)
        wanted = cohorts.figures(client, withdrawn(events), watermark)
        parts = client.query(
            "SELECT count() FROM system.parts WHERE database = 'release_monitor' AND table = 'declaration_intervals'"
            " AND active"
        ).result_rows[0][0]
    finally:
        client.command("SYSTEM START MERGES")
    assert parts > 4, "rows of a declaration are in several parts"
    months, years = shown(client, "cohort_monthly", FIGURES), shown(client, "cohort_yearly", FIGURES)
    agree(months | years, wanted, FIGURES)
    compared = cohorts.year_on_year(wanted)
    agree(shown(client, "year_on_year", CHANGES), compared, CHANGES)
    for name in ("open_n", "cancelled_n", "n"):
        assert any(one[name] for one in wanted.values()), name
    assert {one["is_mature"] for one in wanted.values()} == {False, True}
    assert any(0 < (one["matched_share"] or 0) < 1 for one in compared.values())


def test_any_order_gives_the_same_bytes(client: Client) -> None:
    events = drawn_events(4)
    seen = []
    for seed in (1, 2):
        for table in TABLES:
            client.command(f"TRUNCATE TABLE release_monitor.{table}")
        fold_in_disorder(client, events, Random(seed))
        set_watermark(client, CUT)
        refresh(client)
        seen.append(
            [
                client.raw_query(
                    f"SELECT * EXCEPT (computed_at) FROM release_monitor.{view} ORDER BY ALL",
                    fmt="TabSeparated",
                )
                for view in ("cohort_monthly", "cohort_yearly", "year_on_year")
            ]
        )
    assert seen[0] == seen[1]
    assert all(text.count(b"\n") > 100 for text in seen[0])


def cohort_of(client: Client) -> list[tuple[Any, ...]]:
    refresh(client)
    rows = client.query(
        "SELECT toString(cohort_month), direction, office, channel, n, population_n, open_n, cancelled_n, mean_s"
        " FROM release_monitor.cohort_monthly WHERE interval_code = 'REG_REL' AND clock = 'elapsed'"
        " AND direction != 'all' AND office != 'all' AND channel != 'all' ORDER BY ALL"
    ).result_rows
    return [tuple(row) for row in rows]


def test_a_declaration_moves_between_cohorts_and_leaves_nothing_behind(client: Client) -> None:
    place = {"direction": "import", "office": "27F1"}
    registered = event("REGISTERED", "2026-03-31T23:59:59+07:00", attrs=place)
    fold(client, [registered, event("CLEARED", "2026-04-01T01:59:59+07:00", 1)], CALENDARS)
    assert cohort_of(client) == [("2026-03-01", "import", "27F1", "none", 1, 1, 0, 0, 7200)]
    corrected = event("REGISTERED", "2026-04-01T00:00:00+07:00", 2, revision=1, attrs=place)
    fold(client, [corrected], CALENDARS)
    assert cohort_of(client) == [("2026-04-01", "import", "27F1", "none", 1, 1, 0, 0, 7199)]
    fold(client, [event("CHANNEL_ASSIGNED", "2026-04-01T00:00:10+07:00", 3, attrs={"channel": 2})], CALENDARS)
    assert cohort_of(client) == [("2026-04-01", "import", "27F1", "2", 1, 1, 0, 0, 7199)]
    fold(client, [event("CLEARED", "2026-04-01T01:59:59+07:00", 4, op="RETRACT", revision=1)], CALENDARS)
    assert cohort_of(client) == [("2026-04-01", "import", "27F1", "2", 0, 1, 1, 0, None)]
    fold(client, [event("CANCELLED", "2026-04-03T08:00:00+07:00", 5)], CALENDARS)
    assert cohort_of(client) == [("2026-04-01", "import", "27F1", "2", 0, 0, 0, 1, None)]
    retracted = event("REGISTERED", "2026-04-01T00:00:00+07:00", 6, revision=2, op="RETRACT")
    fold(client, [retracted], CALENDARS)
    assert cohort_of(client) == []


def test_a_cohort_is_mature_when_the_watermark_is_30_days_past_its_local_end(client: Client) -> None:
    fold(client, [event("REGISTERED", "2026-03-02T08:00:00+07:00")], CALENDARS)
    matures = "SELECT DISTINCT is_mature FROM release_monitor.cohort_monthly"
    refresh(client)
    assert client.query(matures).result_rows == [(False,)], "without a watermark nothing is mature"
    at = dt.datetime(2026, 4, 30, 17, tzinfo=dt.UTC)  # the first of May, 0 o'clock, in Viet Nam
    for watermark, is_mature in ((at - dt.timedelta(milliseconds=1), False), (at, True)):
        client.command("TRUNCATE TABLE release_monitor.window_progress")
        set_watermark(client, watermark)
        refresh(client)
        assert client.query(matures).result_rows == [(is_mature,)]


leaf = st.tuples(
    st.sampled_from(["month", "year"]),
    st.sampled_from([2023, 2024, 2025]),
    st.sampled_from([1, 2]),
    st.tuples(
        st.sampled_from(["import", "export"]), st.sampled_from(["27F1", "none"]), st.sampled_from("12")
    ),
    st.sampled_from(["REG_REL", "DOC_REL"]),
)
amounts = st.tuples(st.integers(0, 5), st.integers(0, 3), st.integers(0, 3), st.integers(0, 10**10))


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(drawn=st.dictionaries(leaf, amounts, min_size=1, max_size=20))
def test_year_on_year_is_standardised_to_the_mix_of_last_year(client: Client, drawn: dict[Any, Any]) -> None:
    found: dict[Key, dict[str, Any]] = {}
    for (period, year, month, cell, code), (n, unmeasured, still_open, length) in drawn.items():
        first = dt.date(year, month if period == "month" else 1, 1)
        key = (period, first, *cell, code, "elapsed")
        found[key] = {"n": n, "over": n + unmeasured, "sum": n * length + n // 2, "is_mature": year < 2025}
        found[key]["open"] = still_open
    write_leaves(client, found)
    agree(shown(client, "year_on_year", CHANGES), cohorts.year_on_year(found), CHANGES)


def write_leaves(client: Client, found: Mapping[Key, Mapping[str, Any]]) -> None:
    """Put figures of smallest cells where the engine would put them."""
    client.command("TRUNCATE TABLE release_monitor.cohort_figures")
    names = "period, period_start, direction, office, channel, interval_code, clock, n, population_n, open_n, sum_s"
    client.insert(
        "cohort_figures",
        [
            [*key, one["n"], one["over"] + one["open"], one["open"], one["sum"], one["is_mature"]]
            for key, one in found.items()
        ],
        column_names=[*names.split(", "), "is_mature"],
        database="release_monitor",
    )
