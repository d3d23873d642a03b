"""Analysis: the official figures by cohort, year on year, where the time goes, when work comes, how lengths lie."""

from __future__ import annotations

from grafana_foundation_sdk.models import dashboard

from grafana.source import variables
from grafana.source.analysis_charts import (
    changes_chart,
    distribution_chart,
    hours_shaded,
    months_lines,
    waterfall_chart,
)
from grafana.source.analysis_tables import (
    cohorts,
    kinds,
    migration,
    progress,
    shares,
    spread,
    year_on_year,
)
from grafana.source.board import Board
from grafana.source.complete import first_line
from grafana.source.panels import Head, Panel, note
from streams.words import Word


def made() -> dashboard.Dashboard:
    """Return the board."""
    board = Board(
        "analysis",
        Head(
            Word("Phân tích", "Analysis"),
            Word(
                "Con số chính thức theo tháng đăng ký, so với năm trước, thời gian đi đâu, việc đến lúc nào.",
                "The official figures by month of registration, against the year before, where the time goes,"
                " when work comes.",
            ),
        ),
        [variables.office(), variables.direction(), variables.interval(), variables.clock()],
        since="now-13M",
        refresh="",
    )
    first_line(board)
    board.line(3, (24, _how()))
    board.row(Word("Theo tháng đăng ký", "By month of registration"))
    board.line(9, (14, cohorts()), (10, months_lines()))
    board.row(Word("So với năm trước", "Year on year"))
    board.line(9, (14, year_on_year()), (10, changes_chart()))
    board.line(7, (12, progress()), (12, shares()))
    board.row(Word("Thời gian đi đâu", "Where the time goes"))
    board.line(10, (12, waterfall_chart()), (12, distribution_chart()))
    board.line(8, (14, spread()), (10, migration()))
    board.row(Word("Việc đến lúc nào", "When work comes"))
    board.line(8, (24, hours_shaded("n")))
    board.line(8, (24, hours_shaded("mean")))
    board.row(Word("Loại hình và phương tiện", "Kind and transport"))
    board.line(9, (24, kinds()))
    return board.build()


def _how() -> Panel:
    return note(
        Word("Đọc thế nào", "How to read this"),
        Word(
            "Tháng chưa qua 30 ngày là **tạm tính**. **Thô** gồm cả thay đổi cơ cấu; **chuẩn hóa** giữ cơ cấu"
            " năm trước. Chọn một"
            " chi cục: số của chi cục ấy; chọn vài chi cục: trung vị và phân vị là của tất cả, vì không cộng"
            " được.",
            "A month is **provisional** until 30 days are over. **Raw** has the mix in it; **standardised**"
            " keeps last year's mix."
            " With one office selected figures are its own; with several, medians and quantiles are of all,"
            " for they can't be"
            " added up.",
        ),
    )
