"""What a report says: one period beside the same one of another year, in figures without words.

Seconds and shares are exact until they are written here, as the nearest floating-point number; amounts are exact. None
is what there is not. `canonical` gives the same bytes for the same figures.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

import msgspec

from streams.core.decompose import Cause
from streams.core.period import ALL, Period
from streams.core.yearly_target import Measure

MEASURES: Final[tuple[Measure, ...]] = ("declarations", "turnover_usd", "revenue_vnd")

WHOLE: Final = "REG_REL"
PART: Final = "DOC_REL"
INTERVALS: Final = (WHOLE, PART)
"""The two intervals that are published: the whole way, and its part from the document check on."""

DIRECTIONS: Final = ("export", "import")

OUTCOMES: Final = ("post_clearance_check", "violation", "fine", "seizure")
"""The kinds of what enforcement comes to."""


class Counted(msgspec.Struct, frozen=True):
    """The declarations that an interval is of, in one year: those not cancelled before their release.

    `n` have a length, `open_n` are not released; `coverage` is the share of the others that have a length. Cancelled
    ones are beside them.
    """

    n: int
    population_n: int
    open_n: int
    cancelled_n: int
    coverage: float | None
    open_share: float | None


class Change(msgspec.Struct, frozen=True):
    """The means of both years on one clock and what changed, in seconds: raw, and standardised to last year's mix."""

    this_mean_s: float | None
    last_mean_s: float | None
    raw_change_s: float | None
    standardised_mean_s: float | None
    standardised_change_s: float | None
    matched_share: float | None


class Length(msgspec.Struct, frozen=True):
    """One interval in one direction."""

    interval: str
    direction: str
    this: Counted
    last: Counted
    elapsed: Change
    working: Change


class Excess(msgspec.Struct, frozen=True):
    """A warning: in one direction the part changed by more than the whole, in seconds, and what that is made of.

    The three causes add up to the excess; they are None where no cell has both lengths in both years.
    """

    direction: str
    part_change_s: float
    whole_change_s: float
    excess_s: float
    wait_s: float | None
    populations_s: float | None
    mix_s: float | None
    greatest: Cause | None


class Volume(msgspec.Struct, frozen=True):
    """How much there was, in one direction or in `all`, beside the other year and the target of the whole year.

    `none` is a direction too, where there are declarations of which none was said.
    """

    measure: Measure
    direction: str
    this: Decimal | None
    last: Decimal | None
    of_last: float | None
    target: Decimal | None
    of_target: float | None


class Outcomes(msgspec.Struct, frozen=True):
    """What enforcement came to, of one kind: how many cases and what they amount to, in both years; None: no amount."""

    kind: str
    this_count: int
    last_count: int
    this_vnd: Decimal | None
    last_vnd: Decimal | None


class Section(msgspec.Struct, frozen=True):
    """The figures of one office, or of `all`."""

    office: str
    lengths: tuple[Length, ...]
    excesses: tuple[Excess, ...]
    volumes: tuple[Volume, ...]
    outcomes: tuple[Outcomes, ...]

    def length(self, interval: str, direction: str) -> Length:
        """Return one interval in one direction."""
        return next(one for one in self.lengths if (one.interval, one.direction) == (interval, direction))

    def volume(self, measure: Measure, direction: str = ALL) -> Volume:
        """Return how much there was of something."""
        return next(one for one in self.volumes if (one.measure, one.direction) == (measure, direction))


class Figures(msgspec.Struct, frozen=True):
    """All that is published of a period. Every office is apart, too, where the period is about all of them."""

    period: Period
    against: int
    total: Section
    offices: tuple[Section, ...]

    def canonical(self) -> bytes:
        """Return the figures as JSON that is equal byte for byte for equal figures."""
        return _encode(self)


class Report(msgspec.Struct, frozen=True):
    """Figures, and how far they can be relied on.

    They are as of `watermark` (RFC 3339, None where nothing is stored). A period is provisional until its declarations
    have been followed for 30 days. `names` has the offices' names, by code, as (Vietnamese, English).
    """

    watermark: str | None
    this_is_provisional: bool
    last_is_provisional: bool
    names: Mapping[str, tuple[str, str]]
    figures: Figures

    def json(self) -> bytes:
        """Return all of it as JSON."""
        return _encode(self)


_encode: Final = msgspec.json.Encoder(order="sorted", decimal_format="number").encode
