"""What a worker knows of itself, and what follows for /healthz and /readyz."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping

from streams.metrics.registry import Metrics
from streams.metrics.server import Verdict
from streams.worker.standstill import Standstill


class Status:
    """Signs of life of a worker's parts. Safe to use from every thread; times are of the monotonic clock."""

    def __init__(self, metrics: Metrics, stall_timeout_s: float) -> None:
        self._lock = threading.Lock()
        self._metrics = metrics
        self._stall_timeout_s = stall_timeout_s
        self._beats: dict[str, float] = {}
        self._standstill = Standstill()
        self._pending_since: float | None = None
        self._sink_errors: dict[str, str] = {}
        self._unseen: dict[str, str] = {}
        self._fatal: str | None = None
        self._assigned = False

    def beat(self, part: str) -> None:
        """Say that a part (`loop`, `intake`) is alive."""
        with self._lock:
            self._beats[part] = time.monotonic()

    def assigned(self, yes: bool) -> None:
        """Say whether the consumer group has given this worker its part of the work, which may be none."""
        with self._lock:
            self._assigned = yes

    def reads(self, partitions: Iterable[int]) -> None:
        """Say which partitions of the packed topic this worker was given."""
        with self._lock:
            self._standstill.given(partitions)

    def stands(self, places: Mapping[int, tuple[int, int]]) -> None:
        """Take in what is committed of each partition of the packed topic, and where it ends."""
        with self._lock:
            self._standstill.look(time.monotonic(), places, waits=bool(self._sink_errors))

    def working(self, pending: bool) -> None:
        """Say that work was begun, or that all that was begun is done."""
        with self._lock:
            self._pending_since = time.monotonic() if pending else None

    def sink_failed(self, part: str, error: str) -> None:
        """Say that ClickHouse or Kafka did not take what a part (`fold`, `write`) needs; it waits and tries again."""
        with self._lock:
            self._sink_errors[part] = error
        self._metrics.sink_failures.inc()
        self._metrics.sink_stalled.set(1)

    def sink_works(self, part: str) -> None:
        """Say that a part got through."""
        with self._lock:
            if self._sink_errors.pop(part, None) is None or self._sink_errors:
                return
            if self._pending_since is not None:
                self._pending_since = time.monotonic()  # what it waited for is no stall
        self._metrics.sink_stalled.set(0)

    def unseen(self, part: str, error: str | None) -> None:
        """Say that the monitor has not reached the store or Kafka for long, or with None that it does again."""
        with self._lock:
            if error is None:
                self._unseen.pop(part, None)
            else:
                self._unseen[part] = error

    def died(self, reason: str) -> None:
        """Say that a part is dead and will not come back in this process."""
        with self._lock:
            self._fatal = reason

    @property
    def fatal(self) -> str | None:
        """Why this worker has to end, if it has to."""
        return self._fatal

    def stalls(self) -> list[str]:
        """Say what has made no progress for longer than the stall timeout; waiting for a sink is not that."""
        now = time.monotonic()
        reasons = []
        with self._lock:
            for part, beaten in self._beats.items():
                if now - beaten > self._stall_timeout_s:
                    reasons.append(f"{part}: no sign of life for {now - beaten:.0f} s")
            pending = self._pending_since
            if pending is not None and not self._sink_errors and now - pending > self._stall_timeout_s:
                reasons.append(f"agent: no progress for {now - pending:.0f} s")
            for partition, still_s in self._standstill.longer_than(self._stall_timeout_s).items():
                reasons.append(f"agent: packs wait in partition {partition}, none taken for {still_s:.0f} s")
        return reasons

    def healthy(self) -> Verdict:
        """Whether this process should live. A dead agent, loop or intake says no, a stalled step too."""
        reasons = [*([] if self._fatal is None else [self._fatal]), *self.stalls()]
        return Verdict(not reasons, tuple(reasons))

    def ready(self) -> Verdict:
        """Whether this worker does its work now: healthy, in its group, and ClickHouse takes what it writes."""
        reasons = list(self.healthy().reasons)
        with self._lock:
            if not self._assigned:
                reasons.append("consumer group: no assignment yet")
            if "intake" not in self._beats:
                reasons.append("intake: not started yet")
            reasons.extend(
                f"sink: waiting, then trying again ({part}): {e}" for part, e in self._sink_errors.items()
            )
            reasons.extend(
                f"monitor: {part} does not answer: {error}" for part, error in self._unseen.items()
            )
        self._metrics.ready.set(0 if reasons else 1)
        return Verdict(not reasons, tuple(reasons))
