"""Why a part fell by more than its whole: three causes that add up exactly (domain, section 1).

A part of the way, from the check of the documents to the release, is compared with the whole way, from the registration
on. Where the means of the part moved by more than those of the whole, it looks as if the rest had moved the other way.
It may have; but it may also be that the two means are of different declarations, or that the mix moved.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from fractions import Fraction
from typing import Final, Literal

import msgspec

from streams.core.standardise import Cells, Sums, compare

Cause = Literal["wait", "populations", "mix"]
CAUSES: Final[tuple[Cause, ...]] = ("wait", "populations", "mix")


class Both(msgspec.Struct, frozen=True):
    """The declarations of a cell that have both lengths: how many, and the sums of the whole and of the part."""

    n: int
    whole_s: int
    part_s: int


class Decomposition(msgspec.Struct, frozen=True):
    """The excess, that is the raw change of the part less that of the whole, in exact seconds, and what it is made of.

    - `wait`: less the change of the wait before the part, on declarations that have both lengths. Standardised.
    - `populations`: how much more the whole changed for these than for all declarations. Standardised.
    - `mix`: the rest, by which the raw changes of part and whole differ from the standardised ones.

    They add up to the excess. `greatest` is the one that pulls it furthest its way.
    """

    excess: Fraction
    wait: Fraction
    populations: Fraction
    mix: Fraction
    greatest: Cause


def moved_more(part: Fraction | None, whole: Fraction | None) -> bool:
    """Say whether the part changed by more than the whole, in whichever direction."""
    return part is not None and whole is not None and abs(part) > abs(whole)


def decompose(
    whole: tuple[Cells, Cells],
    part: tuple[Cells, Cells],
    both: tuple[Mapping[Hashable, Both], Mapping[Hashable, Both]],
) -> Decomposition | None:
    """Take the excess of a part over its whole apart; each argument is this year's cells and last year's.

    None where there is no excess, or where no cell has declarations with both lengths in both years. The wait is the
    whole less the part, so that nothing is lost to whole seconds.
    """
    of_whole, of_part = compare(*whole), compare(*part)
    change = compare(*({key: Sums(one.n, one.whole_s) for key, one in year.items()} for year in both))
    wait = compare(
        *({key: Sums(one.n, one.whole_s - one.part_s) for key, one in year.items()} for year in both)
    )
    if (
        of_whole.raw_change is None
        or of_part.raw_change is None
        or of_whole.standardised_change is None
        or change.standardised_change is None
        or wait.standardised_change is None
    ):
        return None
    excess = of_part.raw_change - of_whole.raw_change
    if not excess:
        return None
    waited = -wait.standardised_change
    populations = change.standardised_change - of_whole.standardised_change
    mix = excess - waited - populations
    sign = 1 if excess > 0 else -1
    pulls: dict[Cause, Fraction] = {
        "wait": sign * waited,
        "populations": sign * populations,
        "mix": sign * mix,
    }
    return Decomposition(excess, waited, populations, mix, max(CAUSES, key=lambda cause: pulls[cause]))
