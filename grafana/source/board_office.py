"""Office: one office in depth (or several): its stages, its windows over time, its targets, its feed."""

from __future__ import annotations

from typing import Final

from grafana_foundation_sdk.models import dashboard

from grafana.source import links, promql, variables
from grafana.source.board import Board
from grafana.source.colours import TEXT
from grafana.source.complete import first_line
from grafana.source.declarations import oldest
from grafana.source.looks import NUMBER, SECONDS, Limits, Look
from grafana.source.office_panels import (
    ages,
    coming_in,
    late_over_time,
    open_over_time,
    silence,
    stages,
    targets,
    throughput,
    window,
)
from grafana.source.panels import Ask, Head, Panel, figure
from grafana.source.parts import EXPECTED, OLD, PAST, STUCK
from streams.words import Word

_SILENCE: Final = Look(SECONDS, limits=Limits(3_600, 7_200, TEXT))


def made() -> dashboard.Dashboard:
    """Return the board."""
    board = Board(
        "office",
        Head(
            Word("Chi cục", "Office"),
            Word(
                "Một chi cục (hoặc vài chi cục) thật kỹ: tờ khai đang ở đâu, mất bao lâu theo thời gian, có"
                " giữ thời hạn không,"
                " dữ liệu còn đến không.",
                "One office, or some, in depth: where declarations stand, how long it takes over time,"
                " whether targets are"
                " kept, whether its feed is alive.",
            ),
        ),
        [
            variables.office(),
            variables.direction(),
            variables.channel(),
            variables.interval(),
            variables.window(),
        ],
        since="now-24h",
        refresh="30s",
    )
    first_line(board)
    _figures(board)
    board.row(Word("Đang ở đâu", "Where they stand"))
    board.line(9, (15, stages()), (9, ages()))
    board.line(9, (24, oldest(10)))
    board.row(Word("Khoảng thời gian đã chọn, theo cửa sổ", "The selected interval, by window"))
    board.line(9, *((8, window(size)) for size in ("1h", "24h", "7d")))
    board.line(8, (12, throughput()), (12, open_over_time()))
    board.row(Word("Thời hạn", "Targets"))
    board.line(8, (12, targets()), (12, late_over_time()))
    board.row(Word("Dữ liệu đến", "The feed"))
    board.line(8, (12, silence()), (12, coming_in()))
    return board.build()


def _figures(board: Board) -> None:
    where = promql.CELL
    place = promql.PLACE
    own = "office, direction, interval"
    open_board = [
        links.to("open", Word("Danh sách", "The list"), more="&${direction:queryparam}&${channel:queryparam}")
    ]
    board.line(
        4,
        (
            4,
            _figure(
                Word("Đang mở", "Open"), promql.total("release_open_declarations", where), NUMBER, open_board
            ),
        ),
        (
            4,
            _figure(
                Word("Ùn tắc", "Stuck"), promql.total("release_stuck_declarations", where), STUCK, open_board
            ),
        ),
        (
            4,
            _figure(Word("Lâu nhất", "Oldest"), f"max({promql.oldest_by('office', where)})", OLD, open_board),
        ),
        (
            4,
            _figure(
                Word("Đã quá hạn", "Past target"),
                promql.total("release_past_target_declarations", place, own),
                PAST,
            ),
        ),
        (
            4,
            _figure(
                Word("Sẽ quá hạn, 8 giờ", "Late in 8 hours"),
                promql.total("release_expected_breaches", f'{place},horizon="8h"', f"{own}, horizon"),
                EXPECTED,
            ),
        ),
        (
            4,
            _figure(
                Word("Không dữ liệu", "Silence"),
                f"max(min by (office) (release_feed_silence_seconds{{{promql.OFFICE}}}))",
                _SILENCE,
            ),
        ),
    )


_SAYS: Final = {
    "Open": Word(
        "Tờ khai chưa có quyết định, theo lựa chọn ở trên.", "Declarations without a decision, as selected."
    ),
    "Stuck": Word(
        "Đã quá thời hạn của công việc hiện tại.", "Past the limit of the stage in which they are."
    ),
    "Oldest": Word("Tuổi của tờ khai mở lâu nhất.", "Age of the oldest open declaration."),
    "Past target": Word(
        "Khoảng thời gian đang chạy đã quá hạn, mọi luồng.",
        "Running intervals that missed their target, all channels.",
    ),
    "Late in 8 hours": Word(
        "Dự kiến trễ trong 8 giờ, theo nhịp của 7 ngày.",
        "Expected to be late within 8 hours, at the rate of 7 days.",
    ),
    "Silence": Word(
        "Giờ làm việc từ sự kiện gần nhất; của nhiều chi cục: lâu nhất.",
        "Working time since the latest event; of several offices the longest.",
    ),
}


def _figure(
    title: Word, expression: str, look: Look, to: list[dashboard.DashboardLink] | None = None
) -> Panel:
    return figure(Head(title, _SAYS[title.en]), [Ask(expression, title.en)], look, links=to or ())
