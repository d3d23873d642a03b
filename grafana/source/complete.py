"""The first line of every board: is the data complete, and if not, what is wrong? Figures below it are judged by it."""

from __future__ import annotations

from typing import Final

from grafana.source import links
from grafana.source.board import Board
from grafana.source.colours import ACT, CALM
from grafana.source.looks import COUNT, SECONDS, Limits, Look
from grafana.source.panels import Ask, Head, Panel, figure
from grafana.source.promql import (
    BEHIND,
    DATA_ALERTS,
    INCOMPLETE,
    MOST_BEHIND,
    MOST_WAITING,
    NOT_READY,
    SILENT,
    STALLED,
    WAITING,
)
from grafana.source.words import both
from streams.words import Word

_NO_METRICS: Final = both(Word("⚠ KHÔNG CÓ SỐ LIỆU", "NO METRICS"))
_COMPLETE: Final = both(Word("✔ Dữ liệu đầy đủ", "data complete"))
_INCOMPLETE: Final = both(Word("⚠ DỮ LIỆU CHƯA ĐẦY ĐỦ", "DATA INCOMPLETE"))

_VERDICT: Final = Look(
    COUNT,
    limits=Limits(1, 1),
    said={"0": (_COMPLETE, CALM), **{str(n): (_INCOMPLETE, ACT) for n in range(1, 7)}},
    nothing=_NO_METRICS,
)


def first_line(board: Board) -> None:
    """Put the verdict and its six parts on a board."""
    verdict = figure(
        Head(
            Word("Dữ liệu có đầy đủ không?", "Is the data complete?"),
            Word(
                "Chưa đầy đủ khi: có chi cục không có dữ liệu lâu quá giới hạn, thông điệp chưa vào kho, cửa"
                " sổ chậm so với"
                " sự kiện mới nhất, kho dừng ghi, có tiến trình không sẵn sàng, hoặc có cảnh báo về dữ liệu."
                " Khi đó các số bên dưới"
                " có thể thiếu.",
                "Incomplete when an office is silent beyond its limit, messages are not stored yet, windows"
                " are behind the"
                " latest event, the store takes no writes, a worker is not ready, or an alert on the data is"
                " firing. Figures below may then"
                " lack something.",
            ),
        ),
        [Ask(INCOMPLETE, both(Word("dữ liệu", "data")))],
        _VERDICT,
        background=True,
        links=[links.to("pipeline", Word("Xem hệ thống", "Show the pipeline"))],
    )
    board.line(
        3,
        (6, verdict),
        (4, _part(SILENT, Word("Chi cục mất dữ liệu", "Silent offices"), _ANY, _SILENT)),
        (4, _part(WAITING, Word("Chưa vào kho", "Not stored"), _MANY, _WAITING)),
        (3, _part(BEHIND, Word("Chậm", "Behind"), _LONG, _BEHIND)),
        (3, _part(STALLED, Word("Kho", "Store"), _STORE, _STALLED)),
        (2, _part(NOT_READY, Word("Lỗi", "Down"), _ANY, _READY)),
        (2, _part(DATA_ALERTS, Word("Báo", "Alerts"), _ANY, _ALERTS)),
    )


_ANY: Final = Look(COUNT, limits=Limits(1, 1))
_MANY: Final = Look(COUNT, limits=Limits(MOST_WAITING / 10, MOST_WAITING))
_LONG: Final = Look(SECONDS, limits=Limits(MOST_BEHIND / 3, MOST_BEHIND))
_STORE: Final = Look(
    COUNT,
    said={
        "0": (both(Word("đang ghi", "writes")), CALM),
        "1": (both(Word("⚠ DỪNG", "STALLED")), ACT),
    },
)

_SILENT: Final = Word(
    "Số chi cục không có sự kiện nào lâu hơn giới hạn của mình, tính theo giờ làm việc của chi cục.",
    "Offices without any event for longer than their limit, in their own working time.",
)
_WAITING: Final = Word(
    "Thông điệp đã nhận nhưng chưa có kết quả trong kho: chưa lưu, chưa bị từ chối, chưa nhận ra là trùng.",
    "Messages that came and have no outcome in the store yet: not stored, refused, or recognised as"
    " duplicates.",
)
_BEHIND: Final = Word(
    "Cửa sổ mới nhất kết thúc trước sự kiện mới nhất bao lâu.",
    "How long before the latest event the newest window ends.",
)
_STALLED: Final = Word("Kho có nhận ghi không.", "Whether the store takes writes.")
_ALERTS: Final = Word(
    "Cảnh báo của Prometheus về dữ liệu đến và về hệ thống, đang kêu.",
    "Alerts of Prometheus on the feed and on the pipeline that are firing.",
)
_READY: Final = Word(
    "Tiến trình báo không sẵn sàng hoặc không trả lời Prometheus.",
    "Workers that say they are not ready, or do not answer Prometheus.",
)


def _part(expression: str, title: Word, look: Look, says: Word) -> Panel:
    return figure(Head(title, says), [Ask(expression, both(title))], look)
