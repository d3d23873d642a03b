"""The open intervals that have a target: how old each is on its target's clock, and when the target expires."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol

import numpy as np

from streams.core.deadlines import TargetSource, due_us
from streams.core.declaration import Calendars
from streams.core.span_block import CODES, Ints
from streams.core.targets import Target

WITH_OWN_START: Final[tuple[str, ...]] = tuple(code for code in CODES if code not in ("AMEND", "OGA"))
"""The intervals whose age runs from their start; the others add up episodes, and while one runs they have no length."""

_MS: Final = 1_000


class Targeting(Calendars, TargetSource, Protocol):
    """The offices' working times and targets."""

    @property
    def targets(self) -> Sequence[Target]:
        """All targets, whenever they are valid."""


class OpenSpan(NamedTuple):
    """An interval that has begun and not ended: whose it is, and when it began (milliseconds since the epoch)."""

    interval_code: str
    office: str | None
    direction: str | None
    channel: int | None
    started_ms: int


class Kind(NamedTuple):
    """What the open intervals are told apart by when it is asked how long such ones last."""

    interval_code: str
    clock: str
    office: str | None
    direction: str | None
    channel: int | None


@dataclass(frozen=True, slots=True, eq=False)
class OpenTargets:
    """Open intervals with a target, as of an instant, in columns of one length.

    `at_ms` is that instant, `age_s` the age then and `target_s` the target, in whole seconds of the target's clock;
    `due_ms` when the target expires, or did. Instants are milliseconds since the epoch.
    """

    at_ms: int
    kinds: list[Kind]
    age_s: Ints
    target_s: Ints
    due_ms: Ints

    def __len__(self) -> int:
        return len(self.kinds)


def open_targets(spans: Iterable[OpenSpan], at_ms: int, reference: Targeting) -> OpenTargets:
    """Find the targets of intervals that are open at an instant; those without one are left out.

    The target is the one that was valid when the interval began. AMEND and OGA are left out, whatever their targets.
    Raises ValueError where an interval begins later than that instant.
    """
    kinds: list[Kind] = []
    ages: list[int] = []
    lengths: list[int] = []
    dues: list[int] = []
    for code, office, direction, channel, started_ms in spans:
        if started_ms > at_ms:
            raise ValueError(f"a {code} that begins at {started_ms} ms is not open at {at_ms} ms")
        if code not in WITH_OWN_START:
            continue
        target = reference.target_of(code, direction, channel, office, started_ms * _MS)
        if target is None:
            continue
        kinds.append(Kind(code, target.clock, office, direction, channel))
        ages.append(_age_s(target, office, started_ms, at_ms, reference))
        lengths.append(target.seconds)
        dues.append(due_us(target, started_ms * _MS, reference.calendar_of(office)) // _MS)
    as_ints = (np.array(column, np.int64) for column in (ages, lengths, dues))
    return OpenTargets(at_ms, kinds, *as_ints)


def _age_s(target: Target, office: str | None, started_ms: int, at_ms: int, calendars: Calendars) -> int:
    if target.clock == "elapsed":
        return (at_ms - started_ms) // 1000
    calendar = calendars.calendar_of(office)
    return (calendar.total_us(at_ms * _MS) - calendar.total_us(started_ms * _MS)) // 1_000_000
