"""Reads what was refused: counts by reason, and the messages that today's rules would take."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from clickhouse_connect.driver.client import Client

from streams.core.event import Rejected
from streams.pipeline.judging import Judge
from streams.store.schema import DATABASE


class RejectedMessage(NamedTuple):
    """One refused message and where it was read."""

    topic: str
    partition: int
    offset: int
    reason: str
    detail: str
    payload: bytes


def count_rejected(client: Client) -> dict[str, int]:
    """Return how many messages were refused for each reason, the most frequent first."""
    rows = client.query(
        f"SELECT reason, count() AS n FROM {DATABASE}.rejected_events GROUP BY reason ORDER BY n DESC, reason"
    ).result_rows
    return {str(reason): int(count) for reason, count in rows}


def replayable(
    client: Client, judge_of: Callable[[str], Judge] | None, limit: int | None
) -> Iterator[RejectedMessage]:
    """Yield refused messages, the latest first; with `judge_of` a feed only those that would be accepted now."""
    sql = (
        "SELECT kafka_topic, kafka_partition, kafka_offset, reason, detail, payload"
        f" FROM {DATABASE}.rejected_events ORDER BY received_at DESC, kafka_topic, kafka_partition, kafka_offset"
    )
    if limit is not None:
        sql += f" LIMIT {int(limit)}"
    rows = client.query(sql, column_formats={"payload": "bytes"}).result_rows
    for topic, partition, offset, reason, detail, payload in rows:
        if judge_of is None or not isinstance(judge_of(topic)(payload, 0, 0), Rejected):
            yield RejectedMessage(topic, partition, offset, reason, detail, payload)
