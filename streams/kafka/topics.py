"""The topics of the pipeline: their names, what they are for, and how they are made."""

from __future__ import annotations

from typing import Final, NamedTuple

from confluent_kafka import KafkaError, KafkaException, TopicCollection
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from streams.customs.feeds import CUSTOMS_TOPIC
from streams.kafka.config import MAX_MESSAGE_BYTES, client_config
from streams.settings import Settings

EVENTS: Final = "declaration-events"
CUSTOMS: Final = CUSTOMS_TOPIC
INPUTS: Final = (EVENTS, CUSTOMS)
"""What the intake reads: events of schema v1, and raw messages of the customs systems."""

REJECTED: Final = "declaration-events-rejected"
CHANGES: Final = "interval-changes"
WINDOWS: Final = "release-time-windows"
PACKED: Final = "release-monitor-packed"
SPANS: Final = "release-monitor-declaration-spans"
LATE: Final = "release-monitor-late-events"


class TopicError(Exception):
    """The topics can't be made or are not what the pipeline needs."""


class TopicSpec(NamedTuple):
    """A topic and how it keeps its messages. `partitions` is None where it is as the settings say."""

    name: str
    config: dict[str, str]
    partitions: int | None = None


_LARGEST_INPUT: Final = "8000000"
_LARGEST_OURS: Final = str(MAX_MESSAGE_BYTES)

SPECS: Final = (
    TopicSpec(EVENTS, {"retention.ms": "-1", "max.message.bytes": _LARGEST_INPUT}),
    TopicSpec(CUSTOMS, {"retention.ms": "-1", "max.message.bytes": _LARGEST_INPUT}),
    TopicSpec(REJECTED, {"retention.ms": "-1", "max.message.bytes": _LARGEST_OURS}),
    TopicSpec(CHANGES, {"retention.ms": "604800000"}),
    TopicSpec(
        WINDOWS, {"cleanup.policy": "compact,delete", "retention.ms": "2678400000", "segment.ms": "86400000"}
    ),
    TopicSpec(LATE, {"retention.ms": "2678400000"}),
    TopicSpec(PACKED, {"retention.ms": "604800000", "max.message.bytes": _LARGEST_OURS}),
    # One partition, for whoever computes the windows needs all of them (decision 0016).
    TopicSpec(SPANS, {"retention.ms": "604800000", "max.message.bytes": _LARGEST_OURS}, partitions=1),
)
"""What is far too large to be an event still fits into the input topics, so that it is refused and kept, not lost at
the sender; what carries refusals has room for the largest of them and for what goes with it."""


def admin(settings: Settings) -> AdminClient:
    """Open an administrative client."""
    return AdminClient(client_config(settings))


def create_topics(settings: Settings) -> list[str]:
    """Make the topics that are missing and return their names.

    Raises TopicError when a broker refuses, or can't be reached within ten seconds.
    """
    client = admin(settings)
    try:
        there = client.list_topics(timeout=10).topics
    except KafkaException as error:
        raise TopicError(
            f"Kafka at {settings.kafka_bootstrap_servers} does not answer: {error.args[0].str()}"
        ) from error
    wanted = [
        NewTopic(
            spec.name,
            spec.partitions or settings.topic_partitions,
            settings.topic_replication,
            config=spec.config,
        )
        for spec in SPECS
        if spec.name not in there
    ]
    made = []
    for name, future in (client.create_topics(wanted) if wanted else {}).items():
        try:
            future.result()
        except KafkaException as error:
            if error.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
                raise TopicError(f"topic {name} can't be made: {error.args[0].str()}") from error
        made.append(name)
    return made


class TopicIdentity(NamedTuple):
    """One incarnation of a topic: its id changes when the topic is made anew."""

    name: str
    topic_id: str
    partitions: int

    @property
    def feed(self) -> str:
        """The name under which this incarnation is numbered in the store."""
        return f"topic:{self.name}:{self.topic_id}"


def identify(settings: Settings, name: str) -> TopicIdentity:
    """Ask the broker which incarnation of a topic it has. Raises TopicError where there is none."""
    client = admin(settings)  # held by name: a request dies with its client
    try:
        described = client.describe_topics(TopicCollection([name]), request_timeout=10)[name].result()
    except KafkaException as error:
        reason = error.args[0].str()
        if error.args[0].code() != KafkaError.UNKNOWN_TOPIC_OR_PART:
            raise TopicError(
                f"Kafka at {settings.kafka_bootstrap_servers} does not answer: {reason}"
            ) from error
        raise TopicError(
            f"topic {name} can't be read ({reason}): run `release-monitor topics` first"
        ) from error
    return TopicIdentity(name, str(described.topic_id), len(described.partitions))
