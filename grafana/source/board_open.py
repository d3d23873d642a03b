"""Open declarations: the list to work on, oldest first, with who must act and by when."""

from __future__ import annotations

from typing import Final

from grafana_foundation_sdk.models import dashboard

from grafana.source import variables
from grafana.source.board import Board
from grafana.source.colours import TEXT
from grafana.source.complete import first_line
from grafana.source.declarations import SELECTED, events_of_one, oldest
from grafana.source.looks import LENGTH, NUMBER, Limits, Look, in_words
from grafana.source.panels import Head, Panel, columns, note
from grafana.source.parts import STUCK
from grafana.source.sql import one_or_all
from grafana.source.tables import Column, stored_table
from grafana.source.words import both
from streams.words import STAGES, WAITING_ON, Word

_WHERE: Final = f"{SELECTED} AND {one_or_all('waiting_on', 'waiting_on')}"

_AGES: Final = (
    (7_200, Word("dưới 2 giờ", "under 2 h")),
    (28_800, Word("2–8 giờ", "2–8 h")),
    (86_400, Word("8–24 giờ", "8–24 h")),
    (259_200, Word("1–3 ngày", "1–3 days")),
    (1_296_000, Word("3–15 ngày", "3–15 days")),
    (2_592_000, Word("15–30 ngày", "15–30 days")),
    (None, Word("trên 30 ngày", "over 30 days")),
)


def made() -> dashboard.Dashboard:
    """Return the board."""
    board = Board(
        "open",
        Head(
            Word("Tờ khai đang mở", "Open declarations"),
            Word(
                "Danh sách để làm việc: lâu nhất trước, ai phải xử lý, hạn lúc nào.",
                "The list to work on: oldest first, who must act, and by when.",
            ),
        ),
        [
            variables.office(),
            variables.direction(),
            variables.channel(),
            variables.waiting_on(),
            variables.declaration(),
        ],
        since="now-24h",
        refresh="1m",
    )
    first_line(board)
    board.line(9, (13, _stages()), (11, _ages()))
    board.line(16, (24, oldest(500, _WHERE)))
    board.row(Word("Một tờ khai", "One declaration"))
    board.line(9, (18, events_of_one()), (6, _timeline()))
    return board.build()


def _stages() -> Panel:
    sql = f"""SELECT stage, waiting_on, count() AS open_n, countIf(past_stage_limit) AS stuck_n,
       max(age_s) AS oldest_s, quantileExactInclusive(0.5)(age_s) AS median_s
FROM open_declarations
WHERE {_WHERE}
GROUP BY stage, waiting_on
ORDER BY stuck_n DESC, open_n DESC"""
    return stored_table(
        Head(
            Word("Công việc và bên phải xử lý", "Stages, and who must act"),
            Word(
                "Bao nhiêu tờ khai đang ở từng công việc, bao nhiêu đã quá thời hạn của công việc, tuổi lâu"
                " nhất và trung vị.",
                "How many are in each stage, how many past its limit, the greatest age and the median.",
            ),
        ),
        sql,
        [
            Column("stage", Word("Công việc", "Stage"), Look("string", None, said=in_words(STAGES)), 290),
            Column(
                "waiting_on",
                Word("Bên phải xử lý", "Waits for"),
                Look("string", None, said=in_words(WAITING_ON)),
                250,
            ),
            Column("open_n", Word("Đang mở", "Open"), NUMBER),
            Column("stuck_n", Word("Ùn tắc", "Stuck"), STUCK),
            Column(
                "oldest_s",
                Word("Lâu nhất", "Oldest"),
                LENGTH._replace(limits=Limits(1_296_000, 2_592_000, TEXT)),
            ),
            Column("median_s", Word("Trung vị", "Median"), LENGTH),
        ],
    )


def _ages() -> Panel:
    edges = ", ".join(f"age_s < {edge}, {place}" for place, (edge, _) in enumerate(_AGES) if edge is not None)
    names = ", ".join(f"'{both(word)}'" for _, word in _AGES)
    within, past = (
        both(Word("trong hạn của công việc", "within the stage's limit")),
        both(Word("ùn tắc", "stuck")),
    )
    sql = f"""SELECT [{names}][bucket + 1] AS age, countIf(NOT ifNull(past_stage_limit, false)) AS "{within}",
       countIf(ifNull(past_stage_limit, false)) AS "{past}"
FROM (SELECT *, multiIf({edges}, {len(_AGES) - 1}) AS bucket FROM open_declarations WHERE {_WHERE})
GROUP BY bucket
ORDER BY bucket"""
    return columns(
        Head(
            Word("Tuổi của tờ khai đang mở", "Ages of what is open"),
            Word(
                "Từ khi đăng ký đến lúc này. Phần ùn tắc nằm trên.",
                "From the registration to now. The stuck part is on top.",
            ),
        ),
        sql,
        NUMBER,
        category="age",
        named=[within, past],
        stacked=True,
    )


def _timeline() -> Panel:
    return note(
        Word("Tất cả về một tờ khai", "All about one declaration"),
        Word(
            "Mốc thời gian, khoảng thời gian, vấn đề dữ liệu và từng sự kiện đã thay đổi gì:\n\n"
            "`release-monitor timeline --lang vi ${declaration}`",
            "Milestones, intervals, findings, and what each event changed:\n\n"
            "`release-monitor timeline --lang en ${declaration}`",
        ),
    )
