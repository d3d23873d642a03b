"""What a declaration is about: office, kind, goods, trader, value and tax."""

from __future__ import annotations

from itertools import accumulate
from random import Random
from typing import Final

import msgspec

IMPORT_SHARE: Final = 0.47
"""Imports among all declarations (domain, section 9)."""


class Office(msgspec.Struct, frozen=True):
    """What passes at one office; shares are of all declarations of a direction."""

    code: str
    import_share: float
    export_share: float
    transport: int
    import_taxed: float
    """The share of imports that wait for tax; over all offices it is 42 % (section 9)."""
    import_usd: tuple[float, float]
    """Median and sigma of the log-normal value of an import."""
    export_usd: tuple[float, float]
    import_hs2: tuple[str, ...]
    export_hs2: tuple[str, ...]
    officers: int


OFFICES: Final = (
    Office(
        "27F1", 0.62, 0.80, 2, 0.378, (16_000, 1.4), (34_000, 1.3), ("39", "52", "55", "60", "84", "85"),
        ("61", "62", "64", "44", "25"), 40,
    ),
    Office(
        "27F2", 0.08, 0.02, 3, 0.90, (400_000, 1.5), (300_000, 1.3), ("27", "27", "72", "26", "29"),
        ("27", "25", "72", "39"), 14,
    ),
    Office(
        "27B1", 0.30, 0.18, 4, 0.379, (16_000, 1.3), (20_000, 1.2), ("44", "07", "12", "40", "01"),
        ("25", "39", "73", "61", "84"), 12,
    ),
)  # fmt: skip
"""Cảng Thanh Hóa: many small exports; Cảng Nghi Sơn: few, heavy, most of the revenue; Na Mèo: road (section 9)."""

EXPORT_TAXED: Final = 0.04
"""The share of exports that wait for tax (section 9)."""

_KINDS: Final = {
    "import": (
        ("A11", 24.0), ("A12", 30.0), ("A31", 2.0), ("A41", 3.0), ("E11", 6.0), ("E21", 18.0), ("E31", 13.5),
        ("G12", 1.0), ("H11", 0.9), ("C11", 0.8), ("C21", 0.8),
    ),
    "export": (
        ("B11", 22.0), ("B13", 2.0), ("E42", 14.0), ("E52", 34.0), ("E62", 24.0), ("G21", 1.5), ("H21", 0.9),
        ("C12", 0.8), ("C22", 0.8),
    ),
}  # fmt: skip
"""Declaration kinds in per cent. H, C11, C12, C21 and C22 are outside the default scope (domain, rule 14)."""

LOW_VALUE: Final = 0.005
"""Declarations that are low-value consignments, registered by MIC or MEC: outside the default scope too."""

_VND_PER_USD: Final = 24_000
_TAX_RATE: Final = (0.105, 0.35)  # median and sigma: 10 % VAT, and duties on some goods
_TRADERS: Final = 900


class Goods(msgspec.Struct, frozen=True, gc=False):
    """The attributes of one declaration. `tax_vnd` is above 0 only where the release waits for it."""

    direction: str
    office: Office
    kind: str
    low_value: bool
    hs2: str
    trader_hash: str
    officer_hash: str
    value_usd: float
    tax_vnd: int


_SUMS: Final = {
    "import": tuple(accumulate(office.import_share for office in OFFICES)),
    "export": tuple(accumulate(office.export_share for office in OFFICES)),
}
_KIND_NAMES: Final = {direction: [name for name, _ in kinds] for direction, kinds in _KINDS.items()}
_KIND_SUMS: Final = {
    direction: tuple(accumulate(share for _, share in kinds)) for direction, kinds in _KINDS.items()
}


def draw_goods(chance: Random) -> Goods:
    """Draw what a declaration is about."""
    direction = "import" if chance.random() < IMPORT_SHARE else "export"
    sums = _SUMS[direction]
    place = chance.random() * sums[-1]
    office = next(office for office, limit in zip(OFFICES, sums, strict=True) if place < limit)
    incoming = direction == "import"
    low_value = chance.random() < LOW_VALUE
    kind = chance.choices(_KIND_NAMES[direction], cum_weights=_KIND_SUMS[direction])[0]
    hs2 = chance.choice(office.import_hs2 if incoming else office.export_hs2)
    # Few traders have most of the declarations: the square of an even number leans to the first ones.
    trader = int(chance.random() ** 2 * _TRADERS)
    officer = int(chance.random() * office.officers)
    median, sigma = office.import_usd if incoming else office.export_usd
    value = median * chance.lognormvariate(0, sigma) if not low_value else 5 + 35 * chance.random()
    tax = 0
    if chance.random() < (office.import_taxed if incoming else EXPORT_TAXED):
        rate, spread = _TAX_RATE if incoming else (0.02, 0.5)
        tax = 1_000 + round(value * _VND_PER_USD * rate * chance.lognormvariate(0, spread))
    return Goods(
        direction,
        office,
        kind,
        low_value,
        hs2,
        f"t{trader * 2_654_435_761 % 2**32:08x}",
        f"o{office.code}{officer:02d}",
        round(value, 2),
        tax,
    )
