"""The pipeline under attack: a real Kafka, the real store, and a crew of workers, each a process that can be killed."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from confluent_kafka import Consumer, TopicPartition
from pydantic import SecretStr

from streams.core.event import Feed
from streams.core.pack import decode_pack
from streams.core.span_message import end_message
from streams.kafka.config import client_config
from streams.kafka.extents import Extents
from streams.kafka.publisher import Publisher
from streams.kafka.topics import INPUTS, PACKED, SPANS, create_topics, identify
from streams.local.broker import LocalBroker
from streams.settings import Settings
from streams.store.client import connect
from streams.store.generations import generation_of
from streams.store.reconciliation import accounted_positions
from streams.store.window_progress import read_progress

from .crew import Crew
from .store import ChaosError, Store

_GENERATION: Final = re.compile(r"Stabilized group \S*?(\w+) generation \d+ ")


class Machine:
    """Use as a context manager: everything is started but the workers, and all of it is stopped in the end."""

    def __init__(self, folder: Path, session_timeout_s: float, environment: Mapping[str, str]) -> None:
        self.folder = folder
        self._session_timeout_s = session_timeout_s
        self._wanted = environment
        self.broker = LocalBroker(folder / "kafka")
        self.store = Store(folder)

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self.broker.stop()
            self.store.stop()
            raise
        return self

    def _start(self) -> None:
        self.store.start()
        self.broker.start()
        self._bootstrap = self.broker.bootstrap
        writer = self.store.writer
        self.settings = Settings(
            kafka_bootstrap_servers=self._bootstrap,
            kafka_security_protocol="PLAINTEXT",
            kafka_session_timeout_s=self._session_timeout_s,
            clickhouse_host=writer.host,
            clickhouse_port=writer.port,
            clickhouse_user=writer.user,
            clickhouse_password=SecretStr(writer.password),
            clickhouse_secure=False,
        )
        create_topics(self.settings)
        client = connect(writer)
        self._feeds = [
            Feed(name, generation_of(client, identify(self.settings, name).feed, int(time.time())))
            for name in INPUTS
        ]
        client.close()
        self.crew = Crew(self.folder / "logs", self._environment())

    def _environment(self) -> dict[str, str]:
        of = self.settings
        return {
            **self._wanted,
            "RELEASE_MONITOR_KAFKA_BOOTSTRAP_SERVERS": of.kafka_bootstrap_servers,
            "RELEASE_MONITOR_KAFKA_SECURITY_PROTOCOL": "PLAINTEXT",
            "RELEASE_MONITOR_KAFKA_SESSION_TIMEOUT_S": str(of.kafka_session_timeout_s),
            "RELEASE_MONITOR_CLICKHOUSE_HOST": of.clickhouse_host,
            "RELEASE_MONITOR_CLICKHOUSE_PORT": str(of.clickhouse_port),
            "RELEASE_MONITOR_CLICKHOUSE_USER": of.clickhouse_user,
            "RELEASE_MONITOR_CLICKHOUSE_PASSWORD": of.clickhouse_password.get_secret_value(),
            "RELEASE_MONITOR_CLICKHOUSE_SECURE": "false",
        }

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.crew.stop()
        self.store.stop()
        self.broker.stop()

    def restart_broker(self) -> None:
        """Kill Kafka and start it on the same folder and port. Raises ChaosError where it comes up elsewhere."""
        assert self.broker.pid is not None
        os.kill(self.broker.pid, signal.SIGKILL)
        while self.broker.alive():
            time.sleep(0.01)
        self.broker.start()
        if self.broker.bootstrap != self._bootstrap:
            raise ChaosError(f"Kafka came back as {self.broker.bootstrap}, not as {self._bootstrap}")

    def arrived(self) -> int:
        """Return how many messages the input topics have."""
        return sum(high - low for feed in self._feeds for low, high in self._extents(feed.topic).values())

    def accounted(self) -> int:
        """Return how many positions of the input topics have an outcome in the store."""
        client = connect(self.store.reader)
        try:
            return sum(
                sum(accounted_positions(client, feed, self._extents(feed.topic)).values())
                for feed in self._feeds
            )
        finally:
            client.close()

    def _extents(self, topic: str) -> dict[int, tuple[int, int]]:
        asked = Extents(self.settings, topic)
        try:
            return asked.now()
        finally:
            asked.close()

    def feed_ended(self) -> None:
        """Tell the windows that no more is fed: they wait for no input any longer."""
        Publisher(self.settings).publish(SPANS, [(None, end_message())])

    def settled(self) -> bool:
        """Whether the windows follow from all that the workers have told them."""
        client = connect(self.store.reader)
        try:
            progress = read_progress(client)
        finally:
            client.close()
        end = sum(high for _, high in self._extents(SPANS).values())
        return progress.settled and progress.spans_offset >= end

    def packed_again(self) -> int:
        """Count the positions that intakes packed more than once: what they read again after a kill or a rebalance."""
        consumer = Consumer(
            {**client_config(self.settings), "group.id": "chaos-count", "enable.auto.commit": False}
        )
        seen: set[tuple[str, int, int]] = set()
        again = 0
        for partition, (low, high) in self._extents(PACKED).items():
            consumer.assign([TopicPartition(PACKED, partition, low)])
            at = low
            while at < high:
                for message in consumer.consume(100, timeout=0.3):
                    value, offset = message.value(), message.offset()
                    if message.error() is not None or value is None or offset is None:
                        raise ChaosError(f"{PACKED} can't be read: {message.error()}")
                    at = offset + 1
                    pack = decode_pack(value)
                    packed = {(pack.topic, *event.position) for event in pack.events}
                    packed.update((pack.topic, one.partition, one.offset) for one in pack.rejected)
                    again += len(packed & seen)
                    seen |= packed
        consumer.close()
        return again

    def rebalances(self) -> dict[str, int]:
        """Return how often each consumer group was dealt out, as Kafka's log tells."""
        counts: dict[str, int] = {}
        for path in self.broker.log_path.parent.glob("kafka*.log"):
            for found in _GENERATION.finditer(path.read_text(errors="replace")):
                counts[found[1]] = counts.get(found[1], 0) + 1
        return counts
