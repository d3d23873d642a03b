"""How a figure of a report, what it was and is, and what moved it are written for staff, in Vietnamese and English."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Final

from streams.core.durations import Language
from streams.core.figure_changes import FigureChange
from streams.core.period import ALL
from streams.report.numbers import ABSENT, change, exact, length, percent, whole
from streams.report.words import DIRECTIONS, OUTCOMES, VOLUMES
from streams.words import INTERVALS, Word, Words

CAUSES: Final[Words] = {
    "declarations": Word("tờ khai trong kỳ ({count})", "declarations of the period ({count})"),
    "cancelled": Word("tờ khai hủy trong kỳ", "cancelled declarations of the period"),
    "other_year": Word("năm so sánh", "the other year"),
    "outcomes": Word("kết quả kiểm soát", "outcomes"),
    "targets": Word("chỉ tiêu", "targets"),
    "rules": Word("quy tắc của chương trình", "rules of the program"),
}
"""What moved a figure; `count` declarations of the period differ."""

PARTS: Final[Words] = {
    "against": Word("năm so sánh", "year compared with"),
    "period": Word("kỳ", "period"),
    "this": Word("kỳ này", "this period"),
    "last": Word("kỳ so sánh", "the other period"),
    "elapsed": Word("tổng thời gian", "elapsed"),
    "working": Word("giờ làm việc", "working"),
    "n": Word("số tờ khai đo được", "measured"),
    "population_n": Word("tổng số tờ khai", "declarations"),
    "open_n": Word("chưa có quyết định", "open"),
    "cancelled_n": Word("đã hủy", "cancelled"),
    "coverage": Word("tỷ lệ đo được", "coverage"),
    "open_share": Word("tỷ lệ chưa có quyết định", "share that is open"),
    "this_mean_s": Word("trung bình kỳ này", "mean, this period"),
    "last_mean_s": Word("trung bình kỳ so sánh", "mean, the other period"),
    "raw_change_s": Word("thay đổi", "change"),
    "standardised_mean_s": Word("trung bình theo cơ cấu kỳ so sánh", "mean with the other period's mix"),
    "standardised_change_s": Word("thay đổi theo cơ cấu kỳ so sánh", "change with the other period's mix"),
    "matched_share": Word("tỷ trọng so sánh được", "compared"),
    "excesses": Word("cảnh báo", "warning"),
    "part_change_s": Word("thay đổi của phần", "change of the part"),
    "whole_change_s": Word("thay đổi của cả quá trình", "change of the whole"),
    "excess_s": Word("chênh lệch", "excess"),
    "wait_s": Word("do chờ kiểm tra hồ sơ", "by the wait for the check"),
    "populations_s": Word("do tập tờ khai khác nhau", "by other declarations"),
    "mix_s": Word("do cơ cấu", "by the mix"),
    "greatest": Word("nguyên nhân chính", "greatest cause"),
    "target": Word("chỉ tiêu năm", "target of the year"),
    "of_last": Word("so với kỳ so sánh", "share of the other period"),
    "of_target": Word("tỷ lệ đạt chỉ tiêu", "share of the target"),
    "this_count": Word("số vụ kỳ này", "cases, this period"),
    "last_count": Word("số vụ kỳ so sánh", "cases, the other period"),
    "this_vnd": Word("số tiền kỳ này, VND", "amount in VND, this period"),
    "last_vnd": Word("số tiền kỳ so sánh, VND", "amount in VND, the other period"),
    "all": Word("tất cả", "all"),
}
"""The members of a report's figures."""

_ALL_OFFICES: Final = Word("tất cả chi cục", "all offices")
_UNNAMED: Final = frozenset({"lengths", "volumes", "outcomes"})
_CHANGES: Final = frozenset(
    {
        "raw_change_s",
        "standardised_change_s",
        "part_change_s",
        "whole_change_s",
        "excess_s",
        "wait_s",
        "populations_s",
        "mix_s",
    }
)
_SHARES: Final = frozenset({"coverage", "open_share", "matched_share", "of_last", "of_target"})
_NUMBERS: Final = frozenset({"this", "last", "target", "this_vnd", "last_vnd"})


def figure_row(one: FigureChange, office: str, lang: Language) -> Sequence[str]:
    """Write a figure that changed: office, what it is, what was published, what it is now, and what moved it.

    `office` is that of the period. Two values that are written alike are written with all their digits.
    """
    where, of = _place(one.path, office)
    old, new = (_value(of, text, lang) for text in (one.old, one.new))
    if old == new:
        old, new = (_digits(text, lang) for text in (one.old, one.new))
    causes = "; ".join(CAUSES[cause].in_(lang) for cause in one.causes)
    return (
        _ALL_OFFICES.in_(lang) if where == ALL else where,
        ", ".join(_word(of, place, lang) for place in range(len(of)) if of[place] not in _UNNAMED),
        old,
        new,
        causes.format(count=whole(one.declarations, lang)),
    )


def _place(path: tuple[str, ...], office: str) -> tuple[str, tuple[str, ...]]:
    """Part the path of a figure into the office, or all, and what it is there."""
    if path[:1] == ("offices",) and len(path) > 1:
        return path[1], path[2:]
    return office, path[1:] if path[:1] == ("total",) else path


def _word(of: tuple[str, ...], place: int, lang: Language) -> str:
    """Write one part of what a figure is; what no word is known for is left as it is."""
    part = of[place]
    catalogue = (
        OUTCOMES if of[0] == "outcomes" and place == 1 else {**PARTS, **INTERVALS, **VOLUMES, **DIRECTIONS}
    )
    return catalogue[part].in_(lang) if part in catalogue else part


def _value(of: tuple[str, ...], text: str | None, lang: Language) -> str:
    """Write a value as the report does; an amount and a number with all its digits."""
    number, name = _number(text), of[-1] if of else ""
    if name == "against" and text is not None:
        return text
    if number is None:
        return _digits(text, lang)
    if name in _CHANGES:
        return change(float(number), lang)
    if name.endswith("_s"):
        return length(float(number), lang)
    if name in _SHARES:
        return percent(float(number), lang)
    return exact(number, lang)


def _digits(text: str | None, lang: Language) -> str:
    number = _number(text)
    if text is None:
        return ABSENT
    return text if number is None else exact(number, lang)


def _number(text: str | None) -> Decimal | None:
    try:
        return None if text is None else Decimal(text)
    except InvalidOperation:
        return None
