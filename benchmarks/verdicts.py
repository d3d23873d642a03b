"""Floors that have to be met and aims that should be reached, and the words for whether they are."""

from __future__ import annotations

from typing import Final, NamedTuple


class Mark(NamedTuple):
    """A floor and an aim. `least`: whether at least that much is asked for, or at most; `per` is the unit."""

    floor: float
    aim: float
    per: str
    what: str
    least: bool = True

    def verdict(self, measured: float) -> str:
        """Say in a line whether the floor is met and the aim reached."""
        floor = "met" if self._meets(measured, self.floor) else "not met"
        aim = "reached" if self._meets(measured, self.aim) else "not reached"
        asked = f"floor {self.floor:,g}{self.per} {self.what}: {floor}, aim {self.aim:,g}{self.per}: {aim}"
        return f"{asked} (measured {self._written(measured)}{self.per})"

    def _meets(self, measured: float, mark: float) -> bool:
        return measured >= mark if self.least else measured <= mark

    def _written(self, measured: float) -> str:
        return f"{measured:,.2f}" if self.floor < 1_000 else f"{measured:,.0f}"


BASELINE: Final = Mark(3, 6, " x", "baseline")
"""The pipeline on one worker in multiples of the per-event Faust agent."""

QUIX: Final = Mark(2, 3, " x", "Quix Streams")
"""The pipeline on one worker in multiples of the job in Quix Streams."""

ONE_WORKER: Final = Mark(20_000, 40_000, "/s", "pipeline, 1 worker")
CORE: Final = Mark(60_000, 100_000, "/s", "decode + fold on one core")
FRESH: Final = Mark(
    2, 1, " s", "p99 freshness at half load, of the slowest of what people look at", least=False
)
