"""The intake: reads single messages, judges each, and hands on packs; refusals also go to their own topic.

Nothing is committed before everything that was read is durable in the packed topic and in the topic of refusals. After
a crash messages are packed again; what follows recognises each by its position, so that changes nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

import structlog
from confluent_kafka import Consumer, KafkaError, KafkaException, Message, Producer, TopicPartition

from streams.core.event import Rejected
from streams.kafka.config import consumer_config, producer_config
from streams.kafka.packer import Packer
from streams.kafka.topics import INPUTS, PACKED, REJECTED, identify
from streams.pipeline.judging import Judge, judge_of
from streams.settings import Settings

_CONSUME: Final = 8_000
_WAIT_S: Final = 0.2

log = structlog.get_logger()


class DeliveryError(Exception):
    """The broker refused what the intake wrote; nothing that depends on it may be committed."""


class _Input(NamedTuple):
    """One input topic: who judges its messages, and what packs them."""

    judge: Judge
    packer: Packer


class Intake:
    """One intake, member of the consumer group of all intakes."""

    def __init__(self, settings: Settings) -> None:
        partitions = identify(settings, PACKED).partitions
        self._inputs: dict[str, _Input] = {}
        for name in INPUTS:
            packer = Packer(name, identify(settings, name).topic_id, partitions)
            self._inputs[name] = _Input(judge_of(name, settings), packer)
        self._producer = Producer(producer_config(settings))
        self._consumer = Consumer(consumer_config(settings, "intake"))
        self._failed: KafkaError | None = None
        self._waiting: Callable[[], None] = lambda: None

    def run(self, beat: Callable[[int], None], stopping: Callable[[], bool]) -> None:
        """Work until told to stop. `beat` is called after every round with the number of messages read in it.

        While Kafka is away it is called with 0: whoever waits is alive.

        Raises DeliveryError or KafkaException when the intake can't go on; it is then started anew.
        """
        self._waiting = lambda: beat(0)
        self._consumer.subscribe(list(INPUTS))
        try:
            while not stopping():
                beat(self.round())
        finally:
            self._consumer.close()

    def round(self) -> int:
        """Read some messages, hand them on, wait until that is durable, commit. Return how many were read."""
        messages = self._consumer.consume(_CONSUME, timeout=_WAIT_S)
        ends: dict[tuple[str, int], int] = {}
        for message in messages:
            error = message.error()
            topic, partition, offset = message.topic(), message.partition(), message.offset()
            if error is not None:
                if error.fatal():
                    raise KafkaException(error)
                log.warning("kafka", error=error.str())
            elif topic is not None and partition is not None and offset is not None:
                self._take(message, topic, partition, offset)
                ends[topic, partition] = offset + 1
        if ends:
            for one in self._inputs.values():
                for target in list(one.packer.open_packs()):
                    self._hand_on(one.packer, target)
            self._settle()
            self._commit([TopicPartition(*place, end) for place, end in ends.items()])
        return len(messages)

    def _take(self, message: Message, topic: str, partition: int, offset: int) -> None:
        judge, packer = self._inputs[topic]
        judged = judge(message.value(), partition, offset)
        if isinstance(judged, Rejected):
            self._refuse(judged, topic, message)
        full = packer.add(judged)
        if full is not None:
            self._hand_on(packer, full)

    def _hand_on(self, packer: Packer, target: int) -> None:
        value = packer.close(target, time.time_ns() // 1000)
        self._produce(PACKED, value=value, partition=target)

    def _refuse(self, rejected: Rejected, topic: str, message: Message) -> None:
        headers = {
            "reason": rejected.reason,
            "detail": rejected.detail,
            "topic": topic,
            "partition": str(rejected.partition),
            "offset": str(rejected.offset),
        }
        encoded = [(name, text.encode()) for name, text in headers.items()]
        self._produce(REJECTED, value=rejected.payload, key=message.key(), headers=encoded)

    def _produce(self, topic: str, **message: Any) -> None:
        while True:
            try:
                self._producer.produce(topic, on_delivery=self._delivered, **message)
            except BufferError:
                self._producer.poll(0.1)
            else:
                return

    def _delivered(self, error: KafkaError | None, _: Message) -> None:
        if error is not None:
            self._failed = error

    def _settle(self) -> None:
        while self._producer.flush(1.0) > 0 and self._failed is None:
            self._waiting()
        if self._failed is not None:
            raise DeliveryError(f"Kafka did not take what the intake wrote: {self._failed.str()}")

    def _commit(self, offsets: Sequence[TopicPartition]) -> None:
        try:
            self._consumer.commit(offsets=list(offsets), asynchronous=False)
        except KafkaException as error:
            # The partitions went to another intake meanwhile: it reads these messages again, which changes nothing.
            log.warning("offsets not committed", error=error.args[0].str())
