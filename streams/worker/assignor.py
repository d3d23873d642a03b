"""Deals out partitions also while the client does not know a topic yet.

After a broker was restarted, metadata may leave out topics that it has not loaded. The worker that leads the group
would then pass over the topic and give its partitions to nobody, and nothing would make it look again: the whole group
stood still for good (seen in chaos runs, where a rebalance met a broker that had just been started anew).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from faust.assignor.partition_assignor import PartitionAssignor


class _Known:
    """The cluster as the client sees it, with the number of partitions that topics are known to have."""

    def __init__(self, cluster: Any, partitions: Mapping[str, int]) -> None:
        self._cluster = cluster
        self._partitions = partitions

    def partitions_for_topic(self, topic: str) -> set[int]:
        """Return the partitions of a topic; the known ones where the client knows none."""
        return self._cluster.partitions_for_topic(topic) or set(range(self._partitions.get(topic, 0)))


def assignor_of(partitions: Mapping[str, int]) -> type[PartitionAssignor]:
    """Return Faust's assignor with a memory: topics and how many partitions each has."""

    class Assignor(PartitionAssignor):
        """Faust's assignor, which passes over no topic that is known."""

        @classmethod
        def _get_copartitioned_groups(cls, topics: Any, cluster: Any, subscriptions: Any) -> Any:
            return super()._get_copartitioned_groups(topics, _Known(cluster, partitions), subscriptions)

    return Assignor
