"""What a department is to reach in a year: as reference data says it, to be held against what was registered."""

from __future__ import annotations

from typing import Literal

import msgspec

Measure = Literal["declarations", "turnover_usd", "revenue_vnd"]
"""What can have a target: declarations registered, their value in US dollars, their duties and taxes in dong."""


class YearlyTarget(msgspec.Struct, frozen=True, kw_only=True):
    """So much of a measure is to be reached in a year: by one office, or by all of them together (None)."""

    year: int
    measure: Measure
    value: int
    office: str | None = None
