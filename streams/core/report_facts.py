"""What a report is made of: sums of the finest cells, of two years."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from streams.core.decompose import Both
from streams.core.yearly_target import Measure


class Lengths(msgspec.Struct, frozen=True):
    """One interval of one cell: how many, and the sums of both lengths of those that have one, in whole seconds."""

    population_n: int
    n: int
    open_n: int
    cancelled_n: int
    elapsed_s: int
    working_s: int


class Leaf(msgspec.Struct, frozen=True):
    """One office, direction and channel in one year; `none` where it is not known."""

    office: str
    direction: str
    channel: str
    lengths: Mapping[str, Lengths]
    both: Both
    """Those with a length of the whole and of the part."""


class Worth(msgspec.Struct, frozen=True):
    """What the declarations of one office and direction in one year are worth together; None: of none it was said."""

    office: str
    direction: str
    declarations: int
    value_usd: Decimal | None
    tax_vnd: Decimal | None


class Enforced(msgspec.Struct, frozen=True):
    """What enforcement of one kind came to at one office in one year."""

    office: str
    kind: str
    count: int
    amount_vnd: Decimal | None


class YearFacts(msgspec.Struct, frozen=True):
    """All of one year."""

    leaves: tuple[Leaf, ...] = ()
    worths: tuple[Worth, ...] = ()
    enforced: tuple[Enforced, ...] = ()

    def offices(self) -> set[str]:
        """Return the codes of the offices that anything is known of."""
        return {
            *(one.office for one in self.leaves),
            *(one.office for one in self.worths),
            *(one.office for one in self.enforced),
        }

    def of(self, office: str) -> YearFacts:
        """Return what is of one office."""
        return YearFacts(
            tuple(one for one in self.leaves if one.office == office),
            tuple(one for one in self.worths if one.office == office),
            tuple(one for one in self.enforced if one.office == office),
        )

    def leaves_of(self, direction: str) -> list[Leaf]:
        """Return the cells of one direction."""
        return [leaf for leaf in self.leaves if leaf.direction == direction]


class Facts(msgspec.Struct, frozen=True):
    """Both years, the targets of the first one by office (or `all`) and measure, and the watermark in microseconds."""

    this: YearFacts
    last: YearFacts
    targets: Mapping[tuple[str, Measure], Decimal]
    watermark_us: int | None
