"""How a length is printed: `13 giờ 41 phút` or `13 h 41 min` (domain, rule 15)."""

from __future__ import annotations

from typing import Final, Literal

Language = Literal["vi", "en"]
"""The languages in which staff read."""

_UNITS: Final[dict[str, tuple[str, str, str]]] = {"vi": ("giờ", "phút", "giây"), "en": ("h", "min", "s")}


def written(seconds: int, language: Language) -> str:
    """Write a length of whole seconds in hours and minutes, under a minute in seconds; less than 0 with a minus sign.

    Seconds beyond the minute are left out, towards 0: a day less a second is `23 h 59 min`.
    """
    hour, minute, second = _UNITS[language]
    sign, length = ("−", -seconds) if seconds < 0 else ("", seconds)
    if length < 60:
        return f"{sign}{length} {second}"
    return f"{sign}{length // 3600} {hour} {length // 60 % 60:02d} {minute}"
