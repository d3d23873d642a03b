"""What a run has to tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from statistics import median
from typing import NamedTuple

from .recovery import Incident
from .schedule import Kind, Plan


class Report(NamedTuple):
    """One run that came to its end with every view as it should be. `seconds` from the first event to the last row."""

    plan: Plan
    incidents: Sequence[Incident]
    ends: Mapping[int, int]
    rebalances: Mapping[str, int]
    packed_again: int
    replays: int
    views: Mapping[str, int]
    seconds: float

    def lines(self) -> Iterator[str]:
        """Yield the report as lines of text."""
        plan = self.plan
        yield f"seed {plan.seed}: {plan.events:,} events in {self.seconds:.0f} s, workers {_arrows(plan.crew)}"
        yield "    at s  what             recovered  caught up  where"
        for one in self.incidents:
            yield (
                f"{one.at_s:8.1f}  {one.what:<15}{_after(one, one.growth_s):>11}{_after(one, one.caught_up_s):>11}"
                f"  {one.victim}{_lasted(one)}"
            )
        yield "recovered: from the end of the cause to the next growth of the accounted positions; caught up: until as"
        yield "many are accounted for as had been sent when it began; -: the run was over before."
        kills = [one for one in self.incidents if one.what == Kind.KILL]
        of_part = Counter(one.victim.partition(" ")[0] for one in kills)
        yield f"kills: {len(kills)} ({', '.join(f'{n} {part}' for part, n in sorted(of_part.items()))})"
        took = [one.growth_s - one.at_s for one in kills if one.growth_s is not None]
        if took:
            yield f"recovery after a kill: median {median(took):.1f} s, longest {max(took):.1f} s"
        ends = ", ".join(f"{_code(code)}: {n}" for code, n in sorted(self.ends.items())) or "none"
        yield f"ends of workers that nobody asked for: {ends}"
        yield f"rebalances: {', '.join(f'{group} {n}' for group, n in sorted(self.rebalances.items()))}"
        yield f"replays skipped: {self.replays:,} at least; packed again by intakes: {self.packed_again:,} messages"
        yield "equal to the backfill, row for row:"
        for view, rows in self.views.items():
            yield f"  {view:<22}{rows:>12,} rows"


def _arrows(crew: Sequence[int]) -> str:
    return " → ".join(map(str, crew))


def _after(incident: Incident, at_s: float | None) -> str:
    return "-" if at_s is None or incident.ended_s is None else f"{max(0.0, at_s - incident.ended_s):.1f} s"


def _lasted(incident: Incident) -> str:
    if incident.ended_s is None or incident.ended_s == incident.at_s:
        return ""
    return f" (lasted {incident.ended_s - incident.at_s:.1f} s)"


def _code(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"
