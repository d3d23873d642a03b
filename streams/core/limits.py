"""How long a declaration may stay in one stage, and how long a feed may be silent: data with validity dates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from streams.core.office_hours import Validity

DEFAULT_SILENCE_S: Final = 2 * 3_600
"""The working time without an event, in seconds, after which a feed counts as silent where nothing else is said."""


class StageLimit(Validity, frozen=True, kw_only=True):
    """An open declaration shall stay in a stage no longer than so many seconds, on the `elapsed` or `working` clock.

    A party waited for, or an office, that is None means every one. Working time is that of the declaration's office.
    """

    stage: str
    clock: str
    seconds: int
    waiting_on: str | None = None
    office: str | None = None

    @property
    def place(self) -> tuple[str, str | None, str | None]:
        """The stage and what it is narrowed to; two limits of one place are not valid at a time."""
        return (self.stage, self.waiting_on, self.office)

    @property
    def narrowness(self) -> tuple[bool, bool]:
        """The greater goes first: one for an office before one for a party before a general one."""
        return (self.office is not None, self.waiting_on is not None)


class StageLimits:
    """All limits of stages, to be asked for the one that holds."""

    def __init__(self, limits: Sequence[StageLimit]) -> None:
        self._by_stage: dict[str, list[StageLimit]] = {}
        for limit in sorted(limits, key=lambda limit: limit.narrowness, reverse=True):
            self._by_stage.setdefault(limit.stage, []).append(limit)

    def of(self, stage: str, waiting_on: str | None, office: str | None, day: date) -> StageLimit | None:
        """Return the narrowest limit that is valid on a day, None where there is none.

        What is None of a declaration matches no narrow limit.
        """
        for limit in self._by_stage.get(stage, ()):
            if limit.waiting_on in (None, waiting_on) and limit.office in (None, office) and limit.holds(day):
                return limit
        return None


class SilenceLimit(Validity, frozen=True, kw_only=True):
    """An office's feed counts as silent after so many working seconds without an event; None: every office's."""

    seconds: int
    office: str | None = None


def silence_limit_s(limits: Sequence[SilenceLimit], office: str | None, day: date) -> int:
    """Return the seconds of working time after which a feed counts as silent: an office's own limit goes first."""
    valid = {limit.office: limit.seconds for limit in limits if limit.holds(day)}
    return valid.get(office, valid.get(None, DEFAULT_SILENCE_S))
