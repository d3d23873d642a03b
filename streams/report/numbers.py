"""How numbers are written: `127.524`, `110,0 %`, `16.196,6 tỷ đồng`; in English `127,524`, `16,196.6 billion VND`."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from math import floor, trunc
from typing import Final

from streams.core.durations import Language, written

ABSENT: Final = "–"
"""What stands where there is nothing to write."""

_BILLION: Final = Decimal(10**9)
_MILLION: Final = Decimal(10**6)
_SIGNS: Final = {"vi": str.maketrans(",.-", ".,−"), "en": str.maketrans("-", "−")}
_VND: Final = {"vi": ("tỷ đồng", "triệu đồng", "đồng"), "en": ("billion VND", "million VND", "VND")}
_USD: Final = {"vi": ("tỷ USD", "triệu USD", "USD"), "en": ("billion USD", "million USD", "USD")}


def whole(number: int | Decimal, language: Language) -> str:
    """Write a number of things."""
    return f"{number:,.0f}".translate(_SIGNS[language])


def exact(amount: Decimal, language: Language) -> str:
    """Write an amount with all its digits."""
    return f"{amount:,}".translate(_SIGNS[language])


def percent(share: float | None, language: Language) -> str:
    """Write a share with one decimal; one that only looks like nothing or like everything is told from these."""
    if share is None:
        return ABSENT
    if 0 < share < 0.0005:
        return f"< {_decimal(Decimal('0.1'), language)} %"
    if 0.9995 <= share < 1:
        return f"> {_decimal(Decimal('99.9'), language)} %"
    return f"{_decimal(Decimal(share) * 100, language)} %"


def vnd(amount: Decimal, language: Language) -> str:
    """Write an amount in VND: in billions from one on, with one decimal."""
    return _amount(amount, language, _VND[language], _BILLION)


def usd(amount: Decimal, language: Language) -> str:
    """Write an amount in USD: in billions from ten on, for turnovers are compared in millions, with one decimal."""
    return _amount(amount, language, _USD[language], 10 * _BILLION)


def length(seconds: float | None, language: Language) -> str:
    """Write the mean of some lengths; what is beyond the minute is left out (domain, rule 15)."""
    return ABSENT if seconds is None else written(floor(seconds), language)


def change(seconds: float | None, language: Language) -> str:
    """Write by how much a mean changed, with its sign; what is beyond the minute is left out, towards 0."""
    if seconds is None:
        return ABSENT
    by = trunc(seconds)
    return f"+{written(by, language)}" if by > 0 else written(by, language)


def _amount(amount: Decimal, language: Language, units: tuple[str, str, str], billions_from: Decimal) -> str:
    billions, millions, ones = units
    if abs(amount) >= billions_from:
        return f"{_decimal(amount / _BILLION, language)} {billions}"
    if abs(amount) >= _MILLION:
        return f"{_decimal(amount / _MILLION, language)} {millions}"
    return f"{whole(amount.quantize(Decimal(1), ROUND_HALF_UP), language)} {ones}"


def _decimal(number: Decimal, language: Language) -> str:
    return f"{number.quantize(Decimal('0.1'), ROUND_HALF_UP):,}".translate(_SIGNS[language])
