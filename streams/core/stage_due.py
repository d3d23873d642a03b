"""When an open declaration will have been in its stage for too long: the limit of the stage, counted from its begin."""

from __future__ import annotations

from typing import Protocol

from streams.core.deadlines import due_us
from streams.core.limits import StageLimit
from streams.core.working_time import WorkingCalendar


class LimitSource(Protocol):
    """The limits of stages that declarations are held to."""

    def stage_limit_of(
        self, stage: str, waiting_on: str | None, office: str | None, at_us: int
    ) -> StageLimit | None:
        """Return the narrowest limit of a stage that is valid at an instant, None where there is none."""


def stage_due_us(
    stage: str,
    waiting_on: str | None,
    since_us: int,
    office: str | None,
    calendar: WorkingCalendar,
    source: LimitSource,
) -> int | None:
    """Return when the limit of a stage expires that began at an instant, None where it has none.

    Instants are microseconds since the epoch; `calendar` is that of the office. Raises what `due_us` raises.
    """
    limit = source.stage_limit_of(stage, waiting_on, office, since_us)
    return None if limit is None else due_us(limit, since_us, calendar)


class KeptStageDue:
    """What `stage_due_us` says of one declaration, found anew only where something that it depends on has moved."""

    __slots__ = ("_asked", "_found", "_source")

    def __init__(self) -> None:
        self._asked: tuple[str, str | None, int, str | None] | None = None
        self._source: LimitSource | None = None
        self._found: int | None = None

    def of(
        self,
        stage: str,
        waiting_on: str | None,
        since_us: int,
        office: str | None,
        calendar: WorkingCalendar,
        source: LimitSource,
    ) -> int | None:
        """Return what `stage_due_us` returns."""
        asked = (stage, waiting_on, since_us, office)
        if self._asked != asked or self._source is not source:
            self._found = stage_due_us(stage, waiting_on, since_us, office, calendar, source)
            self._asked, self._source = asked, source
        return self._found
