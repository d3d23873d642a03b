"""The view `windows` against windows computed from the stored events one by one, and against the engine's own figures.

Simulated declarations with every fault are loaded and the windows settled; then corrections, retractions, cancellations
and moves to other offices are, of whatever age, and the windows settled again.
"""

from __future__ import annotations

import datetime as dt
import json
import math
from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from random import Random
from typing import Any, NamedTuple

import pytest
from clickhouse_connect.driver.client import Client

from oracle.records import record
from oracle.windows import Record, Values, window
from streams.core.window import KIND_OF
from streams.local.backfill import Backfill
from streams.local.children import StoreChild
from streams.local.settling import Settling
from streams.reference import load_reference
from streams.settings import Settings
from streams.simulator.generate import FAULTS, generate
from streams.store.client import connect
from streams.worker import opening

pytestmark = pytest.mark.integration

SETTINGS = Settings()
KEPT_H = {"1h": 6, "24h": 12, "7d": 24, "30d": 24}
"""For how many hours windows are kept: what is compared, and no thousands beside it."""
HOUR_MS = 3_600_000
REFERENCE = load_reference(None)
START = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
DAYS = 25
CUT_US = int((START + dt.timedelta(days=DAYS - 1, hours=3)).timestamp() * 1_000_000)
"""The feed is cut while much of it is open."""
MANY = {"1h": 100, "24h": 50, "7d": 10, "30d": 10}
"""How many windows are compared with the oracle, of each size."""
CORRECTIONS = 48

NAMES = ("office", "direction", "channel", "interval_code", "clock")
COUNTS = ("n", "population_n", "open_n", "live_n", "min_s", "max_s", "live_p50_s", "live_p90_s")
FIGURES = ("coverage", "mean_s", "sd_s", "p50_s", "p90_s", "p95_s")

Row = dict[str, Any]
Rows = dict[tuple[str, ...], Row]


class Loaded(NamedTuple):
    """The rows of the view, and the revisions, after the first load and after the second."""

    client: Client
    first: dict[tuple[str, int], Rows]
    records_then: list[Record]
    second: dict[tuple[str, int], Rows]
    records_now: list[Record]


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    child = StoreChild(tmp_path_factory.mktemp("store"))
    client = connect(child.writer(), timeout_s=120)
    patch = pytest.MonkeyPatch()
    plan = opening.plan_of(SETTINGS)._replace(
        kept_ms={size: hours * HOUR_MS for size, hours in KEPT_H.items()}
    )
    patch.setattr(opening, "plan_of", lambda _: plan)
    told = [one.value for one in generate(11, 120, START, DAYS, FAULTS) if one.arrives_us < CUT_US]
    load(client, "first", told)
    first, then = view(client), stored_records(client)
    load(client, "second", corrections(client, Random("corrections")))
    yield Loaded(client, first, then, view(client), stored_records(client))
    patch.undo()
    client.close()
    child.stop()


def load(client: Client, name: str, messages: list[bytes]) -> None:
    Backfill(client, REFERENCE, SETTINGS).run(name, name, list(enumerate(messages)))
    Settling(client, REFERENCE, SETTINGS).run()


def stored_messages(client: Client) -> dict[str, list[bytes]]:
    """Every accepted content of each declaration, as the store has it."""
    messages: dict[str, list[bytes]] = defaultdict(list)
    for key, canonical in client.query(
        "SELECT declaration_key, canonical FROM release_monitor.declaration_events FINAL ORDER BY ALL"
    ).result_rows:
        messages[key].append(canonical.encode())
    return messages


def stored_records(client: Client) -> list[Record]:
    return [record(messages) for messages in stored_messages(client).values()]


def view(client: Client) -> dict[tuple[str, int], Rows]:
    """Return the rows of the view by size and end."""
    names = [*NAMES, *COUNTS, *FIGURES, "is_final", "revision"]
    found: dict[tuple[str, int], Rows] = defaultdict(dict)
    for size, end, *values in client.query(
        f"SELECT window_size, toUnixTimestamp64Milli(window_end), {', '.join(names)} FROM release_monitor.windows"
    ).result_rows:
        key, row = tuple(values[: len(NAMES)]), dict(zip(names[5:], values[5:], strict=True))
        assert key not in found[size, end]
        found[size, end][key] = row
    return found


def corrections(client: Client, chance: Random) -> list[bytes]:
    """Draw what is told later of declarations of any age, nothing of it later than what was told."""
    messages = stored_messages(client)
    (latest,) = client.query("SELECT max(occurred_at) FROM release_monitor.declaration_events").result_rows[0]
    drawn = []
    for number, key in enumerate(chance.sample(sorted(messages), CORRECTIONS)):
        content = json.loads(chance.choice(messages[key]))
        content.pop("emitted_at", None)
        content["event_id"] = f"correction-{number}"
        content["revision"] = 9
        at = dt.datetime.fromisoformat(content["occurred_at"])
        match number % 6:
            case 0 | 1:
                at += dt.timedelta(hours=chance.uniform(-30, 30))
            case 2:
                content["op"] = "RETRACT"
            case 3:
                content["event_type"] = "CANCELLED"
                at += dt.timedelta(hours=chance.uniform(0, 60))
            case 4:
                content["attrs"] = {**(content.get("attrs") or {}), "office": "27F2", "direction": "export"}
            case _:
                content["event_type"] = chance.choice(("CLEARED", "RELEASE_REVERTED", "REGISTERED"))
                content["op"] = chance.choice(("ASSERT", "RETRACT"))
                at += dt.timedelta(hours=chance.uniform(-3, 3))
        content["occurred_at"] = min(at, latest.replace(tzinfo=dt.UTC)).isoformat()
        drawn.append(json.dumps(content).encode())
    return drawn


def some(rows: dict[tuple[str, int], Rows], chance: Random) -> list[tuple[str, int]]:
    """Draw windows of each size, among them the first, the last, and the one that runs."""
    ends: dict[str, list[int]] = defaultdict(list)
    for size, end in rows:
        ends[size].append(end)
    return [
        (size, end)
        for size, many in MANY.items()
        for end in {*chance.sample(sorted(ends[size]), many), min(ends[size]), max(ends[size])}
    ]


def expected(of: Values) -> Row:
    half, most, nearly_all = Fraction(1, 2), Fraction(9, 10), Fraction(19, 20)
    return {
        "n": of.n,
        "population_n": of.population_n,
        "open_n": of.open_n,
        "live_n": of.live_n,
        "min_s": of.min_s,
        "max_s": of.max_s,
        "live_p50_s": of.live_quantile(half),
        "live_p90_s": of.live_quantile(most),
        "coverage": of.coverage,
        "mean_s": of.mean_s,
        "sd_s": of.sd_s,
        "p50_s": of.quantile(half),
        "p90_s": of.quantile(most),
        "p95_s": of.quantile(nearly_all),
    }


def close(found: float | None, wanted: float | Fraction | None, tolerance: float) -> bool:
    if found is None or wanted is None:
        return found is wanted
    return math.isclose(found, wanted, rel_tol=tolerance, abs_tol=tolerance)


def agree(found: Rows, records: list[Record], size: str, end_ms: int) -> int:
    wanted = window(records, KIND_OF[size].size_ms, end_ms)
    assert found.keys() == wanted.keys(), (size, end_ms)
    for key, of in wanted.items():
        row = found[key]
        for name, value in expected(of).items():
            if name in COUNTS:
                assert row[name] == value, (size, end_ms, key, name, row[name], value)
            else:
                tolerance = 1e-6 if name[0] == "p" else 1e-9
                assert close(row[name], value, tolerance), (size, end_ms, key, name, row[name], value)
    return len(wanted)


def test_every_cell_is_what_the_stored_events_come_to(loaded: Loaded) -> None:
    chance = Random("first")
    assert (
        sum(agree(loaded.first[at], loaded.records_then, *at) for at in some(loaded.first, chance)) > 10_000
    )


def test_and_so_it_is_after_corrections_and_retractions_of_what_is_weeks_old(loaded: Loaded) -> None:
    chance = Random("second")
    changed = {at for at in loaded.second if loaded.second[at] != loaded.first.get(at)}
    for size in MANY:
        assert sum(one == size for one, _ in changed) > 10
    assert (
        sum(agree(loaded.second[at], loaded.records_now, *at) for at in some(loaded.second, chance)) > 10_000
    )


def test_a_revision_is_raised_where_a_row_has_changed_and_nowhere_else(loaded: Loaded) -> None:
    raised = same = new = 0
    assert loaded.first.keys() <= loaded.second.keys()
    for at, rows in loaded.second.items():
        for key, row in rows.items():
            before = loaded.first.get(at, {}).get(key)
            if before is None:
                assert row["revision"] == 1
                new += 1
            elif {**before, "revision": 0} == {**row, "revision": 0}:
                assert row["revision"] == before["revision"] == 1, (at, key)
                same += 1
            else:
                assert row["revision"] == before["revision"] + 1, (at, key)
                raised += 1
    assert min(raised, same, new) > 1_000


def test_all_are_final_that_the_watermark_has_closed(loaded: Loaded) -> None:
    ((watermark_ms,),) = loaded.client.query(
        "SELECT toUnixTimestamp64Milli(watermark) FROM release_monitor.watermark"
    ).result_rows
    for size, kind in KIND_OF.items():
        ends = {end for one, end in loaded.second if one == size}
        assert ends == set(
            kind.ends_between(watermark_ms - KEPT_H[size] * HOUR_MS, kind.first_end(watermark_ms + 60_001))
        )
    for (_, end), rows in loaded.second.items():
        assert {row["is_final"] for row in rows.values()} == {end + 300_000 - 1 <= watermark_ms}


# What the engine makes of the view `intervals` itself. A case that was withdrawn after a window is left out there, but
# it counted at the end of that window: the cells that it counted in are not compared.
THROUGHPUT = """
WITH cells AS (
    SELECT arrayJoin([ifNull(office, 'none'), 'all']) AS o, arrayJoin([ifNull(direction, 'none'), 'all']) AS d,
           arrayJoin([ifNull(toString(channel), 'none'), 'all']) AS c, interval_code,
           arrayJoin([('elapsed', elapsed_s), ('working', working_s)]) AS measured, registered_at, ended_at
    FROM release_monitor.intervals
    WHERE declaration_key IN (SELECT declaration_key FROM release_monitor.declarations FINAL WHERE in_scope))
SELECT o, d, c, interval_code, measured.1, count(), count(measured.2), avg(measured.2), stddevPop(measured.2),
       min(measured.2), max(measured.2),
       quantilesExactInclusiveIf(0.5, 0.9, 0.95)(assumeNotNull(measured.2), measured.2 IS NOT NULL)
FROM cells
WHERE registered_at < fromUnixTimestamp64Milli({end:Int64})
  AND ended_at >= fromUnixTimestamp64Milli({begin:Int64}) AND ended_at < fromUnixTimestamp64Milli({end:Int64})
GROUP BY ALL
"""
WITHDRAWN = """
SELECT DISTINCT arrayJoin([ifNull(office, 'none'), 'all']), arrayJoin([ifNull(direction, 'none'), 'all']),
       arrayJoin([ifNull(toString(channel), 'none'), 'all'])
FROM release_monitor.declaration_intervals FINAL
WHERE is_withdrawn AND in_scope AND cancelled_at >= fromUnixTimestamp64Milli({end:Int64})
"""


def test_throughput_is_what_the_engine_makes_of_the_intervals(loaded: Loaded) -> None:
    compared = 0
    for size, end in some(loaded.second, Random("engine")):
        window_of = {"begin": end - KIND_OF[size].size_ms, "end": end}
        out = set(loaded.client.query(WITHDRAWN, parameters=window_of).result_rows)
        counted = loaded.client.query(THROUGHPUT, parameters=window_of).result_rows
        wanted = {tuple(row[:5]): row[5:] for row in counted if tuple(row[:3]) not in out}
        rows = loaded.second[size, end].items()
        found = {key: row for key, row in rows if row["population_n"] and key[:3] not in out}
        assert found.keys() == wanted.keys()
        for key, row in found.items():
            population, n, mean, sd, least, greatest, quantiles = wanted[key]
            assert (row["population_n"], row["n"], row["min_s"], row["max_s"]) == (
                population,
                n,
                least,
                greatest,
            )
            assert close(row["mean_s"], mean, 1e-9)
            assert close(row["sd_s"], sd, 1e-9)
            if n:
                for name, quantile in zip(("p50_s", "p90_s", "p95_s"), quantiles, strict=True):
                    assert close(row[name], quantile, 1e-6)
            compared += 1
    assert compared > 5_000
