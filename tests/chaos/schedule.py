"""What is done to the pipeline and when: drawn from a seed, so that a bad run can be had again."""

from __future__ import annotations

from enum import StrEnum
from random import Random
from typing import Final, NamedTuple


class Kind(StrEnum):
    """What can be done to the pipeline."""

    KILL = "SIGKILL"
    PAUSE = "SIGSTOP"
    SCALE = "scale"
    BROKER = "broker SIGKILL"
    STORE = "store SIGKILL"


class Act(NamedTuple):
    """One deed, due when `at` events are sent. `draw` (0 to 1) chooses the victim; `amount` is workers, or seconds."""

    at: int
    kind: Kind
    draw: float = 0.0
    amount: float = 0.0


class Plan(NamedTuple):
    """How large a run is. Times in seconds, `speed` in events a second."""

    seed: int
    events: int
    speed: float
    kills: int
    pauses: int
    outage_s: float
    crew: tuple[int, ...]
    """How many workers there are, one after the other."""
    session_timeout_s: float = 3.0
    window_days: float | None = None
    """For how many days windows of every size are kept; None: as the settings have it."""

    @property
    def environment(self) -> dict[str, str]:
        """What the stream and the backfill have to be run with, both."""
        sizes = () if self.window_days is None else ("1H", "24H", "7D", "30D")
        return {f"RELEASE_MONITOR_WINDOW_DAYS_{size}": str(self.window_days) for size in sizes}

    @property
    def most_behind(self) -> int:
        """The feed waits for a pipeline that is so many events behind."""
        return max(10_000, self.events // 7)


_KILLS_WITHIN: Final = (0.03, 0.97)
_PAUSES_WITHIN: Final = (0.25, 0.8)
_BROKER_WITHIN: Final = (0.25, 0.4)
_STORE_WITHIN: Final = (0.5, 0.6)
_SETTLE_S: Final = 1.0


def schedule(plan: Plan) -> list[Act]:
    """Draw what happens in a run, in order. The same plan gives the same schedule.

    It begins with the first crew at work, which changes at equal distances, give or take. Each kill has a span of
    events and a part of the draws of its own, so that no part of a worker is left out; within these it falls anywhere,
    so on a pipeline too that still looks for its broker or its store. A pause is longer than the session timeout: the
    paused one is given up for dead and comes back as a zombie that believes in what it had.
    """
    chance = Random(f"{plan.seed} chaos")

    def within(bounds: tuple[float, float]) -> int:
        return int(plan.events * chance.uniform(*bounds))

    acts = []
    for place, count in enumerate(plan.crew[1:], 1):
        middle = place / len(plan.crew)
        acts.append(Act(within((middle - 0.04, middle + 0.04)), Kind.SCALE, amount=count))
    draws = [(number + chance.random()) / plan.kills for number in range(plan.kills)]
    chance.shuffle(draws)
    first, last = _KILLS_WITHIN
    for number, draw in enumerate(draws):
        share = (number + chance.random()) / plan.kills
        acts.append(Act(int(plan.events * (first + share * (last - first))), Kind.KILL, draw))
    for _ in range(plan.pauses):
        pause_s = plan.session_timeout_s + _SETTLE_S + chance.uniform(0, 3)
        acts.append(Act(within(_PAUSES_WITHIN), Kind.PAUSE, chance.random(), pause_s))
    acts.append(Act(within(_BROKER_WITHIN), Kind.BROKER))
    if plan.outage_s:
        acts.append(Act(within(_STORE_WITHIN), Kind.STORE, amount=plan.outage_s))
    return sorted(acts)
