"""Outcomes of enforcement on the real engine: what counts is a function of the set of contents, merged or not."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from clickhouse_connect.driver.client import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drawn_outcomes import CONTENTS
from stores import opened, release_monitor
from streams.adapters.outcome_files import OutcomeFile
from streams.core.outcome import Outcome, decode_outcome, effective, rank_of
from streams.local.outcomes import OutcomeImport
from streams.store.outcome_table import OUTCOMES, outcome_columns, stored_contents
from streams.store.rejected import count_rejected
from streams.store.sink import ClickHouseSink

pytestmark = pytest.mark.integration

TABLES = ("enforcement_outcomes", "rejected_event_log")
_COLUMNS = (
    "source, outcome_id, revision, occurred_on, office, kind, count, amount_vnd, declaration_key,"
    " toUnixTimestamp64Micro(emitted_at)"
)


@pytest.fixture
def unmerged(client: Client) -> Iterator[Client]:
    """Every insert stays a part of its own, as on a day when nothing has been merged yet."""
    client.command(f"SYSTEM STOP MERGES release_monitor.{OUTCOMES.name}")
    yield client
    client.command(f"SYSTEM START MERGES release_monitor.{OUTCOMES.name}")


def write(client: Client, contents: list[Outcome]) -> None:
    ClickHouseSink(client).write_columns([(OUTCOMES, outcome_columns(contents, "drawn.jsonl", 0))])


def row_of(one: Outcome) -> tuple[Any, ...]:
    return (
        one.source,
        one.outcome_id,
        one.revision,
        one.occurred_on,
        one.office,
        one.kind,
        one.count,
        one.amount_vnd,
        one.declaration_key,
        one.emitted_us,
    )


def shown(client: Client) -> list[tuple[Any, ...]]:
    sql = f"SELECT {_COLUMNS} FROM release_monitor.outcomes ORDER BY source, outcome_id"
    return [tuple(row) for row in client.query(sql).result_rows]


def agrees(client: Client, contents: list[Outcome]) -> None:
    """Assert that every view shows what Python makes of the contents."""
    standing = effective(contents)
    assert shown(client) == [row_of(one) for one in standing]

    months: defaultdict[tuple[Any, ...], list[Outcome]] = defaultdict(list)
    for one in standing:
        months[one.occurred_on.replace(day=1), one.office, one.kind].append(one)
    amounts = {
        key: [one.amount_vnd for one in group if one.amount_vnd is not None] for key, group in months.items()
    }
    sql = "SELECT month, office, kind, n, count, amount_vnd FROM release_monitor.outcomes_monthly"
    assert [tuple(row) for row in client.query(sql).result_rows] == [
        (
            *key,
            len(months[key]),
            sum(one.count for one in months[key]),
            sum(amounts[key]) if amounts[key] else None,
        )
        for key in sorted(months)
    ]

    by_key: defaultdict[tuple[str, str], dict[bytes, Outcome]] = defaultdict(dict)
    for one in contents:
        by_key[one.key][one.canonical] = one
    states = []
    for group in by_key.values():
        best = max(group.values(), key=rank_of)
        for one in group.values():
            state = "retracted" if best.retract else "effective" if one is best else "replaced"
            states.append((*row_of(one), "RETRACT" if one.retract else "ASSERT", state))
    sql = f"SELECT {_COLUMNS}, op, state FROM release_monitor.outcomes_history"
    assert sorted(map(repr, states)) == sorted(repr(tuple(row)) for row in client.query(sql).result_rows)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(contents=st.lists(CONTENTS, min_size=1, max_size=14), seed=st.integers(0, 99))
def test_the_set_decides_in_every_order_batching_and_repetition(
    unmerged: Client, contents: list[Outcome], seed: int
) -> None:
    chance = random.Random(seed)
    unmerged.command("TRUNCATE TABLE release_monitor.enforcement_outcomes")
    told = contents + chance.choices(contents, k=3)
    chance.shuffle(told)
    while told:
        size = chance.randint(1, len(told))
        write(unmerged, told[:size])
        told = told[size:]
    agrees(unmerged, contents)


def test_a_merge_changes_nothing(client: Client) -> None:
    chance = random.Random(1)
    contents = [drawn(chance) for _ in range(300)]
    for at in range(0, 300, 30):
        write(client, contents[at : at + 60])
    agrees(client, contents)
    client.command("OPTIMIZE TABLE release_monitor.enforcement_outcomes FINAL")
    agrees(client, contents)
    assert client.query("SELECT count() FROM release_monitor.enforcement_outcomes").result_rows[0][0] == len(
        {one.canonical for one in contents}
    )


def drawn(chance: random.Random) -> Outcome:
    """Draw a content, as a line of a file would have it."""
    content = {
        "outcome_id": f"QĐ-{chance.randint(1, 60)}",
        "source": chance.choice(["XLVP", "KTSTQ"]),
        "revision": chance.randint(0, 2),
        "op": chance.choice(["ASSERT", "ASSERT", "ASSERT", "RETRACT"]),
        "occurred_on": f"202{chance.randint(4, 6)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}",
        "office": chance.choice(["27B1", "27F1", "27F2"]),
        "kind": chance.choice(["violation", "fine", "post_clearance_check", "seizure"]),
        "count": chance.randint(0, 5),
        "amount_vnd": chance.choice([None, chance.randint(0, 10**15), chance.randint(0, 10**9) / 4]),
        "emitted_at": chance.choice([None, f"2026-03-0{chance.randint(1, 3)}T08:00:00+07:00"]),
    }
    decoded = decode_outcome(json.dumps(content).encode())
    assert isinstance(decoded, Outcome), decoded
    return decoded


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_files_in_any_order_end_in_the_same_views(client: Client, seed: int) -> None:
    """Pieces of a set, told by files that overlap, each of them twice."""
    chance = random.Random(seed)
    contents = [drawn(chance) for _ in range(200)]
    pieces = [chance.sample(contents, 90) for _ in range(3)] + [contents]
    counts: defaultdict[str, int] = defaultdict(int)
    chance.shuffle(pieces)
    for number, piece in enumerate(pieces + pieces):
        job = OutcomeImport(client)
        job.run(f"{number}.jsonl", str(number), piece)
        for name, count in job.counts.items():
            counts[name] += count
    agrees(client, contents)
    assert counts["stored"] == len({one.canonical for one in contents})
    assert counts["stored"] + counts["duplicate"] == 2 * sum(map(len, pieces))
    assert counts["rejected"] == 0


def test_amounts_are_added_up_to_the_hundredth(client: Client) -> None:
    largest = {"source": "s", "occurred_on": "2026-03-05", "office": "27F1", "kind": "fine"}
    contents = [
        decode_outcome(f'{{"outcome_id":"{number}","amount_vnd":{amount},{json.dumps(largest)[1:]}'.encode())
        for number, amount in enumerate(["1e15"] * 30 + ["0.01", "999999999999999.99"])
    ]
    write(client, [one for one in contents if isinstance(one, Outcome)])
    ((n, amount),) = client.query("SELECT n, amount_vnd FROM release_monitor.outcomes_monthly").result_rows
    assert (n, amount) == (32, Decimal("30999999999999999.99") + Decimal("0.01"))


def test_what_is_stored_comes_back_as_it_was(client: Client) -> None:
    contents = [drawn(random.Random(seed)) for seed in range(40)]
    write(client, contents)
    wanted = {one.key for one in contents[:20]} | {("nobody", "'); --")}
    found = stored_contents(client, wanted)
    assert {one.canonical: one for one in found} == {
        one.canonical: one for one in contents if one.key in wanted
    }


GOOD = "1,XLVP,2026-03-05,27F1,fine,0,ASSERT,100"
FILE = f"""outcome_id,source,occurred_on,office,kind,revision,op,amount_vnd
{GOOD}
2,XLVP,2026-03-05,27F1,fine,1,ASSERT,250.5
2,XLVP,2026-03-05,27F1,fine,0,ASSERT,200
3,XLVP,2026-03-05,27F1,seizure,0,ASSERT,
3,XLVP,2026-03-05,27F1,seizure,1,RETRACT,
{GOOD}
4,XLVP,2026-03-05,27F1,warning,0,ASSERT,
5,XLVP
"""


def test_every_row_is_counted_and_refused_ones_are_kept_once(client: Client, tmp_path: Path) -> None:
    path = tmp_path / "quarter.csv"
    path.write_text(FILE, encoding="utf-8")
    job = OutcomeImport(client)
    done: list[int] = []
    job.run(path.name, "1", OutcomeFile(path), done.append)
    assert dict(job.counts) == {"stored": 5, "replacing": 1, "outranked": 1, "duplicate": 1, "rejected": 2}
    assert done == [8]
    again = OutcomeImport(client)
    again.run(path.name, "1", OutcomeFile(path))
    assert dict(again.counts) == {"stored": 0, "duplicate": 6, "rejected": 2}
    assert count_rejected(client) == {"broken_json": 1, "invalid_value": 1}
    rows = client.query(
        "SELECT kafka_topic, kafka_offset, reason, payload FROM release_monitor.rejected_events ORDER BY kafka_offset"
    ).result_rows
    assert [row[:3] for row in rows] == [
        ("file:quarter.csv", 7, "invalid_value"),
        ("file:quarter.csv", 8, "broken_json"),
    ]
    assert '"kind":"warning"' in rows[0][3]
    assert rows[1][3] == "5,XLVP"


def test_the_command_says_what_became_of_the_rows_and_can_be_run_again(tmp_path: Path) -> None:
    path = tmp_path / "quarter.csv"
    path.write_text(FILE, encoding="utf-8")
    folder = tmp_path / "data"
    first = release_monitor("outcomes", "--data", folder, path).stdout
    told = (
        "8 rows: 5 stored (1 in place of what was there, 1 behind what is there), 1 duplicate, 2 rejected\n"
    )
    assert f"{path}: {told}" in first
    assert (
        f"{path}: 8 rows: 0 stored, 6 duplicate, 2 rejected\n"
        in release_monitor("outcomes", "--data", folder, path).stdout
    )
    with opened(folder) as client:
        assert [row[1:3] + row[7:8] for row in shown(client)] == [
            ("1", 0, Decimal("100.00")),
            ("2", 1, Decimal("250.50")),
        ]
    path.write_text(FILE.replace("kind", "kin"), encoding="utf-8")
    wrong = release_monitor("outcomes", "--data", folder, path, check=False)
    assert wrong.returncode == 1
    assert wrong.stderr.startswith(f"error: {path}: no column 'kind'; the header has ")
    assert wrong.stderr.count("\n") == 1
