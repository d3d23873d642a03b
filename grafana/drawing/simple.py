"""Draws figures, horizontal bars, tables and texts as HTML."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from html import escape
from typing import Any, Final

from grafana.drawing.shown import colour, config_of, text
from grafana.reading.answers import Series, Table

Panel = Mapping[str, Any]
_DARK: Final = "#1f2329"


def nothing(panel: Panel) -> str:
    """Draw a panel without an answer."""
    said = panel["fieldConfig"]["defaults"].get("noValue", "")
    return f'<div class="nothing">{escape(said)}</div>'


def figure(panel: Panel, series: Sequence[Series]) -> str:
    """Draw large figures."""
    solid = panel["options"]["colorMode"] == "background_solid"
    drawn = []
    for one in series:
        config = config_of(panel, one.name, one.ref)
        said, shade = text(one.last, config), colour(one.last, config)
        style = f"background:{shade};color:#fff" if solid and shade else f"color:{shade or _DARK}"
        size = "long" if len(said) > 14 else "big"
        drawn.append(f'<div class="figure {size}" style="{style}">{escape(said)}</div>')
    return "".join(drawn)


def bars(panel: Panel, series: Sequence[Series]) -> str:
    """Draw horizontal bars with their values."""
    most = max((one.last for one in series), default=0) or 1
    drawn = []
    for one in series:
        config = config_of(panel, one.name, one.ref)
        shade = colour(one.last, config) or "#0072B2"
        width = 100 * max(one.last, 0) / most
        drawn.append(
            f'<div class="bar"><span class="name">{escape(one.name)}</span><span class="rail">'
            f'<i style="width:{width:.1f}%;background:{shade}"></i></span>'
            f"<b>{escape(text(one.last, config))}</b></div>"
        )
    return "".join(drawn)


def table(panel: Panel, answer: Table, height: int) -> str:
    """Draw a table. What does not fit into `height` pixels is cut off, as on the board before one scrolls."""
    if not answer.rows:
        return nothing(panel)
    configs = {column: config_of(panel, answer.title(column)) for column in answer.columns}
    spread = _spread(panel, answer, configs)
    rows = _sorted(panel, answer)
    shown = rows[: max((height - 42) // 25, 1)]
    aligned = {c: _align(answer, c, configs[c]) for c in answer.columns}
    head = "".join(
        f'<th class="{aligned[c]}" style="{_width(configs[c])}">'
        f"{escape(configs[c].get('displayName', answer.title(c)))}</th>"
        for c in answer.columns
    )
    body = "".join(
        "<tr>" + "".join(_cell(row.get(c), configs[c], spread, aligned[c]) for c in answer.columns) + "</tr>"
        for row in shown
    )
    more = len(rows) - len(shown)
    rest = f'<div class="more">… + {more}</div>' if more else ""
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{rest}"


def note(panel: Panel, content: str) -> str:
    """Draw a text in what boards use of Markdown: paragraphs, bold, code, links."""
    drawn = []
    for paragraph in content.split("\n\n"):
        said = escape(paragraph)
        said = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", said)
        said = re.sub(r"`(.+?)`", r"<code>\1</code>", said)
        said = re.sub(r"\[(.+?)\]\((.+?)\)", r'<a href="\2">\1</a>', said)
        drawn.append(f"<p>{said}</p>")
    return "".join(drawn)


def _cell(value: Any, config: Mapping[str, Any], spread: tuple[float, float] | None, align: str) -> str:
    said, shade = escape(text(value, config)), colour(value, config)
    kind = config.get("custom.cellOptions", {}).get("type")
    style = ""
    if kind == "color-background" and spread is not None and isinstance(value, int | float):
        low, high = spread
        depth = (value - low) / ((high - low) or 1)
        style = (
            f"background:rgba(0,114,178,{0.06 + 0.84 * depth:.2f});color:{'#fff' if depth > 0.55 else _DARK}"
        )
    elif kind == "color-text" and shade:
        style = f"color:{shade};font-weight:600"
    if config.get("links"):
        said = f"<u>{said}</u>"
    return f'<td class="{align}" style="{style}">{said}</td>'


def _align(answer: Table, column: str, config: Mapping[str, Any]) -> str:
    """Return how a column stands: numbers to the right, words to the left, shaded ones in the middle."""
    if config.get("custom.align") == "center":
        return "mid"
    numeric = any(isinstance(row.get(column), int | float | Decimal) for row in answer.rows)
    return "num" if numeric and not config.get("mappings") else "txt"


def _spread(panel: Panel, answer: Table, configs: Mapping[str, Any]) -> tuple[float, float] | None:
    if panel["fieldConfig"]["defaults"].get("color", {}).get("mode") != "continuous-blues":
        return None
    numbers = [
        row[c]
        for row in answer.rows
        for c in answer.columns
        if isinstance(row.get(c), int | float) and row[c] == row[c]
    ]
    return (min(numbers), max(numbers)) if numbers else None


def _sorted(panel: Panel, answer: Table) -> list[dict[str, Any]]:
    rows = list(answer.rows)
    for by in panel["options"].get("sortBy") or ():
        column = next((c for c in answer.columns if answer.title(c) == by["displayName"]), None)
        if column is not None:
            rows.sort(
                key=lambda row: (row.get(column) is not None, row.get(column) or 0),
                reverse=bool(by.get("desc")),
            )
    return rows


def _width(config: Mapping[str, Any]) -> str:
    width = config.get("custom.width")
    return f"width:{width}px" if width else ""
