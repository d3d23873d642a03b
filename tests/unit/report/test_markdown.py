"""A report in Markdown, in both languages."""

from __future__ import annotations

import pytest

from reports import FACTS, LAST, MATURE_US, THIS, H, leaf, report, worth
from streams.core.durations import Language
from streams.core.period import Period
from streams.core.report import Report
from streams.core.report_facts import Facts, YearFacts
from streams.report.markdown import render
from streams.report.writer import Writer


def page(language: Language, of: Report | None = None) -> str:
    return render(Writer(of or report(), language))


def row(text: str, begin: str) -> list[str]:
    """The cells of the first row that begins so."""
    line = next(line for line in text.splitlines() if line.startswith(f"| {begin}"))
    return [cell.strip() for cell in line.strip("|").split(" | ")]


def test_the_announcement_in_vietnamese() -> None:
    text = page("vi")
    assert text.startswith("# Thời gian giải phóng hàng năm 2023\n")
    assert (
        "So với năm 2022 · tất cả các chi cục · **Số liệu chính thức** · Số liệu tính đến 31/01/2024 00:00"
        in text
    )
    assert (
        "- Nhập khẩu, từ tiếp nhận tờ khai đến quyết định thông quan/giải phóng hàng: trung bình 18 giờ 10 phút,"
        " giảm 3 giờ 30 phút so với năm 2022 (theo cơ cấu năm 2022: giảm 3 giờ 30 phút)." in text
    )
    assert row(text, "Nhập khẩu: từ bắt đầu kiểm tra chi tiết hồ sơ")[1:] == [
        "17 giờ 20 phút",
        "25 giờ 20 phút",
        "−8 giờ 00 phút",
        "−8 giờ 00 phút",
    ]
    assert row(text, "Thu ngân sách ")[1:] == [
        "16.196,6 tỷ đồng",
        "2,0 tỷ đồng",
        "809.830,0 %",
        "13.500,0 tỷ đồng",
        "120,0 %",
    ]
    assert row(text, "Xử phạt")[1:] == ["5", "5", "1,3 tỷ đồng", "990,0 triệu đồng"]
    assert row(text, "27F1 Chi cục Hải quan cửa khẩu cảng Thanh Hóa: nhập khẩu")[1:] == [
        "64",
        "106,7 %",
        "19 giờ 12 phút",
        "22 giờ 00 phút",
        "−2 giờ 48 phút",
        "−2 giờ 48 phút",
        "5,6 %",
    ]


def test_the_announcement_in_english() -> None:
    text = page("en")
    assert text.startswith("# Release times of 2023\n")
    assert (
        "- Imports, registration to release: 18 h 10 min on average, 3 h 30 min less than in 2022"
        " (with the mix of 2022: 3 h 30 min less)." in text
    )
    assert row(text, "Revenue ")[1:] == [
        "16,196.6 billion VND",
        "2.0 billion VND",
        "809,830.0 %",
        "13,500.0 billion VND",
        "120.0 %",
    ]


def test_what_a_mean_is_of_stands_below_it() -> None:
    basis = page("en").split("## What the means are of")[1]
    assert row(basis, "Imports: registration to release")[1:] == [
        "60 (60)",
        "64 (60)",
        "98.4 % (100.0 %)",
        "4.7 % (0.0 %)",
        "100.0 %",
    ]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "vi",
            (
                "### ⚠ Nhập khẩu: thời gian “Từ bắt đầu kiểm tra chi tiết hồ sơ đến quyết định” thay đổi nhiều hơn",
                "Phần thay đổi −8 giờ 00 phút, cả quá trình thay đổi −3 giờ 30 phút; chênh lệch −4 giờ 30 phút.",
                "Thời gian chờ trước khi kiểm tra hồ sơ: +1 giờ 00 phút (tác động ngược dấu)",
                "**Nguyên nhân chính: hai tập tờ khai khác nhau.**",
            ),
        ),
        (
            "en",
            (
                "### ⚠ Imports: “Document check to release” changed by more than “Registration to release”",
                "The part changed by −8 h 00 min, the whole by −3 h 30 min: an excess of −4 h 30 min.",
                "The wait before the document check: it changed by +1 h 00 min (counts the other way)",
                "**The greatest part: the two means are of different declarations.**",
            ),
        ),
    ],
)
def test_a_part_that_fell_more_than_the_whole_is_explained(
    language: Language, words: tuple[str, ...]
) -> None:
    text = page(language)
    assert [one for one in words if one not in text] == []


def test_a_warning_that_can_t_be_explained_says_so() -> None:
    this = YearFacts((leaf("27F2", "import", "2", 1, 10 * H, 1 * H), leaf("27B1", "import", "1", 5, 20 * H)))
    text = page("en", report(Facts(this, LAST, {}, None)))
    assert "so it can't be taken apart" in text
    assert "Contribution" not in text


def test_provisional_figures_say_how_many_are_open() -> None:
    of = report(Facts(THIS, LAST, {}, MATURE_US - 1))
    assert (
        "> The figures of 2023 are provisional: its declarations have not been followed for 30 days yet;"
        in page("en", of)
    )
    assert "3 declarations (2.1 %) are not released." in page("en", of)
    assert "**Số liệu tạm thời**" in page("vi", of)
    assert "3 tờ khai (2,1 %) chưa có quyết định" in page("vi", of)
    assert page("en", of).count("> The figures of") == 1


def test_a_month_and_one_office() -> None:
    of = report(Facts(THIS, LAST, {}, None), Period(2023, 6, "27F1"))
    assert "# Thời gian giải phóng hàng tháng 6 năm 2023" in page("vi", of)
    assert "So với tháng 6 năm 2022 · 27F1 Chi cục Hải quan cửa khẩu cảng Thanh Hóa" in page("vi", of)
    assert "# Release times of 6/2023" in page("en", of)
    assert "nothing stored yet" in page("en", of)
    assert "## By office" not in page("en", of)


def test_columns_stand_below_each_other_in_plain_text() -> None:
    for table in page("vi").split("\n\n"):
        lines = [line for line in table.splitlines() if line.startswith("|")]
        assert len({len(line) for line in lines}) <= 1


def test_the_code_of_an_office_is_text_whatever_it_is() -> None:
    hostile = "|<b>\x1b[31m`"
    this = YearFacts((leaf(hostile, "import", "1", 1, H),), (worth(hostile, "import", 1, "0", "0"),))
    text = page("en", report(Facts(this, YearFacts(), FACTS.targets, None)))
    assert "\x1b" not in text
    assert r"\|\<b>·\[31m\`" in text


def test_an_office_that_only_has_outcomes_has_no_row_of_times() -> None:
    assert "| 27F1 " in page("en")
    assert "| 27B1 " not in page("en")


def test_without_a_year_before_there_is_no_comparison() -> None:
    text = page("en", report(Facts(THIS, YearFacts(), {}, None)))
    assert "- Imports, registration to release: 18 h 10 min on average.\n" in text
    assert row(text, "Imports: registration to release")[2:] == ["–", "–", "–"]
