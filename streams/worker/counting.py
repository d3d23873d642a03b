"""Turns a batch that is durable into metrics, and keeps the watermark."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping

from prometheus_client import Histogram

from streams.core.declaration import Outcome
from streams.core.watermark import moves_time
from streams.metrics.labels import ALL, CHANNELS, DIRECTIONS
from streams.metrics.registry import Metrics
from streams.pipeline.batch import Batch
from streams.worker.heard import Heard

_MOST_PLACES = 10_000
"""Histograms remembered by what declarations say: offices that nobody knows share one, whatever they are called."""


class Counting:
    """Counts what was written. Called once for each batch, after its acknowledgement."""

    def __init__(self, metrics: Metrics, watermark_bound_s: int, heard: Heard) -> None:
        self._metrics = metrics
        self._heard = heard
        self._bound_us = watermark_bound_s * 1_000_000
        self._lengths: dict[tuple[str | None, str | None, int | None, str], Histogram] = {}
        self._latest_us: dict[int, int] = {}
        self._last_event_us: dict[tuple[str, str], int] = {}

    def forget(self) -> None:
        """Drop the watermarks of partitions that may have gone to another worker."""
        self._latest_us.clear()
        self._metrics.watermark.clear()

    def written(self, batch: Batch, rows: Mapping[str, int]) -> None:
        """Count a batch with the rows that each table acknowledged."""
        metrics = self._metrics
        for table, count in rows.items():
            metrics.sink_rows.labels(table).inc(count)
        for (source, event_type), count in Counter([(e.source, e.event_type) for e in batch.fresh]).items():
            metrics.events.labels(source, event_type).inc(count)
        for reason, count in Counter(row.rejected.reason for row in batch.rejected).items():
            metrics.rejected.labels(reason).inc(count)
        metrics.duplicates.inc(batch.outcomes.get(Outcome.DUPLICATE, 0))
        metrics.replayed.inc(batch.outcomes.get(Outcome.REPLAYED, 0))
        for one in batch.noticed:
            place = (metrics.offices.of(one.office), DIRECTIONS.of(one.direction))
            metrics.channel_assigned.labels(*place, CHANNELS.of(one.channel_initial)).inc()
        self._observe(batch)
        self._see_latest(batch)

    def _observe(self, batch: Batch) -> None:
        lengths = self._lengths
        for change in batch.changes:
            now, before = change.now, change.before
            if now is None or now.elapsed_s is None or (before is not None and before.elapsed_s is not None):
                continue
            of = change.declaration
            place = (of.office, of.direction, of.channel_final, change.code)
            length = lengths.get(place)
            if length is None:
                length = self._length_of(*place)
            length.observe(now.elapsed_s)

    def _length_of(
        self, office: str | None, direction: str | None, channel: int | None, code: str
    ) -> Histogram:
        """Find the histogram of some labels, and remember it: finding one costs more than observing with it."""
        metrics = self._metrics
        length = metrics.release_time.labels(
            metrics.offices.of(office),
            DIRECTIONS.of(direction),
            CHANNELS.of(channel) if metrics.detail.time_channels else ALL,
            code,
        )
        if len(self._lengths) < _MOST_PLACES:
            self._lengths[office, direction, channel, code] = length
        return length

    def _see_latest(self, batch: Batch) -> None:
        """Take note of the latest events. One that says no office is of its declaration's.

        An event whose time is not to be believed (decision 0018) is passed over.
        """
        office_of = {one.declaration_key: one.office for one in batch.declarations}
        now_us = time.time_ns() // 1000
        latest: dict[tuple[str, str | None], int] = {}
        for event in batch.fresh:
            office = None if event.attrs is None else event.attrs.office
            place = (event.source, office_of.get(event.declaration_key) if office is None else office)
            if event.occurred_us > latest.get(place, -1) and moves_time(event, now_us):
                latest[place] = event.occurred_us
        last = self._last_event_us
        for (source, office), occurred_us in latest.items():
            self._heard.of(office, occurred_us)
            key = (source, self._metrics.offices.of(office))
            if occurred_us > last.get(key, -1):
                last[key] = occurred_us
                self._metrics.last_event.labels(*key).set(occurred_us / 1e6)

    def passed(self, latest_us: Mapping[int, int]) -> None:
        """Move the watermark to the latest event time, by partition, that was written: less the bound and 1 ms."""
        latest = self._latest_us
        for partition, highest in latest_us.items():
            latest[partition] = max(highest, latest.get(partition, highest))
        if latest:
            self._metrics.watermark.replace({(): (min(latest.values()) - self._bound_us - 1_000) / 1e6})
