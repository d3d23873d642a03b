"""Looks at Kafka and the store every few seconds: lag, reconciliation gap, and what is told against the clock."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import structlog
from clickhouse_connect.driver.client import Client
from confluent_kafka import Consumer, KafkaException, TopicPartition

from streams.core.reference import Reference
from streams.kafka.config import client_config
from streams.kafka.topics import PACKED, TopicIdentity
from streams.metrics.registry import Metrics
from streams.settings import Settings
from streams.store.reconciliation import accounted_positions
from streams.store.schema import DATABASE
from streams.worker.feeds import Feeds
from streams.worker.heard import Heard, stored_latest_us
from streams.worker.office_figures import OfficeFigures
from streams.worker.open_figures import OpenFigures
from streams.worker.status import Status
from streams.worker.steps import PASSING_FAULTS
from streams.worker.stragglers import Stragglers

log = structlog.get_logger()

_RESTS: Final = 9
"""How many times as long as a look at the store took it rests: a large one must not be busy with being looked at."""

OLD_AFTER_S: Final = 60.0
"""What could not be looked at for so long is told no more: an old value is worse than none."""

_MARKS = f"SELECT any(marks) FROM {DATABASE}.window_progress FINAL"


class Monitor:
    """Fills the gauges that no single event can tell."""

    def __init__(
        self,
        settings: Settings,
        client: Client,
        feeds: Feeds,
        sources: Sequence[TopicIdentity],
        metrics: Metrics,
        stragglers: Stragglers,
        heard: Heard,
        reference: Reference,
        status: Status,
        every_s: float = 2.0,
    ) -> None:
        self._client = client
        self._feeds = feeds
        self._sources = sources
        self._metrics = metrics
        self._stragglers = stragglers
        self._heard = heard
        self._is_seeded = False
        self._open = OpenFigures(client, metrics)
        self._offices = OfficeFigures(reference, heard, metrics)
        self._status = status
        self._every_s = every_s
        self._stop = threading.Event()
        self._seen_at: dict[str, float] = {}
        self._store_took_s = 0.0
        prefix = settings.kafka_group_prefix
        self._consumers = {
            topic: Consumer(
                {**client_config(settings), "group.id": f"{prefix}-{group}", "enable.auto.commit": False}
            )
            for topic, group in (*((source.name, "intake") for source in sources), (PACKED, "fold"))
        }
        self._thread = threading.Thread(target=self._run, name="monitor", daemon=True)

    def start(self) -> None:
        """Look now and then, until `stop`."""
        self._thread.start()

    def stop(self) -> None:
        """Stop looking."""
        self._stop.set()
        self._thread.join(10)

    def _run(self) -> None:
        while not self._stop.wait(max(self._every_s, _RESTS * self._store_took_s)):
            self.look()

    def look(self) -> None:
        """Fill every gauge once. Store and Kafka are looked at apart: what one tells must not wait for the other."""
        self._try("store", self._look_at_store, self._forget_store)
        self._try("kafka", self._look_at_kafka, self._forget_kafka)

    def _try(self, part: str, look: Callable[[], None], forget: Callable[[], None]) -> None:
        try:
            look()
        except (*PASSING_FAULTS, KafkaException) as error:
            reason = (str(error).strip() or type(error).__name__).splitlines()[0][:200]
            log.warning("monitor", part=part, error=reason)
            now = time.monotonic()
            if now - self._seen_at.setdefault(part, now) > OLD_AFTER_S:
                forget()
                self._status.unseen(part, reason)
        else:
            self._seen_at[part] = time.monotonic()
            self._status.unseen(part, None)

    def _look_at_store(self) -> None:
        begin = time.monotonic()
        self._time()
        self._now()
        self._store_took_s = time.monotonic() - begin

    def _forget_store(self) -> None:
        self._open.forget()
        self._offices.forget()

    def _look_at_kafka(self) -> None:
        gaps = [self._gap(source, self._lag(source.name)) for source in self._sources]
        self._metrics.gap.set(sum(gaps))
        self._lag(PACKED, self._status.stands)

    def _forget_kafka(self) -> None:
        self._metrics.lag.clear()
        self._metrics.gap.set(float("nan"))

    def _lag(
        self, topic: str, tell: Callable[[Mapping[int, tuple[int, int]]], None] = lambda _: None
    ) -> dict[int, tuple[int, int]]:
        consumer = self._consumers[topic]
        partitions = sorted(consumer.list_topics(topic, timeout=5).topics[topic].partitions)
        committed = consumer.committed([TopicPartition(topic, number) for number in partitions], timeout=5)
        extents: dict[int, tuple[int, int]] = {}
        places: dict[int, tuple[int, int]] = {}
        for place in committed:
            low, high = consumer.get_watermark_offsets(place, timeout=5, cached=False)
            extents[place.partition] = (low, high)
            at = max(place.offset, low) if place.offset >= 0 else low
            places[place.partition] = (at, high)
            self._metrics.lag.labels(topic, str(place.partition)).set(high - at)
        tell(places)
        return extents

    def _gap(self, source: TopicIdentity, extents: dict[int, tuple[int, int]]) -> int:
        feed = self._feeds.feed_of(source.name, source.topic_id)
        accounted = accounted_positions(self._client, feed, extents)
        return sum(high - low for low, high in extents.values()) - sum(accounted.values())

    def _now(self) -> None:
        """Tell what is told against the clock."""
        if not self._is_seeded:
            for office, latest_us in stored_latest_us(self._client).items():
                self._heard.of(office, latest_us)
            self._is_seeded = True
        now_ms = self._open.now_ms()
        if now_ms is None:
            return
        self._metrics.clock.set(now_ms / 1000)
        self._open.look(now_ms)
        self._offices.look(now_ms * 1000)

    def _time(self) -> None:
        """Hear of the event time that other workers have reached."""
        (marks,) = self._client.query(_MARKS).result_rows[0]
        self._stragglers.heard(max(marks.values(), default=0) * 1000)
