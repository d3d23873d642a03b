"""Counts the input positions that the ledger vouches for."""

from __future__ import annotations

from collections.abc import Mapping

from clickhouse_connect.driver.client import Client

from streams.core.event import Feed
from streams.store.schema import DATABASE

_QUERY = (
    "SELECT kafka_partition, bitmapCardinality(bitmapSubsetInRange(groupBitmapMergeState(positions),"
    " {low:UInt64}, {high:UInt64})) FROM " + DATABASE + ".event_position_sets"
    " WHERE kafka_topic = {topic:String} AND generation = {generation:UInt32} AND kafka_partition = {partition:Int32}"
    " GROUP BY kafka_partition"
)


def accounted_positions(client: Client, feed: Feed, extents: Mapping[int, tuple[int, int]]) -> dict[int, int]:
    """Return for each partition how many positions from its low to below its high offset have an outcome.

    An outcome is: stored, duplicate or rejected. A position counts once however often it was written down.
    """
    found = {}
    for partition, (low, high) in extents.items():
        rows = client.query(
            _QUERY,
            parameters={
                "low": low,
                "high": high,
                "topic": feed.topic,
                "generation": feed.generation,
                "partition": partition,
            },
        ).result_rows
        found[partition] = int(rows[0][1]) if rows else 0
    return found
