"""How far the partitions of a topic reach."""

from __future__ import annotations

from confluent_kafka import Consumer, TopicPartition

from streams.kafka.config import client_config
from streams.settings import Settings


class Extents:
    """Asks a broker for the offsets of a topic."""

    def __init__(self, settings: Settings, topic: str) -> None:
        group = f"{settings.kafka_group_prefix}-extents"
        self._consumer = Consumer({**client_config(settings), "group.id": group, "enable.auto.commit": False})
        self._topic = topic

    def now(self) -> dict[int, tuple[int, int]]:
        """Return for each partition its first offset and the one after its last. Raises KafkaException."""
        partitions = self._consumer.list_topics(self._topic, timeout=10).topics[self._topic].partitions
        found = {}
        for number in partitions:
            low, high = self._consumer.get_watermark_offsets(
                TopicPartition(self._topic, number), timeout=10, cached=False
            )
            found[number] = (low, high)
        return found

    def close(self) -> None:
        """Close the connection."""
        self._consumer.close()
