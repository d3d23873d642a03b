"""How long an interval may last: the law's limits and a department's own targets, as data with validity dates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from streams.core.office_hours import Validity


class Target(Validity, frozen=True, kw_only=True):
    """An interval shall last no longer than so many seconds, on the `elapsed` or the `working` clock.

    `percent` of the declarations that it is for shall keep it. A direction, channel or office that is None means every
    one.
    """

    interval: str
    clock: str
    seconds: int
    direction: str | None = None
    channel: int | None = None
    office: str | None = None
    percent: int = 95

    def is_for(self, direction: str | None, channel: int | None, office: str | None) -> bool:
        """Say whether it is meant for such declarations; what is None of a declaration matches no narrow target."""
        return (
            self.direction in (None, direction)
            and self.channel in (None, channel)
            and self.office in (None, office)
        )

    @property
    def place(self) -> tuple[str, str | None, int | None, str | None]:
        """The interval and what it is narrowed to; two targets of one place are not valid at a time."""
        return (self.interval, self.direction, self.channel, self.office)

    @property
    def narrowness(self) -> tuple[bool, bool, bool]:
        """The greater goes first: an office before a channel before a direction before a general target."""
        return (self.office is not None, self.channel is not None, self.direction is not None)


class Targets:
    """All targets, to be asked for the one that holds."""

    def __init__(self, targets: Sequence[Target]) -> None:
        self.all = tuple(targets)
        self._by_interval: dict[str, list[Target]] = {}
        for target in sorted(targets, key=lambda target: target.narrowness, reverse=True):
            self._by_interval.setdefault(target.interval, []).append(target)

    def of(
        self, interval: str, direction: str | None, channel: int | None, office: str | None, day: date
    ) -> Target | None:
        """Return the narrowest target that is valid on a day, None where there is none."""
        for target in self._by_interval.get(interval, ()):
            if target.is_for(direction, channel, office) and target.holds(day):
                return target
        return None
