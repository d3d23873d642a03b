"""Picks the new events that are so far behind others that windows holding them may be final already.

Whether they are is judged where the windows are computed, by the merged watermark of all partitions.
"""

from __future__ import annotations

from streams.core.span_message import Straggler
from streams.pipeline.batch import Batch


class Stragglers:
    """Remembers the latest event time heard of, from this worker's batches and from the store (`heard`)."""

    def __init__(self, slack_s: int) -> None:
        self._slack_us = slack_s * 1_000_000
        self._latest_us = 0

    def heard(self, instant_us: int) -> None:
        """Take note of an event time that others have reached."""
        self._latest_us = max(self._latest_us, instant_us)

    def among(self, batch: Batch, latest_us: int) -> list[Straggler]:
        """Return the new events of a batch that are more than the slack behind the latest one known.

        `latest_us` is the latest event time of the batch that is to be believed.
        """
        self.heard(latest_us)
        limit = self._latest_us - self._slack_us
        late = {id(event) for event in batch.fresh if event.occurred_us < limit}
        if not late:
            return []
        return [
            Straggler(
                event.declaration_key,
                event.event_id,
                event.event_type,
                event.occurred_us // 1000,
                one.feed.topic,
                one.feed.generation,
                event.partition,
                event.offset,
            )
            for one, _, _ in batch.events
            if id(event := one.event) in late
        ]
