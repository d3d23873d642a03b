"""How a value is shown: words in its place, unit and decimals, and the colour of its threshold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

ZONE: Final = ZoneInfo("Asia/Ho_Chi_Minh")
Config = Mapping[str, Any]
"""The settings of a field: the panel's own, with what overrides them."""


def config_of(panel: Mapping[str, Any], name: str, ref: str = "") -> dict[str, Any]:
    """Return the settings of a column or series by the name that people read, and the query it comes from."""
    source = panel["fieldConfig"]
    config: dict[str, Any] = {**source["defaults"], **_flat(source["defaults"].get("custom", {}))}
    for override in source["overrides"]:
        matcher = override["matcher"]
        wanted = {"byName": name, "byFrameRefID": ref}[matcher["id"]]
        if matcher["options"] == wanted:
            config |= {one["id"]: one["value"] for one in override["properties"]}
    return config


def text(value: Any, config: Config) -> str:
    """Return a value as people read it."""
    if value is None or value == "" or value != value:  # NaN is not itself
        return str(config.get("noValue", ""))
    mapped = _mapped(value, config)
    if mapped is not None:
        return str(mapped["text"])
    return _formatted(value, config.get("unit", "none"), config.get("decimals"))


def colour(value: Any, config: Config) -> str | None:
    """Return the colour of a value: that of its words, else of its threshold; None where nothing judges it."""
    mapped = _mapped(value, config)
    if mapped is not None and mapped.get("color"):
        return str(mapped["color"])
    number = _number(value)
    if number is None:
        return None
    found = None
    for step in config.get("thresholds", {}).get("steps", []):
        if step["value"] is None or number >= step["value"]:
            found = step["color"]
    return None if found == "text" else found


def _mapped(value: Any, config: Config) -> Mapping[str, Any] | None:
    number = _number(value)
    key = f"{number:g}" if number is not None else str(value)
    for mapping in config.get("mappings", []):
        result: Mapping[str, Any] | None = mapping["options"].get(key)
        if result is not None:
            return result
    return None


def _number(value: Any) -> float | None:
    if isinstance(value, int | float | Decimal):
        return float(value)
    return None


def _formatted(value: Any, unit: str, decimals: int | None) -> str:
    if isinstance(value, dt.datetime):
        return _moment(value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value, unit)
    number = _number(value)
    if number is None:
        return str(value)
    if unit.startswith("time:"):
        return _moment(dt.datetime.fromtimestamp(number / 1000, ZONE), unit)
    if unit.startswith("suffix:"):
        return f"{number:,.{decimals or 0}f} {unit.removeprefix('suffix:')}"
    written = _UNITS.get(unit, _plain)
    return written(number, decimals)


def _plain(number: float, decimals: int | None) -> str:
    return f"{number:,.{0 if decimals is None and number == int(number) else 1 if decimals is None else decimals}f}"


def _year(number: float, _: int | None) -> str:
    return f"{number:.0f}"


def _share(number: float, decimals: int | None) -> str:
    return f"{100 * number:.{decimals or 0}f} %"


def _length(number: float, _: int | None) -> str:
    seconds = int(number)
    days, rest = divmod(abs(seconds), 86_400)
    clock = f"{rest // 3_600:02d}:{rest % 3_600 // 60:02d}:{rest % 60:02d}"
    return (f"{days} d " if days else "") + clock + (" ago" if seconds < 0 else "")


def _moment(moment: dt.datetime, unit: str) -> str:
    """Write a moment in a form such as `time:YYYY-MM-DD HH:mm`, of which boards use these parts only."""
    form = unit.removeprefix("time:")
    for part, written in (
        ("YYYY", "%Y"),
        ("MM", "%m"),
        ("DD", "%d"),
        ("HH", "%H"),
        ("mm", "%M"),
        ("ss", "%S"),
    ):
        form = form.replace(part, written)
    return moment.astimezone(ZONE).strftime(form)


def _with(suffix: str) -> Callable[[float, int | None], str]:
    return lambda number, decimals: f"{_plain(number, decimals)} {suffix}"


def _dollars(number: float, decimals: int | None) -> str:
    return f"${number:,.{decimals or 0}f}"


_UNITS: Final[Mapping[str, Callable[[float, int | None], str]]] = {
    "none": _year,
    "locale": _plain,
    "short": _plain,
    "percentunit": _share,
    "dtdhms": _length,
    "cps": _with("c/s"),
    "s": _with("s"),
    "currencyUSD": _dollars,
}


def _flat(custom: Mapping[str, Any]) -> dict[str, Any]:
    return {f"custom.{name}": value for name, value in custom.items()}
