"""Turns a batch that is durable into metrics, and keeps the watermark."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from streams.core.declaration import Outcome
from streams.metrics.registry import Metrics, label
from streams.pipeline.batch import Batch
from streams.pipeline.folder import FedPack


class Counting:
    """Counts what was written. Called once for each batch, after its acknowledgement."""

    def __init__(self, metrics: Metrics, watermark_bound_s: int) -> None:
        self._metrics = metrics
        self._bound_us = watermark_bound_s * 1_000_000
        self._latest_us: dict[int, int] = {}
        self._last_event_us: dict[tuple[str, str], int] = {}

    def forget(self) -> None:
        """Drop the watermarks of partitions that may have gone to another worker."""
        self._latest_us.clear()

    def written(self, batch: Batch, rows: Mapping[str, int]) -> None:
        """Count a batch with the rows that each table acknowledged."""
        metrics = self._metrics
        for table, count in rows.items():
            metrics.sink_rows.labels(table).inc(count)
        for (source, event_type), count in Counter((e.source, e.event_type) for e in batch.fresh).items():
            metrics.events.labels(source, event_type).inc(count)
        for reason, count in Counter(row.rejected.reason for row in batch.rejected).items():
            metrics.rejected.labels(reason).inc(count)
        metrics.duplicates.inc(batch.outcomes.get(Outcome.DUPLICATE, 0))
        metrics.replayed.inc(batch.outcomes.get(Outcome.REPLAYED, 0))
        for change in batch.changes:
            if change.before is not None and change.before.elapsed_s is not None:
                continue
            if change.now is not None and change.now.elapsed_s is not None:
                of = change.declaration
                metrics.release_time.labels(
                    metrics.offices.of(of.office), label(of.direction), label(of.channel_final), change.code
                ).observe(change.now.elapsed_s)
        self._see_latest(batch)

    def _see_latest(self, batch: Batch) -> None:
        last = self._last_event_us
        moved = set()
        for event in batch.fresh:
            key = (event.source, self._metrics.offices.of(event.attrs.office if event.attrs else None))
            if event.occurred_us > last.get(key, -1):
                last[key] = event.occurred_us
                moved.add(key)
        for key in moved:
            self._metrics.last_event.labels(*key).set(last[key] / 1e6)

    def passed(self, partitions: Sequence[tuple[int, FedPack]]) -> None:
        """Move the watermark over packs, given with their partitions: max occurred_at - bound - 1 ms for each."""
        latest = self._latest_us
        for partition, fed in partitions:
            if fed.pack.events:
                highest = max(event.occurred_us for event in fed.pack.events)
                latest[partition] = max(highest, latest.get(partition, highest))
        if latest:
            self._metrics.watermark.set((min(latest.values()) - self._bound_us - 1_000) / 1e6)
