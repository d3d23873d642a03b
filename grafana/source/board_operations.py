"""Operations: what a shift lead needs to know now, office by office, and who must act."""

from __future__ import annotations

from grafana_foundation_sdk.models import dashboard

from grafana.source import links, promql, variables
from grafana.source.board import Board
from grafana.source.colours import TEXT
from grafana.source.complete import first_line
from grafana.source.looks import (
    COUNT,
    NUMBER,
    Limits,
    Look,
)
from grafana.source.operations_tables import (
    live,
    offices,
    stages,
    stuck_stages,
    targets,
    throughput,
    today,
    two_views,
)
from grafana.source.panels import Ask, Head, figure
from grafana.source.parts import (
    EXPECTED,
    FIRING,
    OLD,
    PAST,
    STUCK,
    alerts_now,
)
from streams.words import Word


def made() -> dashboard.Dashboard:
    """Return the board."""
    board = Board(
        "operations",
        Head(
            Word("Điều hành lúc này", "Operations now"),
            Word(
                "Dành cho lãnh đạo ca: bao nhiêu tờ khai đang mở, ùn tắc ở đâu, ai phải xử lý, cái gì sắp quá"
                " hạn.",
                "For the lead of a shift: how much is open, where it is stuck, who must act, what will be"
                " late next.",
            ),
        ),
        [variables.office(), variables.direction(), variables.window()],
        since="now-24h",
        refresh="30s",
    )
    first_line(board)
    _figures(board)
    board.row(Word("Từng chi cục", "Office by office"))
    board.line(7, (24, offices()))
    board.line(8, (11, today()), (13, alerts_now()))
    board.row(Word("Mất bao lâu", "How long it takes"))
    board.line(7, (10, live()), (14, throughput()))
    board.line(3, (24, two_views()))
    board.row(Word("Thời hạn", "Targets"))
    board.line(9, (24, targets()))
    board.row(Word("Ai phải xử lý", "Who must act"))
    board.line(11, (12, stages()), (12, stuck_stages()))
    return board.build()


def _figures(board: Board) -> None:
    open_board = [links.to("open", Word("Danh sách", "The list"), more="&${direction:queryparam}")]
    where = promql.PLACE
    board.line(
        4,
        (
            4,
            figure(
                Head(
                    Word("Đang mở", "Open"),
                    Word(
                        "Tờ khai đã đăng ký, chưa có quyết định thông quan hay giải phóng hàng.",
                        "Declarations that are registered and have no release decision.",
                    ),
                ),
                [Ask(promql.total("release_open_declarations", where), "open")],
                NUMBER,
                links=open_board,
            ),
        ),
        (
            4,
            figure(
                Head(
                    Word("Ùn tắc", "Stuck"),
                    Word(
                        "Đang mở và đã quá thời hạn của công việc hiện tại.",
                        "Open, and past the limit of the stage in which they are.",
                    ),
                ),
                [Ask(promql.total("release_stuck_declarations", where), "stuck")],
                STUCK,
                links=open_board,
            ),
        ),
        (
            4,
            figure(
                Head(
                    Word("Lâu nhất", "Oldest"),
                    Word(
                        "Tuổi của tờ khai đang mở lâu nhất, tính từ khi đăng ký.",
                        "Age of the oldest open declaration since its registration.",
                    ),
                ),
                [Ask(f"max({promql.oldest_by('office', where)})", "oldest")],
                OLD,
                links=open_board,
            ),
        ),
        (
            4,
            figure(
                Head(
                    Word("Đã quá hạn", "Past target"),
                    Word(
                        "Khoảng thời gian đang chạy đã vượt thời hạn của nó.",
                        "Intervals that are running and have missed their target.",
                    ),
                ),
                [
                    Ask(
                        promql.total(
                            "release_past_target_declarations", where, "office, direction, interval"
                        ),
                        "past",
                    )
                ],
                PAST,
            ),
        ),
        (
            4,
            figure(
                Head(
                    Word("Sẽ quá hạn, 4 giờ", "Late in 4 hours"),
                    Word(
                        "Dự kiến quá hạn trong 4 giờ tới, theo nhịp của 7 ngày qua.",
                        "Expected to miss their target within 4 hours, at the rate of the last 7 days.",
                    ),
                ),
                [
                    Ask(
                        promql.total(
                            "release_expected_breaches",
                            f'{where},horizon="4h"',
                            "office, direction, interval, horizon",
                        ),
                        "expected",
                    )
                ],
                EXPECTED,
            ),
        ),
        (
            4,
            figure(
                Head(
                    Word("Cảnh báo", "Alerts"),
                    Word("Số cảnh báo đang kêu.", "Alerts that are firing."),
                ),
                [Ask(f"count({FIRING}) or vector(0)", "alerts")],
                Look(COUNT, limits=Limits(1, 5, TEXT)),
            ),
        ),
    )
