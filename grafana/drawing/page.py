"""Lays a board's panels out on a page, by their places on Grafana's grid."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any, Final

from grafana.drawing import charts, simple
from grafana.reading.answers import Series, transformed
from grafana.reading.asking import Asker
from grafana.reading.selection import Selection

WIDTH: Final = 1720
_CELL: Final = 36
_GAP: Final = 8
_STYLE: Final = """
body{margin:0;background:#f4f5f7;font:13px/1.35 "DejaVu Sans",sans-serif;color:#1f2329;position:relative}
header{padding:12px 14px 4px}header h1{font-size:20px;margin:0}header div{color:#555;margin-top:4px}
.panel,.row{position:absolute;box-sizing:border-box;overflow:hidden}
.panel{background:#fff;border:1px solid #dcdfe3;border-radius:3px;padding:6px 9px}
.panel h2{font-size:13px;margin:0 0 4px;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
.row{font-size:14px;font-weight:600;padding:8px 4px 0}
.figure{display:flex;align-items:center;justify-content:center;height:calc(100% - 22px);font-weight:600}
.big{font-size:32px}.long{font-size:17px;text-align:center}
table{border-collapse:collapse;width:100%;table-layout:fixed}th{text-align:left;font-weight:600;color:#555}
th,td{box-sizing:border-box;padding:3px 6px;border-bottom:1px solid #eceef0;height:25px}
td{white-space:nowrap;overflow:hidden;text-overflow:ellipsis}th{vertical-align:bottom;line-height:1.2}
th.num{text-align:right}th.mid{text-align:center}
td.num{text-align:right}td.mid{text-align:center;padding:3px 2px}.more{color:#777;padding:2px 6px}
.nothing{color:#777;display:flex;align-items:center;justify-content:center;height:70%}
.bar{display:flex;align-items:center;gap:8px;margin:9px 0}.bar .name{width:270px;text-align:right;flex:none}
.bar .rail{flex:1;background:#eceef0;height:25px}.bar i{display:block;height:18px}.bar b{width:70px}
.legend{font-size:12px}.legend span{margin-right:14px;white-space:nowrap}
svg text{font:11px "DejaVu Sans",sans-serif;fill:#444}svg .end{text-anchor:end}svg .mid,svg .value{text-anchor:middle}
svg .value{font-size:10px}svg .grid{stroke:#e3e6e9}p{margin:4px 0}code{background:#eef0f2;padding:1px 4px}
"""


def page(board: Mapping[str, Any], asker: Asker, selection: Selection) -> tuple[str, int]:
    """Return the page of a board, and its height in pixels."""
    drawn = [_panel(panel, asker, selection) for panel in board["panels"]]
    bottom = max(one["gridPos"]["y"] + one["gridPos"]["h"] for one in board["panels"])
    shown = " ".join(
        f"<b>{escape(variable['label'])}</b>: {escape(selection.fill('${' + variable['name'] + ':text}'))} &nbsp; "
        for variable in board["templating"]["list"]
    )
    head = f"<header><h1>{escape(board['title'])}</h1><div>{shown}</div></header>"
    height = bottom * _CELL + _TOP + _GAP
    body = f'<div style="height:{height}px">{head}{"".join(drawn)}</div>'
    return f'<!doctype html><meta charset="utf-8"><style>{_STYLE}</style><body>{body}</body>', height


_TOP: Final = 66


def _panel(panel: Mapping[str, Any], asker: Asker, selection: Selection) -> str:
    place = panel["gridPos"]
    unit = (WIDTH - _GAP) / 24
    width, height = round(place["w"] * unit - _GAP), place["h"] * _CELL - _GAP
    at = f"left:{_GAP + place['x'] * unit:.0f}px;top:{_TOP + place['y'] * _CELL}px;width:{width}px;height:{height}px"
    if panel["type"] == "row":
        return f'<div class="row" style="{at}">▾ {escape(panel["title"])}</div>'
    inside = _inside(panel, asker, selection, width - 20, height - 34)
    return f'<div class="panel" style="{at}"><h2>{escape(panel["title"])}</h2>{inside}</div>'


def _inside(panel: Mapping[str, Any], asker: Asker, selection: Selection, width: int, height: int) -> str:
    kind = panel["type"]
    if kind == "text":
        return simple.note(panel, selection.fill(panel["options"]["content"]))
    targets = panel["targets"]
    if kind in ("table", "barchart"):
        tables = [asker.table(target, selection, len(targets)) for target in targets]
        table = transformed(tables, panel.get("transformations") or ())
        if kind == "table":
            return simple.table(panel, table, height)
        return charts.columns(panel, table, width, height) if table.rows else simple.nothing(panel)
    if "rawSql" in targets[0]:
        series = _columns_over_time(asker, targets[0], selection)
    else:
        series = [one for target in targets for one in asker.series(target, selection)]
    if not any(one.points for one in series):
        return simple.nothing(panel)
    match kind:
        case "stat":
            return simple.figure(panel, series)
        case "bargauge":
            return simple.bars(panel, series)
        case "timeseries":
            return charts.lines(panel, series, width, height)
    raise ValueError(f"a panel of type {kind} can't be drawn")


def _columns_over_time(asker: Asker, target: Mapping[str, Any], selection: Selection) -> list[Series]:
    table = asker.table(target, selection, 1)
    return [
        Series(
            name,
            target["refId"],
            [(row["time"].timestamp(), float(row[name])) for row in table.rows if row[name] is not None],
        )
        for name in table.columns
        if name != "time"
    ]
