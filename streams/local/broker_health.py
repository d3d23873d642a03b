"""Whether a Kafka just started can be used: metadata, and every group coordinator."""

from __future__ import annotations

from typing import Any, Final

from confluent_kafka import Consumer, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient

_ANSWER_TIMEOUT_S: Final = 2.0


def is_healthy(bootstrap: str, offsets_partitions: int) -> bool:
    """Tell whether the broker answers and can coordinate any consumer group; waits about 2 seconds for each answer.

    The first question for a group makes Kafka create its offsets topic, whose partitions come up one by one; each
    coordinates the groups whose name hashes to it. So one group is asked about for each. (The admin client could ask
    for all at once, but librdkafka's Python binding crashed when it was let go with an answer still under way.)
    """
    config: dict[str, Any] = {
        "bootstrap.servers": bootstrap,
        "reconnect.backoff.ms": 20,
        "reconnect.backoff.max.ms": 100,
        "log_level": 0,
        # Refused connections are what waiting looks like; without a callback they are printed.
        "error_cb": lambda _error: None,
    }
    try:
        if not AdminClient(config).list_topics(timeout=_ANSWER_TIMEOUT_S).brokers:
            return False
        for number in range(offsets_partitions):
            # Java's hash of a one-letter text is the letter's number, so neighbours fall on different partitions.
            consumer = Consumer({**config, "group.id": chr(ord("a") + number)})
            try:
                consumer.committed([TopicPartition("none", 0)], timeout=_ANSWER_TIMEOUT_S)
            finally:
                consumer.close()
    except KafkaException:
        return False
    return True
