"""Every statement of every migration in the form of a cluster, read by the engine's own parser."""

from __future__ import annotations

import re

import pytest
from clickhouse_connect.driver.client import Client

from streams.store.replicated import create_database, replicated
from streams.store.schema import migrations

pytestmark = pytest.mark.integration


def parsed(client: Client, statement: str) -> str:
    found = client.query("SELECT formatQuerySingleLine({q:String})", parameters={"q": statement})
    return str(found.result_rows[0][0])


def test_the_engine_reads_each_and_only_the_kinds_of_tables_differ(client: Client) -> None:
    tables = 0
    for migration in migrations():
        assert migration.down is not None
        for statement in (*migration.statements, *migration.down.statements):
            before, after = parsed(client, statement), parsed(client, replicated(statement))
            kinds = re.findall(r"ENGINE = (\w*MergeTree)", after)
            assert all(kind.startswith("Replicated") for kind in kinds), statement
            assert after.replace("ENGINE = Replicated", "ENGINE = ") == before, statement
            tables += len(kinds)
    assert tables >= 14


def test_the_engine_reads_the_statement_of_the_database(client: Client) -> None:
    assert "ON CLUSTER one ENGINE = Replicated(" in parsed(client, create_database("release_monitor", "one"))
