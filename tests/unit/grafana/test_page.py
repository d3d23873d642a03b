"""A page shows what the answers say: figures, rows, lines and bars, where the board's file puts them."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from grafana_foundation_sdk.cog.encoder import JSONEncoder

from grafana.drawing import charts, simple
from grafana.drawing.page import WIDTH, page
from grafana.reading.answers import Row, Series, Table
from grafana.reading.asking import Asker
from grafana.reading.selection import Chosen, Selection
from grafana.reading.span import Span
from grafana.source.colours import ACT, BLUE, ORANGE
from grafana.source.looks import IN_HOURS, NUMBER, Limits, Look
from grafana.source.panels import HIDDEN, Ask, Head, columns, figure, lines, note
from grafana.source.tables import Column, stored_table
from streams.words import Word

HEAD = Head(Word("Tên", "Name"), Word("Đây là gì", "What this is"))


def as_file(panel: Any) -> dict[str, Any]:
    """Return a panel as it stands in a board's file."""
    read: dict[str, Any] = json.loads(json.dumps(panel.build(), cls=JSONEncoder))
    return read


def test_a_figure_has_its_value_and_the_colour_of_its_limit() -> None:
    panel = as_file(figure(HEAD, [Ask("up", "up")], Look(limits=Limits(1, 10)), background=True))
    drawn = simple.figure(panel, [Series("up", "A", [(0.0, 12_345.0)])])
    assert "12,345" in drawn
    assert f"background:{ACT}" in drawn


def test_a_table_shows_titles_words_and_what_is_cut_off() -> None:
    said = Look("string", None, said={"1": ("⚠ quá hạn · past", ACT)})
    panel = as_file(
        stored_table(
            HEAD,
            "SELECT 1",
            [Column("n", Word("Số", "Number"), NUMBER), Column("past", Word("Hạn", "Due"), said)],
            sort=Word("Số", "Number"),
        )
    )
    rows: list[Row] = [{"n": n, "past": 1 if n == 7 else None} for n in range(8)]
    answer = Table(["n", "past"], rows, {"n": "Số · Number", "past": "Hạn · Due"})
    drawn = simple.table(panel, answer, height=42 + 3 * 25)
    assert "Số · Number" in drawn
    assert drawn.index(">7<") < drawn.index(">6<") < drawn.index(">5<")
    assert ">4<" not in drawn
    assert "… + 5" in drawn
    assert f"color:{ACT}" in drawn
    assert "–" in drawn


def test_lines_have_a_colour_a_style_and_a_name_each() -> None:
    panel = as_file(lines(HEAD, [Ask("a", "one"), Ask("b", "two")], IN_HOURS))
    series = [Series("one", "A", [(0.0, 1.0), (60.0, 2.0)]), Series("two", "B", [(0.0, 3.0), (60.0, 4.0)])]
    drawn = charts.lines(panel, series, 600, 200)
    assert drawn.count("<polyline") == 2
    assert BLUE.lower() in drawn.lower()
    assert ORANGE.lower() in drawn.lower()
    assert 'stroke-dasharray="10 10"' in drawn
    assert "one" in drawn
    assert "two" in drawn


def test_stacked_lines_lie_on_each_other() -> None:
    panel = as_file(lines(HEAD, [Ask("a", "one"), Ask("b", "two")], NUMBER, stacked=True))
    series = [
        Series("one", "A", [(0.0, 10.0), (60.0, 10.0)]),
        Series("two", "B", [(0.0, 30.0), (60.0, 30.0)]),
    ]
    drawn = charts.lines(panel, series, 600, 200)
    assert drawn.count("<polygon") == 2
    assert ">40<" in drawn


def test_a_bar_below_nothing_hangs_and_one_of_a_waterfall_stands_on_what_is_hidden() -> None:
    panel = as_file(columns(HEAD, "SELECT 1", IN_HOURS, category="month", named=["raw"]))
    drawn = charts.columns(panel, Table(["month", "raw"], [{"month": "2026-03", "raw": -2.0}]), 400, 200)
    assert "-2.0 h" in drawn
    stacked = as_file(
        columns(HEAD, "SELECT 1", IN_HOURS, category="step", named=["customs"], stacked=True, lying=True)
    )
    rows: list[Row] = [
        {"step": "one", HIDDEN: 0.0, "customs": 3.0},
        {"step": "two", HIDDEN: 3.0, "customs": 1.0},
    ]
    drawn = charts.columns(stacked, Table(["step", HIDDEN, "customs"], rows), 400, 200)
    assert drawn.count("<rect") == 2
    assert HIDDEN not in drawn


def test_a_note_is_drawn_in_what_boards_use_of_markdown() -> None:
    panel = as_file(note(Word("Tên", "Name"), Word("**đậm** `lệnh`", "a [link](/d/x)")))
    assert simple.note(panel, panel["options"]["content"]) == (
        '<p><b>đậm</b> <code>lệnh</code></p><p>a <a href="/d/x">link</a></p>'
    )


def test_what_has_no_answer_says_so() -> None:
    panel = as_file(figure(HEAD, [Ask("up", "up")], NUMBER))
    assert "không có số liệu · no data" in simple.nothing(panel)


@pytest.mark.parametrize("kind", ["piechart", "gauge"])
def test_a_panel_that_can_not_be_drawn_is_an_error(kind: str) -> None:
    panel = {
        "type": kind,
        "title": "x",
        "gridPos": {"x": 0, "y": 0, "w": 24, "h": 4},
        "targets": [{"rawSql": "", "refId": "A"}],
    }
    board = {"title": "x", "panels": [panel], "templating": {"list": []}}

    def sql(_: str) -> tuple[list[str], list[Row]]:
        return ["time", "n"], [{"time": dt.datetime(2026, 3, 1, tzinfo=dt.UTC), "n": 1}]

    with pytest.raises(ValueError, match=f"{kind} can't be drawn"):
        page(board, Asker("http://127.0.0.1:9", sql, Span(0, 60)), Selection({}))


def test_a_page_puts_panels_where_the_file_puts_them_and_says_what_is_selected() -> None:
    text = as_file(note(Word("Tên", "Name"), Word("một", "one"))) | {
        "gridPos": {"x": 12, "y": 2, "w": 12, "h": 4}
    }
    row = {"type": "row", "title": "Hàng · Row", "gridPos": {"x": 0, "y": 0, "w": 24, "h": 1}}
    board = {
        "title": "Bảng · Board",
        "panels": [row, text],
        "templating": {"list": [{"name": "office", "label": "Chi cục · Office"}]},
    }

    def nothing(_: str) -> tuple[list[str], list[Row]]:
        return [], []

    asker = Asker("http://127.0.0.1:9", nothing, Span(0, 60))
    html, height = page(board, asker, Selection({"office": Chosen(("27F1",))}))
    assert "Chi cục · Office</b>: 27F1" in html
    assert f"left:{8 + 12 * (WIDTH - 8) / 24:.0f}px" in html
    assert height > 6 * 36
