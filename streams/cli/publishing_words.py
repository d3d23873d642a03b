"""What staff read of publications and of what differs from them, in Vietnamese and English."""

from __future__ import annotations

from typing import Final

from streams.words import Word, Words

MEASURES: Final[Words] = {
    "counted": Word("Được tính trong báo cáo", "Counted in the report"),
    "direction": Word("Loại", "Direction"),
    "office": Word("Chi cục", "Office"),
    "channel": Word("Luồng", "Channel"),
    "is_open": Word("Chưa có quyết định", "Open"),
    "has_document_check": Word("Thuộc diện kiểm tra hồ sơ", "With a document check"),
    "reg_rel_elapsed_s": Word("Từ tiếp nhận đến quyết định", "Registration to release"),
    "reg_rel_working_s": Word(
        "Từ tiếp nhận đến quyết định, giờ làm việc", "Registration to release, working"
    ),
    "doc_rel_elapsed_s": Word("Từ kiểm tra hồ sơ đến quyết định", "Document check to release"),
    "doc_rel_working_s": Word(
        "Từ kiểm tra hồ sơ đến quyết định, giờ làm việc", "Document check to release, working"
    ),
    "value_usd": Word("Trị giá, USD", "Value, USD"),
    "tax_vnd": Word("Thuế, VND", "Tax, VND"),
}
"""The measures of the view `publication_differences`."""

CAUSES: Final[Words] = {
    "correction": Word("sửa đổi sự kiện", "correction"),
    "retraction": Word("rút lại sự kiện", "retraction"),
    "late_event": Word("sự kiện đến muộn", "late event"),
    "rules": Word("quy tắc hoặc dữ liệu tham chiếu", "rules or reference data"),
}

YES_NO: Final[Words] = {"true": Word("có", "yes"), "false": Word("không", "no")}

LABELS: Final[Words] = {
    "declaration": Word("Tờ khai", "Declaration"),
    "measure": Word("Chỉ tiêu", "Measure"),
    "old": Word("Đã công bố", "Published"),
    "new": Word("Hiện nay", "Now"),
    "cause": Word("Nguyên nhân", "Cause"),
    "known": Word("Biết từ", "Known since"),
    "event_id": Word("Mã sự kiện", "event_id"),
    "period": Word("Kỳ", "Period"),
    "office": Word("Chi cục", "Office"),
    "revision": Word("Phiên bản", "Revision"),
    "against": Word("So với", "Against"),
    "when": Word("Công bố lúc", "Published at"),
    "state": Word("Tính chất", "State"),
    "declarations": Word("Số tờ khai", "Declarations"),
    "open": Word("Chưa có quyết định", "Open"),
    "differences": Word("Khác biệt về tờ khai", "Differences"),
    "figures": Word("Khác biệt về số liệu", "Figures"),
    "figure": Word("Số liệu", "Figure"),
}

STATES: Final[Words] = {
    "final": Word("chính thức", "final"),
    "provisional": Word("tạm tính", "provisional"),
}

SENTENCES: Final[Words] = {
    "month": Word("tháng {month}/{year}", "{year}-{month:02d}"),
    "year": Word("năm {year}", "{year}"),
    "all": Word("tất cả chi cục", "all offices"),
    "published": Word(
        "đã công bố {period}, {office}: phiên bản {revision}, {state}, {declarations} tờ khai, {open_n} chưa"
        " có quyết định",
        "published {period}, {office}: revision {revision}, {state}, {declarations} declarations, {open_n} open",
    ),
    "settled": Word(
        "{count} khác biệt so với phiên bản {before} đã được ghi lại",
        "{count} differences from revision {before} are kept in the log",
    ),
    "figures_differ": Word("{count} số liệu đã thay đổi", "{count} figures changed"),
    "figures_same": Word("số liệu không đổi", "the figures are the same"),
    "unchanged": Word(
        "{period}, {office}: không có gì khác phiên bản {revision} công bố lúc {when}, không tạo phiên bản mới",
        "{period}, {office}: nothing differs from revision {revision}, published at {when}: no new revision",
    ),
    "head": Word(
        "{period}, {office}: phiên bản {revision}, {state}, công bố lúc {when}",
        "{period}, {office}: revision {revision}, {state}, published at {when}",
    ),
    "nothing_differs": Word("Không có gì khác.", "Nothing differs."),
    "nothing_published": Word("Chưa công bố kỳ nào.", "Nothing was published yet."),
    "count": Word("{count} {cause}", "{count} by {cause}"),
    "now": Word("{count} hiện nay", "{count} now"),
    "kept": Word("{count} tới phiên bản {after}", "{count} to revision {after}"),
}
"""Whole sentences, with what has to be put in."""
