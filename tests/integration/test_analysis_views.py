"""The views of the analysis on the real engine against plain Python, over corrections, retractions and unmerged parts."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from random import Random
from typing import Any, NamedTuple

import pytest
from clickhouse_connect.driver.client import Client

import analysed
import analysis_oracle as oracle
from analysed import Exported, Row
from streams.local.children import StoreChild
from streams.store.client import connect

pytestmark = pytest.mark.integration

SEEDS = (1, 2, 3)
PIECES = 4


class Loaded(NamedTuple):
    """The store, what its two views show, and everything that was told."""

    client: Client
    exported: Exported
    told: list[bytes]


@pytest.fixture(scope="module", params=SEEDS)
def loaded(request: pytest.FixtureRequest, store: StoreChild) -> Iterator[Loaded]:
    client = connect(store.writer(), timeout_s=120)
    emptied(client)
    told = analysed.messages(request.param)
    for number in range(PIECES):
        analysed.feed(client, f"piece-{request.param}-{number}", told[number::PIECES])
    later = analysed.told_later(client, request.param)
    analysed.feed(client, f"later-{request.param}", later)
    analysed.follow(client)
    yield Loaded(client, analysed.export(client), told + later)
    client.close()


def emptied(client: Client) -> None:
    for table in analysed.TABLES:
        client.command(f"TRUNCATE TABLE release_monitor.{table}")


def by_key(rows: list[Row], names: tuple[str, ...]) -> oracle.Rows:
    found = {tuple(row.pop(name) for name in names): row for row in rows}
    assert len(found) == len(rows), "a row twice"
    return found


def close(found: Any, wanted: Any) -> bool:
    if found is None or wanted is None or not isinstance(wanted, Fraction | float):
        return bool(found == wanted)
    return math.isclose(found, wanted, rel_tol=1e-12)


@pytest.mark.parametrize("view", oracle.VIEWS)
def test_every_row_is_what_the_exported_rows_come_to(loaded: Loaded, view: str) -> None:
    names, compute = oracle.VIEWS[view]
    found, wanted = by_key(analysed.rows(loaded.client, view), names), compute(loaded.exported)
    assert found.keys() == wanted.keys()
    assert len(found) > 25
    for key, row in wanted.items():
        differing = {
            name: (found[key][name], value)
            for name, value in row.items()
            if not close(found[key][name], value)
        }
        assert not differing, (key, differing)
        assert found[key].keys() == row.keys()


def test_what_was_replaced_is_beside_what_counts(loaded: Loaded) -> None:
    for table in ("declarations", "declaration_intervals"):
        ((stored, shown),) = loaded.client.query(
            f"SELECT (SELECT count() FROM release_monitor.{table}), (SELECT count() FROM release_monitor.{table} FINAL)"
        ).result_rows
        assert stored > shown + 100, table


def test_the_data_holds_what_the_views_must_tell_apart(loaded: Loaded) -> None:
    """So that no comparison above is one of nothing with nothing."""
    declarations = loaded.exported.declarations.values()
    assert {row["status"] for row in declarations} >= {"open", "cleared", "cancelled"}
    assert {row["registered_on"].year for row in declarations} == {2025, 2026}
    assert any(row["channel_initial"] != row["channel_final"] for row in declarations)
    assert any(row["office"] is None for row in declarations)
    shares = oracle.release_shares(loaded.exported).values()
    assert any(row["not_in_month_n"] for row in shares)
    assert any(row["five_days_known_n"] < row["n"] for row in shares)
    waterfall = oracle.stage_waterfall(loaded.exported)
    assert {step for *_, step in waterfall if waterfall[(*_, step)]["total_s"]} == {
        step for step, _ in oracle.STEPS
    }
    assert any(row["missing_n"] for row in waterfall.values())
    assert any(row["outlier_n"] for row in oracle.interval_distribution(loaded.exported).values())


def test_the_steps_of_a_group_add_up_to_its_whole(loaded: Loaded) -> None:
    """To the second, on the engine alone: the steps against REG_REL of the declarations that have them."""
    ((parts, n, wholes),) = loaded.client.query(
        """
        WITH unchecked AS (
            SELECT declaration_key FROM release_monitor.intervals
            WHERE interval_code = 'DOC_CHK' AND (started_at IS NULL OR ended_at IS NULL)
               OR interval_code = 'DOC_REL' AND started_at > ended_at)
        SELECT (SELECT sum(total_s) FROM release_monitor.stage_waterfall),
               (SELECT sum(n) FROM release_monitor.stage_waterfall WHERE step_no = 1),
               (SELECT (sum(elapsed_s), count(elapsed_s)) FROM release_monitor.intervals
                WHERE interval_code = 'REG_REL' AND in_scope AND declaration_key NOT IN unchecked)
        """
    ).result_rows
    assert (parts, n) == tuple(wholes)


def test_a_question_about_one_cell_is_answered_as_in_the_whole(loaded: Loaded) -> None:
    """A condition that the engine moves below the grouping does not change what is grouped."""
    chance = Random("cells")
    for view, (names, _) in oracle.VIEWS.items():
        rows = analysed.rows(loaded.client, view)
        for row in chance.sample(rows, 5):
            condition = " AND ".join(f"{name} = {{{name}:String}}" for name in names)
            asked = loaded.client.query(
                f"SELECT * FROM release_monitor.{view} WHERE {condition}",
                parameters={name: str(row[name]) for name in names},
            )
            assert list(asked.named_results()) == [row], (view, condition)


def test_order_batches_and_repetition_leave_no_trace(store: StoreChild) -> None:
    """Byte for byte, means and quantiles too."""
    client = connect(store.writer(), timeout_s=120)
    told = analysed.messages(4, 150)
    shown = []
    for name, pieces in (("whole", [told]), ("reversed", [told[::-1][:700], told[::-1][500:]])):
        emptied(client)
        for number, piece in enumerate(pieces):
            analysed.feed(client, f"{name}-{number}", piece)
        analysed.follow(client)
        shown.append({view: sorted(map(repr, analysed.rows(client, view))) for view in oracle.VIEWS})
    client.close()
    assert shown[0] == shown[1]
