"""Draws lines over time and bars by category as SVG, with axes whose marks are round numbers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from math import ceil, floor, log10
from typing import Any, Final

from grafana.drawing.shown import ZONE, config_of, text
from grafana.reading.answers import Series, Table

Panel = Mapping[str, Any]
_LEFT: Final = 78
_BOTTOM: Final = 22
_SHADES: Final = (1.0, 0.6, 0.8, 0.45)
_GREY: Final = "#999999"


def lines(panel: Panel, series: Sequence[Series], width: int, height: int) -> str:
    """Draw series over time, stacked where the panel says so, with the legend below."""
    custom = panel["fieldConfig"]["defaults"]["custom"]
    stacked = custom.get("stacking", {}).get("mode") == "normal"
    given = [one for one in series if one.points]
    height -= 26 * _legend_lines(given, width)
    times = [time for one in given for time, _ in one.points]
    begin, end = min(times), max(times)
    tops = _stacked(given) if stacked else [[value for _, value in one.points] for one in given]
    values = [value for line in tops for value in line if value == value]
    scale = _Scale([0.0, *values], height)

    def x_of(time: float) -> float:
        return _LEFT + (time - begin) / ((end - begin) or 1) * (width - _LEFT - 12)

    drawn = [*_grid(panel, scale, width), *_time_axis(begin, end, x_of, height)]
    for place, (one, line) in reversed(list(enumerate(zip(given, tops, strict=True)))):
        colour, dash = _style(panel, one, place, given)
        points = [(x_of(t), scale.y(v)) for (t, _), v in zip(one.points, line, strict=True) if v == v]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        if stacked and points:
            under = tops[place - 1] if place else [0.0] * len(line)
            below = " ".join(
                f"{x:.1f},{scale.y(low):.1f}"
                for (x, _), low in reversed(list(zip(points, under, strict=False)))
            )
            drawn.append(f'<polygon points="{path} {below}" fill="{colour}" fill-opacity="0.35"/>')
        drawn.append(
            f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}"/>'
        )
        if len(points) < 40:
            drawn += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.6" fill="{colour}"/>' for x, y in points]
    legend = [(one.name, *_style(panel, one, place, given)) for place, one in enumerate(given)]
    return _svg(drawn, width, height) + _legend(legend)


def columns(panel: Panel, answer: Table, width: int, height: int) -> str:
    """Draw a group of bars, or a stack, for each row of an answer."""
    options = panel["options"]
    category = options["xField"]
    names = [column for column in answer.columns if column != category]
    stacked = options["stacking"] == "normal"
    if options["orientation"] == "horizontal":
        return _lying(panel, answer, category, names, width)
    height -= 30
    ends = [
        sum(_float(row[n]) for n in names) if stacked else _float(row[n])
        for row in answer.rows
        for n in names
    ]
    scale = _Scale([0.0, *ends], height)
    drawn = list(_grid(panel, scale, width))
    room = (width - _LEFT - 12) / max(len(answer.rows), 1)
    for at, row in enumerate(answer.rows):
        left, base = _LEFT + at * room + room * 0.1, 0.0
        for place, name in enumerate(names):
            value, config = _float(row[name]), config_of(panel, name)
            wide = room * 0.8 / (1 if stacked else len(names))
            x = left if stacked else left + place * wide
            top, low = scale.y(base + value), scale.y(base)
            drawn.append(
                f'<rect x="{x:.1f}" y="{min(top, low):.1f}" width="{max(wide - 1, 1):.1f}"'
                f' height="{abs(low - top):.1f}" fill="{_fixed(config)}"/>'
            )
            if value:
                drawn.append(
                    f'<text x="{x + wide / 2:.1f}" y="{min(top, low) - 3:.1f}" class="value">'
                    f"{escape(text(value, config))}</text>"
                )
            base += value if stacked else 0.0
        drawn.append(
            f'<text x="{left + room * 0.4:.1f}" y="{height - 6}" class="mid">'
            f"{escape(_short(str(row[category]), room))}</text>"
        )
    return _svg(drawn, width, height) + _legend([(n, _fixed(config_of(panel, n)), "") for n in names])


def _lying(panel: Panel, answer: Table, category: str, names: Sequence[str], width: int) -> str:
    named = 210
    most = max((sum(_float(row[n]) for n in names) for row in answer.rows), default=1) or 1
    room, drawn = 30, []
    for at, row in enumerate(answer.rows):
        y, x = 6 + at * room, float(named)
        drawn.append(f'<text x="{named - 8}" y="{y + 15}" class="end">{escape(str(row[category]))}</text>')
        for name in names:
            config, value = config_of(panel, name), _float(row[name])
            wide = value / most * (width - named - 90)
            if _fixed(config) != "transparent" and value:
                drawn.append(
                    f'<rect x="{x:.1f}" y="{y}" width="{max(wide, 1):.1f}" height="20" fill="{_fixed(config)}"/>'
                    f'<text x="{x + wide + 5:.1f}" y="{y + 15}">{escape(text(value, config))}</text>'
                )
            x += wide
    seen = [
        (n, _fixed(config_of(panel, n)), "") for n in names if _fixed(config_of(panel, n)) != "transparent"
    ]
    return _svg(drawn, width, 12 + room * len(answer.rows)) + _legend(seen)


class _Scale:
    """Puts values on a height, between round numbers."""

    def __init__(self, values: Sequence[float], height: int) -> None:
        low, high = min(values), max(values)
        rough = ((high - low) or 1) / 5
        unit: float = 10.0 ** floor(log10(rough))
        self.step: float = next(unit * k for k in (1, 2, 5, 10) if unit * k >= rough)
        self.low = floor(low / self.step) * self.step
        self.high: float = max(ceil(high / self.step) * self.step, self.low + self.step)
        self._height = height

    def y(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return self._height - _BOTTOM - share * (self._height - _BOTTOM - 14)

    def marks(self) -> Iterator[float]:
        for number in range(round((self.high - self.low) / self.step) + 1):
            yield self.low + number * self.step


def _grid(panel: Panel, scale: _Scale, width: int) -> Iterator[str]:
    defaults = dict(panel["fieldConfig"]["defaults"])
    if scale.step < 1 and defaults["unit"] != "percentunit":
        defaults["decimals"] = max(defaults.get("decimals") or 0, 1)
    for mark in scale.marks():
        y = scale.y(mark)
        yield f'<line x1="{_LEFT}" x2="{width - 12}" y1="{y:.1f}" y2="{y:.1f}" class="grid"/>'
        yield f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" class="end">{escape(text(mark, defaults))}</text>'


def _time_axis(begin: float, end: float, x_of: Any, height: int) -> Iterator[str]:
    form = "%m-%d" if end - begin > 4 * 86_400 else "%H:%M"
    form = "%Y-%m" if end - begin > 90 * 86_400 else form
    for number in range(6):
        time = begin + (end - begin) * number / 5
        said = dt.datetime.fromtimestamp(time, ZONE).strftime(form)
        place = {0: "", 5: "end"}.get(number, "mid")
        yield f'<text x="{x_of(time):.1f}" y="{height - 5}" class="{place}">{said}</text>'


def _style(panel: Panel, one: Series, place: int, series: Sequence[Series]) -> tuple[str, str]:
    config = config_of(panel, one.name, one.ref)
    style = config.get("custom.lineStyle", {})
    colour = config.get("color", {}).get("fixedColor", _GREY)
    if config.get("color", {}).get("mode") == "shades":
        alike = [other.name for other in series if other.ref == one.ref]
        colour = _lighter(colour, _SHADES[alike.index(one.name) % len(_SHADES)])
    return colour, " ".join(str(part) for part in style.get("dash", ()))


def _lighter(colour: str, depth: float) -> str:
    parts = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(255 - (255 - part) * depth):02x}" for part in parts)


def _stacked(series: Sequence[Series]) -> list[list[float]]:
    below: dict[float, float] = {}
    tops = []
    for one in series:
        line = []
        for time, value in one.points:
            below[time] = below.get(time, 0.0) + value
            line.append(below[time])
        tops.append(line)
    return tops


def _fixed(config: Mapping[str, Any]) -> str:
    return str(config.get("color", {}).get("fixedColor", _GREY))


def _float(value: Any) -> float:
    return 0.0 if value is None or value != value else float(value)


def _short(said: str, room: float) -> str:
    most = max(int(room / 6.2), 4)
    said = said.split(" · ")[0] if len(said) > most else said
    return said if len(said) <= most else said[: most - 1] + "…"


def _legend_lines(series: Sequence[Series], width: int) -> int:
    return max(ceil(sum(len(one.name) * 6.4 + 34 for one in series) / width), 1)


def _legend(entries: Sequence[tuple[str, str, str]]) -> str:
    drawn = "".join(
        f'<span><svg width="24" height="10"><line x1="0" x2="24" y1="5" y2="5" stroke="{colour}" stroke-width="3"'
        f' stroke-dasharray="{dash}"/></svg> {escape(name)}</span>'
        for name, colour, dash in entries
    )
    return f'<div class="legend">{drawn}</div>'


def _svg(drawn: Sequence[str], width: int, height: int) -> str:
    return f'<svg width="{width}" height="{height}" class="chart">{"".join(drawn)}</svg>'
