"""The names of all faults, and how often each befalls what it can befall (domain, section 9)."""

from __future__ import annotations

from random import Random
from typing import Final

from streams.simulator import life_faults as life
from streams.simulator import record_faults as record

LIFE_FAULTS: Final[dict[str, tuple[float, life.LifeFault]]] = {
    "channel_change": (0.02, life.channel_change),
    "inspection_cancelled": (0.01, life.inspection_cancelled),
    "conditional": (0.02, life.conditional),
    "held": (0.005, life.held),
    "cleared_cancelled": (0.003, life.cleared_cancelled),
    "reverted": (0.004, life.reverted),
    "split": (0.005, life.split),
}
"""Share of the declarations that it fits, and the fault: what is unusual, but true."""

RECORD_FAULTS: Final[dict[str, tuple[float, record.RecordFault]]] = {
    "missing_check_start": (0.04, record.missing_check_start),
    "date_only_arrival": (0.25, record.date_only_arrival),
    "officer_rounded": (0.15, record.officer_rounded),
    "correction": (0.015, record.correction),
    "retraction": (0.005, record.retraction),
    "duplicate_event": (0.0085, record.duplicate_event),
    "conflicting_id": (0.002, record.conflicting_id),
    "second_source": (0.01, record.second_source),
    "orphan": (0.002, record.orphan),
    "future": (0.003, record.future),
    "unknown_code": (0.003, record.unknown_code),
    "negative": (0.003, record.negative),
    "clamped": (0.002, record.clamped),
    "before_registration": (0.002, record.before_registration),
}
"""Share of the declarations that it fits, and the fault: what is told wrong."""

LATE_SHARE: Final = 0.01
VERY_LATE_SHARE: Final = 0.001
DISORDER_SHARE: Final = 0.02
DUPLICATE_SHARE: Final = 0.005
POISON_SHARE: Final = 0.005
LOST_SHARE: Final = 0.001
"""Shares of the messages."""

MESSAGE_FAULTS: Final = ("late", "disorder", "duplicate", "poison", "lost")
SPELL_FAULTS: Final = ("outage", "clock_step", "silent_office", "replayed_day")
FEED_FAULTS: Final = (*SPELL_FAULTS, "clock_skew")
BREAKDOWN: Final = "scanner_breakdown"

FAULTS: Final = frozenset({*LIFE_FAULTS, *RECORD_FAULTS, *MESSAGE_FAULTS, *FEED_FAULTS, BREAKDOWN})
"""The names of all faults."""

USUAL: Final = FAULTS - {BREAKDOWN}
"""What `all` stands for: whatever can be wrong with a feed. A breakdown is an incident, asked for by its name."""


class Roll:
    """Chooses at most one of the asked-for faults for a declaration, so that what is found there has one cause."""

    def __init__(self, faults: frozenset[str]) -> None:
        table = {**LIFE_FAULTS, **RECORD_FAULTS}
        self._limits: list[tuple[float, str]] = []
        limit = 0.0
        for name, (share, _) in table.items():
            # Every fault has its own stretch of the roll, whichever others are asked for.
            limit += share
            if name in faults:
                self._limits.append((limit, name))
        self._shares = {name: share for name, (share, _) in table.items()}

    def choose(self, chance: Random) -> str | None:
        """Roll once."""
        drawn = chance.random()
        for limit, name in self._limits:
            if limit - self._shares[name] <= drawn < limit:
                return name
        return None


def check_names(faults: frozenset[str]) -> None:
    """Raise ValueError for the name of a fault that there is not."""
    unknown = faults - FAULTS
    if unknown:
        raise ValueError(
            f"no such fault: {', '.join(sorted(unknown))}; there are {', '.join(sorted(FAULTS))}"
        )
