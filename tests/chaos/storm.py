"""Carries a schedule out on a running machine."""

from __future__ import annotations

import heapq
import signal
import threading
from collections import deque
from collections.abc import Callable, Sequence
from itertools import count
from typing import Final

from .feed import Feeding
from .machine import Machine
from .processes import Target
from .recovery import Incident, Sampler
from .schedule import Act, Kind

_RETRY_S: Final = 0.3
_PATIENCE_S: Final = 10.0
"""How long a deed waits for a part that is just being started; after that it falls on another."""


class Storm:
    """Does what is due. Slow deeds run in threads, so that others fall into them."""

    def __init__(
        self,
        machine: Machine,
        acts: Sequence[Act],
        feeding: Feeding,
        sampler: Sampler,
        clock: Callable[[], float],
        say: Callable[[str], None],
    ) -> None:
        self._machine = machine
        self._feeding = feeding
        self._sampler = sampler
        self._clock = clock
        self._say = say
        self._parts: set[str] = set()
        self._acts = deque(acts)
        self._order = count()
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._errors: list[Exception] = []
        self._slow: list[threading.Thread] = []

    def _later(self, seconds: float, action: Callable[[], None]) -> None:
        heapq.heappush(self._due, (self._clock() + seconds, next(self._order), action))

    def tick(self) -> None:
        """Do what is due now. Raises what went wrong with something slow."""
        while self._acts and self._acts[0].at <= self._feeding.sent:
            self._do(self._acts.popleft())
        while self._due and self._due[0][0] <= self._clock():
            heapq.heappop(self._due)[2]()
        if self._errors:
            raise self._errors[0]

    @property
    def over(self) -> bool:
        """Whether everything is done."""
        return not self._acts and not self._due and not any(thread.is_alive() for thread in self._slow)

    def join(self) -> None:
        """Wait for what is still being started, so that it can be stopped."""
        for thread in self._slow:
            thread.join(120)

    def _do(self, act: Act) -> None:
        match act.kind:
            case Kind.SCALE:
                self._note(act, f"to {act.amount:.0f} workers")
                self._machine.crew.scale(int(act.amount))
            case Kind.KILL | Kind.PAUSE:
                self._hurt(act, self._clock() + _PATIENCE_S)
            case Kind.BROKER:
                self._in_thread(self._note(act, "", ended=False), self._machine.restart_broker)
            case Kind.STORE:
                self._in_thread(
                    self._note(act, f"for {act.amount:.0f} s", ended=False),
                    lambda: self._outage(act.amount),
                )

    def _hurt(self, act: Act, patient_until_s: float) -> None:
        victim = self._victim(act.draw, self._clock() < patient_until_s)
        if victim is None:
            self._later(_RETRY_S, lambda: self._hurt(act, patient_until_s))
        elif act.kind is Kind.KILL:
            victim.send(signal.SIGKILL)
            self._note(act, str(victim))
        elif victim.send(signal.SIGSTOP):
            incident = self._note(act, f"{victim} for {act.amount:.1f} s", ended=False)
            self._later(act.amount, lambda: self._wake(victim, incident))

    def _victim(self, draw: float, patient: bool) -> Target | None:
        """Choose a part of a worker by lot, then one process of that part; None while there is none."""
        targets = self._machine.crew.targets()
        if not targets:
            return None
        there = {target.part for target in targets}
        self._parts |= there
        parts = sorted(self._parts if patient else there)
        place = draw * len(parts)
        suited = [target for target in targets if target.part == parts[int(place)]]
        return suited[int(place % 1 * len(suited))] if suited else None

    def _wake(self, victim: Target, incident: Incident) -> None:
        victim.send(signal.SIGCONT)
        incident.ended_s = self._clock()

    def _outage(self, seconds: float) -> None:
        store = self._machine.store
        store.kill()
        threading.Event().wait(seconds)
        store.start()

    def _note(self, act: Act, victim: str, *, ended: bool = True) -> Incident:
        incident = Incident(self._clock(), act.kind, victim, self._feeding.sent, ended)
        self._sampler.incidents.append(incident)
        self._say(f"{act.kind} {victim}")
        return incident

    def _in_thread(self, incident: Incident, action: Callable[[], None]) -> None:
        def run() -> None:
            try:
                action()
            except Exception as error:
                self._errors.append(error)
            incident.ended_s = self._clock()

        thread = threading.Thread(target=run, name=incident.what)
        self._slow.append(thread)
        thread.start()
