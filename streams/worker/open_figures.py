"""What is open, in one statement: how much of it, since when, how old, and what is stuck."""

from __future__ import annotations

from collections import Counter
from typing import Final

from clickhouse_connect.driver.client import Client

from streams.metrics.labels import CHANNELS, DIRECTIONS, Known
from streams.metrics.registry import Metrics
from streams.metrics.series import AGES, OPEN_STAGES
from streams.store.schema import DATABASE

_STAGES: Final = Known({stage for stage, _ in OPEN_STAGES})
_WAITING_ON: Final = Known({who for _, who in OPEN_STAGES})

_NOW: Final = f"SELECT toUnixTimestamp64Milli(now) FROM {DATABASE}.clock"
_OPEN: Final = f"""
WITH fromUnixTimestamp64Milli({{now:Int64}}) AS at
SELECT office, direction, channel_final, stage, waiting_on, count(), min(toUnixTimestamp64Milli(registered_at)),
       countIf(in_scope AND stage_due < at), countIf(in_scope AND due_2h_working < at),
       countIf(in_scope AND due_8h_working < at), countIf(in_scope AND registered_at + INTERVAL 15 DAY < at),
       countIf(in_scope AND registered_at + INTERVAL 30 DAY < at), countIf(in_scope AND target_due < at)
FROM {DATABASE}.declarations FINAL
WHERE status = 'open'
GROUP BY ALL
"""


class OpenFigures:
    """Fills the gauges of what is open, from the store."""

    def __init__(self, client: Client, metrics: Metrics) -> None:
        self._client = client
        self._metrics = metrics

    def now_ms(self) -> int | None:
        """Return the clock that ages are told against, in milliseconds; None where it has not begun."""
        rows = self._client.query(_NOW).result_rows
        now_ms = rows[0][0] if rows else None
        return int(now_ms) if now_ms else None

    def look(self, now_ms: int) -> None:
        """Fill them as of an instant."""
        metrics = self._metrics
        opened, stuck, older = (
            Counter[tuple[str, ...]](),
            Counter[tuple[str, ...]](),
            Counter[tuple[str, ...]](),
        )
        oldest: dict[tuple[str, ...], float] = {}
        rows = self._client.query(_OPEN, parameters={"now": now_ms}).result_rows
        for office, direction, channel, stage, waiting_on, count, first_ms, stuck_n, *marks in rows:
            place = (metrics.offices.of(office), DIRECTIONS.of(direction), CHANNELS.of(channel))
            standing = (*place, _STAGES.of(stage), _WAITING_ON.of(waiting_on))
            opened[standing] += count
            oldest[place] = min(first_ms / 1000, oldest.get(place, first_ms / 1000))
            if stuck_n:
                stuck[standing] += stuck_n
            for age, older_n in zip(AGES, marks, strict=True):
                if older_n:
                    older[*place, age] += older_n
        metrics.open.replace(opened)
        metrics.oldest_open.replace(oldest)
        metrics.stuck.replace(stuck)
        metrics.open_older.replace(older)

    def forget(self) -> None:
        """Say nothing of it from now on: what was found is too old."""
        metrics = self._metrics
        for gauge in (metrics.open, metrics.oldest_open, metrics.stuck, metrics.open_older):
            gauge.clear()
