from typing import Any

import pytest

from streams.worker.assignor import assignor_of


class Cluster:
    """What a client knows of a broker."""

    def __init__(self, **partitions: int) -> None:
        self._partitions = partitions

    def partitions_for_topic(self, topic: str) -> set[int] | None:
        count = self._partitions.get(topic)
        return None if count is None else set(range(count))


def groups(cluster: Cluster) -> dict[int, list[set[str]]]:
    assignor: Any = assignor_of({"packed": 4})
    found = assignor._get_copartitioned_groups({"packed"}, cluster, {"a": ["packed"], "b": ["packed"]})
    return {count: list(of) for count, of in found.items()}


@pytest.mark.parametrize("cluster", [Cluster(), Cluster(packed=4)], ids=["unknown to the client", "known"])
def test_a_topic_is_dealt_out_whether_the_client_knows_it_or_not(cluster: Cluster) -> None:
    assert groups(cluster) == {4: [{"packed"}]}


def test_what_the_client_knows_goes_first() -> None:
    assert groups(Cluster(packed=6)) == {6: [{"packed"}]}
