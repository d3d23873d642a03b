"""The intake against a real Kafka: poison of every kind is refused with its reason, kept, and stops nothing."""

from __future__ import annotations

import json
import random
import time

import pytest
from confluent_kafka import Consumer, Message, Producer, TopicPartition

from builders import message
from streams.core.event import Event
from streams.core.pack import Pack, decode_pack
from streams.core.vocabulary import RejectReason
from streams.kafka.intake import Intake
from streams.kafka.load import Loader, LoadError
from streams.kafka.topics import EVENTS, INPUTS, PACKED, REJECTED, TopicError, create_topics, identify
from streams.settings import Settings
from streams.simulator.poison import POISONS

pytestmark = pytest.mark.integration

Sent = list[tuple[bytes, str | None]]
"""Messages with why each must be refused, None for a good one."""


@pytest.fixture(scope="module")
def settings(broker: object) -> Settings:
    made = Settings(kafka_bootstrap_servers=broker.bootstrap, kafka_session_timeout_s=3)  # type: ignore[attr-defined]
    create_topics(made)
    assert create_topics(made) == []
    return made


def read_all(settings: Settings, topic: str) -> list[Message]:
    """Read a topic from its beginning to its present end."""
    consumer = Consumer(
        {
            "bootstrap.servers": settings.kafka_bootstrap_servers,
            "group.id": "test",
            "enable.auto.commit": False,
        }
    )
    found: list[Message] = []
    for number in consumer.list_topics(topic, timeout=10).topics[topic].partitions:
        low, high = consumer.get_watermark_offsets(TopicPartition(topic, number), timeout=10)
        consumer.assign([TopicPartition(topic, number, low)])
        while low < high:
            for one in consumer.consume(min(500, high - low), timeout=5):
                found.append(one)
                low = (one.offset() or 0) + 1
    consumer.close()
    return found


def drain(settings: Settings) -> None:
    """Let an intake read until there is nothing left."""
    intake = Intake(settings)
    intake._consumer.subscribe(list(INPUTS))
    quiet, until = 0, time.monotonic() + 60
    while quiet < 20 and time.monotonic() < until:
        quiet = 0 if intake.round() else quiet + 1
    intake._consumer.close()


@pytest.fixture(scope="module")
def sent(settings: Settings) -> Sent:
    good = json.loads(message("REGISTERED", "08:00:00"))
    chance = random.Random(1)
    values: list[tuple[bytes, str | None]] = [
        (spoil(good, chance), reason.value) for reason, spoil in POISONS
    ]
    values += [
        (message("REGISTERED", "08:00:00", declaration_key=f"d{n}", event_id=f"e{n}"), None)
        for n in range(50)
    ]
    Loader(settings).load((b"k", value) for value, _ in values)
    producer = Producer(
        {"bootstrap.servers": settings.kafka_bootstrap_servers, "message.max.bytes": 2_000_000}
    )
    producer.produce(EVENTS, key=b"k", value=None)
    producer.produce(EVENTS, key=b"k", value=b"")
    assert producer.flush(10) == 0
    huge = random.Random(2).randbytes(7_900_000)  # does not compress, as the worst input would not
    Loader(settings).load([(b"k", huge), (b"k", huge)])
    values += [(b"", "empty"), (b"", "empty"), (huge, "oversized"), (huge, "oversized")]
    drain(settings)
    return values


def packs(settings: Settings) -> list[Pack]:
    return [decode_pack(one.value() or b"") for one in read_all(settings, PACKED)]


def test_every_message_is_in_a_pack_exactly_once(settings: Settings, sent: Sent) -> None:
    found = packs(settings)
    events = [event for pack in found for event in pack.events]
    refused = [one for pack in found for one in pack.rejected]
    assert len(events) == 50
    assert all(isinstance(event, Event) for event in events)
    positions = [(one.partition, one.offset) for one in [*events, *refused]]
    assert len(positions) == len(set(positions)) == len(sent)
    assert {pack.topic_id for pack in found} == {identify(settings, EVENTS).topic_id}


def test_refusals_keep_reason_payload_and_place(settings: Settings, sent: Sent) -> None:
    found = read_all(settings, REJECTED)
    wanted = sorted((reason, value) for value, reason in sent if reason is not None)
    told = sorted((dict(one.headers() or [])["reason"].decode(), one.value() or b"") for one in found)
    assert told == wanted
    assert {reason for reason, _ in told} == {reason.value for reason in RejectReason}
    for one in found:
        headers = dict(one.headers() or [])
        assert headers["topic"] == EVENTS.encode()
        assert headers["detail"]
        assert int(headers["partition"]) >= 0
        assert int(headers["offset"]) >= 0


def test_offsets_are_committed_so_nothing_is_read_again(settings: Settings, sent: Sent) -> None:
    before = len(read_all(settings, PACKED))
    drain(settings)
    assert len(read_all(settings, PACKED)) == before


def test_a_missing_topic_and_a_missing_broker_are_said_in_one_line(settings: Settings) -> None:
    with pytest.raises(TopicError, match="run `release-monitor topics` first"):
        identify(settings, "no-such-topic")
    nowhere = settings.model_copy(update={"kafka_bootstrap_servers": "127.0.0.1:1"})
    with pytest.raises(TopicError, match=r"127\.0\.0\.1:1 does not answer"):
        create_topics(nowhere)
    with pytest.raises(LoadError, match=r"127\.0\.0\.1:1 does not answer"):
        Loader(nowhere)
