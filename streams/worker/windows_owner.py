"""Holds the windows while the consumer group gives them to this process, through faults of the store and the broker."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import msgspec
import structlog

from streams.worker.steps import PASSING_FAULTS, Delivery
from streams.worker.window_steps import LostOwnershipError, WindowSteps

log = structlog.get_logger()

_LONGEST_PAUSE_S: Final = 5.0
_IDLE_S: Final = 0.05
_MOST_WAITING: Final = 32


class WindowsOwner:
    """Use from one event loop; the work itself is done in one thread.

    `open_anew` begins an ownership, `given_up` is called when this process has the windows no longer.
    """

    def __init__(self, open_anew: Callable[[], WindowSteps], given_up: Callable[[], None]) -> None:
        self._open_anew = open_anew
        self._given_up = given_up
        self._pool = ThreadPoolExecutor(1, "windows")
        self._steps: WindowSteps | None = None
        self._wanted = False
        self._waiting: deque[Delivery] = deque()
        self._taken: deque[Delivery] = deque()
        self._room = asyncio.Event()

    def wanted(self, yes: bool) -> None:
        """Say whether the consumer group gives the windows to this process. What was delivered before is dropped."""
        self._wanted = yes
        self._waiting.clear()
        self._taken.clear()
        self._room.set()

    async def deliver(self, deliveries: Sequence[Delivery]) -> None:
        """Pass on messages of the spans topic; returns when there is room for more."""
        self._waiting.extend(deliveries)
        if len(self._waiting) > _MOST_WAITING:
            self._room.clear()
            await self._room.wait()

    async def run(self) -> None:
        """Work for ever. Raises what is no passing fault of the store or the broker."""
        loop = asyncio.get_running_loop()
        pause = 0.2
        while True:
            if not self._wanted:
                if self._steps is not None:
                    self._steps = None
                    self._given_up()
                await asyncio.sleep(_IDLE_S)
                continue
            try:
                more = await loop.run_in_executor(self._pool, self._work)
            except LostOwnershipError:
                log.warning("windows: another worker has begun to compute them")
                # The consumer group still says they are ours: begin anew, and so take them back. What was taken in is
                # in the store, but only the new steps can say that it may be acknowledged.
                self._steps = None
                self._waiting.extendleft(reversed(self._taken))
                self._taken.clear()
            except PASSING_FAULTS as error:
                text = str(error).strip()
                reason = text.splitlines()[0][:300] if text else type(error).__name__
                log.warning("windows: waiting for the store or the broker", error=reason, pause_s=pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE_S)
            else:
                pause = 0.2
                self._acknowledge()
                self._room.set()
                if not more and not self._waiting:
                    await asyncio.sleep(_IDLE_S)

    def _work(self) -> bool:
        if self._steps is None:
            self._steps = self._open_anew()
        steps = self._steps
        while self._wanted:
            try:
                delivery = self._waiting.popleft()
            except IndexError:
                break
            try:
                steps.take(delivery.offset, delivery.value)
            except msgspec.MsgspecError as error:
                # Nobody but a worker should write here. All that such a message can tell is in the store.
                log.error(
                    "windows: passed over a message that is none", offset=delivery.offset, error=str(error)
                )
            self._taken.append(delivery)
        return steps.round()

    def _acknowledge(self) -> None:
        """Acknowledge what is known to be taken in: the store says so."""
        if self._steps is None:
            return
        said = self._steps.said_offset
        while self._taken and self._taken[0].offset < said:
            self._taken.popleft().ack()
