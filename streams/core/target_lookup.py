"""The targets of many intervals at a time: asked once for each interval, group of declarations and day."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from streams.core.open_targets import Targeting
from streams.core.span_block import CODES, Bools, Ints
from streams.core.span_table import SpanTable

NO_TARGET: Final = -1

_DAY_BITS: Final = 17
_CODE_BITS: Final = 4
_FIRST_DAY: Final = 366
"""Days are counted from 1970, and an instant may be of 1969; they reach 2299, and with this they are 0 or more."""


class Found(NamedTuple):
    """The targets of some intervals: whole seconds, NO_TARGET where there is none, and whether of the working clock."""

    seconds: Ints
    is_working: Bools


class TargetLookup:
    """Finds the narrowest target that was valid when an interval began, as `Targeting.target_of` does."""

    __slots__ = ("_known", "_reference", "codes")

    def __init__(self, reference: Targeting) -> None:
        self._reference = reference
        self._known: dict[int, tuple[int, bool]] = {}
        codes = {CODES.index(target.interval) for target in reference.targets}
        self.codes: Ints = np.array(sorted(codes), np.int64)
        """The intervals that have any target, by their place in CODES."""

    def of(self, table: SpanTable, codes: Ints, groups: Ints, starts_ms: Ints) -> Found:
        """Return the targets of intervals of some codes and groups of a table, by when they began."""
        days = np.zeros(len(starts_ms), np.int64)
        calendar_of = table.calendar_of[groups]
        for place, calendar in enumerate(table.calendars):
            chosen = calendar_of == place
            days[chosen] = calendar.days_of(starts_ms[chosen] * 1000)
        packed = (groups << _CODE_BITS | codes) << _DAY_BITS | days + _FIRST_DAY
        names, first, inverse = np.unique(packed, return_index=True, return_inverse=True)
        known = self._known
        found = []
        for name, place in zip(names.tolist(), first.tolist(), strict=True):
            one = known.get(name)
            if one is None:
                one = known[name] = self._ask(
                    table, int(codes[place]), int(groups[place]), int(starts_ms[place])
                )
            found.append(one)
        columns = np.array(found, np.int64).reshape(-1, 2)[inverse]
        return Found(columns[:, 0], columns[:, 1].astype(np.bool_))

    def _ask(self, table: SpanTable, code: int, group: int, start_ms: int) -> tuple[int, bool]:
        office, direction, channel = table.groups.members[group]
        target = self._reference.target_of(CODES[code], direction, channel, office, start_ms * 1000)
        return (NO_TARGET, False) if target is None else (target.seconds, target.clock == "working")
