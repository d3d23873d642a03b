"""What a report says in words, in Vietnamese and English. What stands in braces is filled in."""

from __future__ import annotations

from typing import Final

from streams.words import Word, Words

TEXTS: Final[Words] = {
    "title_year": Word("Thời gian giải phóng hàng năm {year}", "Release times of {year}"),
    "title_month": Word(
        "Thời gian giải phóng hàng tháng {month} năm {year}", "Release times of {month}/{year}"
    ),
    "compared": Word("So với {before} · {office}", "Compared with {before} · {office}"),
    "year": Word("năm {year}", "{year}"),
    "month": Word("tháng {month} năm {year}", "{month}/{year}"),
    "all_offices": Word("tất cả các chi cục", "all offices"),
    "office": Word("Chi cục", "Office"),
    "no_office": Word("chưa rõ chi cục", "office not known"),
    "as_of": Word("Số liệu tính đến {time}", "As of {time}"),
    "nothing_stored": Word("chưa có sự kiện nào", "nothing stored yet"),
    "official": Word("Số liệu chính thức", "Official figures"),
    "provisional": Word("Số liệu tạm thời", "Provisional figures"),
    "remark": Word(
        "Số liệu {period} là tạm thời: các tờ khai đăng ký trong kỳ chưa được theo dõi đủ 30 ngày; "
        "{open} tờ khai ({share}) chưa có quyết định thông quan/giải phóng hàng.",
        "The figures of {period} are provisional: its declarations have not been followed for 30 days yet; "
        "{open} declarations ({share}) are not released.",
    ),
    "highlights": Word("Kết quả chính", "In short"),
    "said": Word(
        "{direction}, {interval}: trung bình {mean}, {change} so với {before}{standardised}.",
        "{direction}, {interval}: {mean} on average, {change} than in {before}{standardised}.",
    ),
    "said_alone": Word(
        "{direction}, {interval}: trung bình {mean}.", "{direction}, {interval}: {mean} on average."
    ),
    "less": Word("giảm {length}", "{length} less"),
    "more": Word("tăng {length}", "{length} more"),
    "same": Word("không thay đổi", "no more and no less"),
    "said_standardised": Word(" (theo cơ cấu {before}: {change})", " (with the mix of {before}: {change})"),
    "lengths": Word("Thời gian trung bình", "Mean times"),
    "lengths_working": Word("Thời gian trung bình trong giờ làm việc", "Mean times in working hours"),
    "interval": Word("Khoảng thời gian", "Interval"),
    "change": Word("Thay đổi", "Change"),
    "change_standardised": Word("Thay đổi theo cơ cấu {before}", "Change with the mix of {before}"),
    "matched": Word("Tỷ trọng so sánh được", "Compared"),
    "measured": Word("Số tờ khai đo được", "Measured"),
    "population": Word("Tổng số tờ khai", "Declarations"),
    "coverage": Word("Tỷ lệ đo được", "Coverage"),
    "open": Word("Chưa có quyết định", "Open"),
    "note_lengths": Word(
        "Thay đổi theo cơ cấu {before}: thay đổi của từng chi cục và luồng, lấy tỷ trọng của {before}, nên không chịu "
        "ảnh hưởng khi cơ cấu thay đổi. Thay đổi tính trên số trung bình chưa làm tròn; khi ghi, giây lẻ được bỏ đi.",
        "Change with the mix of {before}: the change of each office and channel, weighted as in {before}, so that a "
        "change of the mix leaves no trace. Changes are those of means that are not rounded; seconds are left out when "
        "they are written.",
    ),
    "basis": Word("Cơ sở tính", "What the means are of"),
    "note_basis": Word(
        "Trong ngoặc: {before}. Tỷ lệ đo được: số tờ khai có đủ hai mốc thời gian trên số đã có quyết định. Tỷ trọng "
        "so sánh được: phần tờ khai của {before} ở các chi cục và luồng có trong cả hai kỳ.",
        "In brackets: {before}. Coverage: those with both times among those released. Compared: the part of the "
        "declarations of {before} whose office and channel are there in both periods.",
    ),
    "warning": Word(
        "{direction}: thời gian “{part}” thay đổi nhiều hơn thời gian “{whole}”",
        "{direction}: “{part}” changed by more than “{whole}”",
    ),
    "warning_text": Word(
        "Phần thay đổi {part_change}, cả quá trình thay đổi {whole_change}; chênh lệch {excess}. Chênh lệch này gồm:",
        "The part changed by {part_change}, the whole by {whole_change}: an excess of {excess}. It is made of:",
    ),
    "warning_blind": Word(
        "Phần thay đổi {part_change}, cả quá trình thay đổi {whole_change}; chênh lệch {excess}. Không đủ tờ khai có "
        "cả hai khoảng thời gian trong cả hai kỳ để phân tích.",
        "The part changed by {part_change}, the whole by {whole_change}: an excess of {excess}. No office and channel "
        "has declarations with both times in both periods, so it can't be taken apart.",
    ),
    "cause": Word("Nguyên nhân", "Cause"),
    "contribution": Word("Đóng góp", "Contribution"),
    "wait": Word(
        "Thời gian chờ trước khi kiểm tra hồ sơ: {change} (tác động ngược dấu)",
        "The wait before the document check: it changed by {change} (counts the other way)",
    ),
    "populations": Word(
        "Hai số trung bình của hai tập tờ khai khác nhau: luồng xanh không kiểm tra hồ sơ",
        "The two means are of different declarations: green ones are not checked",
    ),
    "mix": Word("Cơ cấu chi cục và luồng thay đổi", "The mix of offices and channels moved"),
    "sum": Word("Cộng: chênh lệch", "Together: the excess"),
    "mostly": Word("Nguyên nhân chính: {cause}.", "The greatest part: {cause}."),
    "mostly_wait": Word("thời gian chờ trước khi kiểm tra hồ sơ", "the wait before the document check"),
    "mostly_populations": Word("hai tập tờ khai khác nhau", "the two means are of different declarations"),
    "mostly_mix": Word("cơ cấu thay đổi", "the mix moved"),
    "short_wait": Word("Chờ kiểm tra hồ sơ", "Wait for the check"),
    "short_populations": Word("Tập tờ khai khác nhau", "Other declarations"),
    "short_mix": Word("Cơ cấu", "Mix"),
    "short_whole": Word("Cả quá trình thay đổi", "The whole changed by"),
    "short_part": Word("Phần thay đổi", "The part changed by"),
    "volumes": Word("Khối lượng công việc", "Volumes"),
    "figure": Word("Nội dung", "Figure"),
    "of_last": Word("So với {before}", "Of {before}"),
    "target": Word("Chỉ tiêu năm {year}", "Target of {year}"),
    "of_target": Word("Tỷ lệ đạt", "Reached"),
    "card_of_last": Word("{share} so với {before}", "{share} of {before}"),
    "card_of_target": Word("{share} chỉ tiêu năm", "{share} of the year's target"),
    "outcomes": Word("Kết quả kiểm soát", "Enforcement"),
    "amount": Word("Số tiền {period}", "Amount, {period}"),
    "count": Word("Số vụ {period}", "Cases, {period}"),
    "offices": Word("Theo chi cục", "By office"),
    "declarations": Word("Tờ khai", "Declarations"),
    "note_offices": Word(
        "Từ tiếp nhận tờ khai đến quyết định thông quan/giải phóng hàng.", "From registration to release."
    ),
    "hours": Word("giờ", "h"),
    "minutes": Word("phút", "min"),
    "chart_lengths": Word("Thời gian trung bình", "Mean times"),
    "chart_offices": Word(
        "Thay đổi theo cơ cấu {before}, từ tiếp nhận đến quyết định",
        "Change with the mix of {before}, from registration to release",
    ),
    "chart_excess": Word(
        "Từ thay đổi của cả quá trình đến thay đổi của phần",
        "From the change of the whole to that of the part",
    ),
    "foot": Word(
        "Tờ khai thuộc kỳ mà nó được đăng ký. Không tính tờ khai hủy trước khi có quyết định ({cancelled} trong kỳ) và "
        "tờ khai ngoài phạm vi thống kê.",
        "A declaration belongs to the period of its registration. Not counted: those cancelled before a release "
        "({cancelled} in the period), and those outside the scope of the statistics.",
    ),
}

DIRECTIONS: Final[Words] = {
    "export": Word("Xuất khẩu", "Exports"),
    "import": Word("Nhập khẩu", "Imports"),
    "none": Word("Chưa rõ xuất hay nhập", "Direction not known"),
}

VOLUMES: Final[Words] = {
    "declarations": Word("Tờ khai", "Declarations"),
    "turnover_usd": Word("Kim ngạch", "Turnover"),
    "revenue_vnd": Word("Thu ngân sách", "Revenue"),
}

OUTCOMES: Final[Words] = {
    "post_clearance_check": Word("Kiểm tra sau thông quan", "Checks after clearance"),
    "violation": Word("Vi phạm", "Violations"),
    "fine": Word("Xử phạt", "Fines"),
    "seizure": Word("Tạm giữ, tịch thu", "Seizures"),
}
