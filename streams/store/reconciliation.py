"""Counts the input positions that the ledger vouches for."""

from __future__ import annotations

from collections.abc import Mapping

from clickhouse_connect.driver.client import Client

from streams.core.event import Feed
from streams.store.schema import DATABASE

_QUERY = (
    "WITH indexOf({partitions:Array(Int32)}, kafka_partition) AS place SELECT kafka_partition,"
    " bitmapCardinality(bitmapSubsetInRange(groupBitmapMergeState(positions),"
    " any({lows:Array(UInt64)}[place]), any({highs:Array(UInt64)}[place])))"
    f" FROM {DATABASE}.event_position_sets"
    " WHERE kafka_topic = {topic:String} AND generation = {generation:UInt32} AND place > 0 GROUP BY kafka_partition"
)


def accounted_positions(client: Client, feed: Feed, extents: Mapping[int, tuple[int, int]]) -> dict[int, int]:
    """Return for each partition how many positions from its low to below its high offset have an outcome.

    An outcome is: stored, duplicate or rejected. A position counts once however often it was written down.
    """
    rows = client.query(
        _QUERY,
        parameters={
            "partitions": list(extents),
            "lows": [low for low, _ in extents.values()],
            "highs": [high for _, high in extents.values()],
            "topic": feed.topic,
            "generation": feed.generation,
        },
    ).result_rows
    return dict.fromkeys(extents, 0) | {int(partition): int(count) for partition, count in rows}
