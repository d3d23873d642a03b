"""The schema's statements in the form of a cluster."""

from __future__ import annotations

import pytest

from streams.store.replicated import create_database, replicated


@pytest.mark.parametrize(
    ("single", "cluster"),
    [
        ("ENGINE = MergeTree\nORDER BY x", "ENGINE = ReplicatedMergeTree\nORDER BY x"),
        ("engine=ReplacingMergeTree(version)", "engine=ReplicatedReplacingMergeTree(version)"),
        ("ENGINE = AggregatingMergeTree()", "ENGINE = ReplicatedAggregatingMergeTree()"),
        ("ENGINE = ReplicatedMergeTree", "ENGINE = ReplicatedMergeTree"),
        ("ENGINE = Null", "ENGINE = Null"),
        (
            "x String COMMENT 'ENGINE = MergeTree' -- ENGINE = MergeTree",
            "x String COMMENT 'ENGINE = MergeTree' -- ENGINE = MergeTree",
        ),
        ("COMMENT 'it''s \\' ENGINE = MergeTree'", "COMMENT 'it''s \\' ENGINE = MergeTree'"),
    ],
)
def test_only_tables_that_merge_become_replicated(single: str, cluster: str) -> None:
    assert replicated(single) == cluster


def test_the_database_is_made_on_every_server_of_the_cluster() -> None:
    statement = create_database("release_monitor", "one")
    assert "ON CLUSTER `one`" in statement
    assert statement.endswith(
        "ENGINE = Replicated('/clickhouse/databases/release_monitor', '{shard}', '{replica}')"
    )
