"""A report as one HTML file."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from reports import FACTS, LAST, MATURE_US, THIS, H, leaf, report
from streams.core.durations import Language
from streams.core.report import Report
from streams.core.report_facts import Facts, YearFacts
from streams.report.html import render
from streams.report.markdown import render as as_markdown
from streams.report.writer import Writer

VOID = {"meta", "link", "br", "img", "rect", "line"}


class Reading(HTMLParser):
    """Collects the text and the tags, and whether they close as they open."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.said: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] != ["style"] and data.strip():
            self.said.append(" ".join(data.split()))


def page(language: Language = "vi", of: Report | None = None) -> str:
    return render(Writer(of or report(), language))


@pytest.mark.parametrize("language", ["vi", "en"])
def test_it_is_one_well_formed_file_that_needs_nothing_else(language: Language) -> None:
    text = page(language)
    read = Reading(text)
    assert read.open == []
    assert read.tags[0] == ("html", {"lang": language})
    names = [tag for tag, _ in read.tags]
    assert not {"script", "link", "img", "iframe"} & set(names)
    assert not re.search(r"https?://|url\(|@import|\son\w+=", text)
    assert names.count("svg") == 3
    assert all(attrs.get("aria-label") for tag, attrs in read.tags if tag == "svg")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_it_says_in_words_all_that_the_markdown_says(language: Language) -> None:
    said = " ".join(Reading(page(language)).said)
    for line in as_markdown(Writer(report(), language)).splitlines():
        for cell in line.strip("|").split(" | ") if line.startswith("|") else [line]:
            plain = cell.replace("**", "").replace("\\", "").strip("#> ⚠-:").strip()
            for part in plain.split(" · "):
                assert part in said, line


def test_provisional_and_official_look_different() -> None:
    young = page("vi", report(Facts(THIS, LAST, {}, MATURE_US - 1)))
    assert '<span class="badge young">◔ Số liệu tạm thời</span>' in young
    assert '<span class="badge">✓ Số liệu chính thức</span>' in page("vi")


def test_a_warning_without_causes_and_a_report_without_offices_leave_their_charts_out() -> None:
    this = YearFacts((leaf("27F2", "import", "2", 1, 10 * H, 1 * H), leaf("27B1", "import", "1", 5, 20 * H)))
    text = page("en", report(Facts(this, LAST, {}, None)))
    assert "so it can&#39;t be taken apart" in text
    assert text.count("<svg") == 2


def test_the_code_of_an_office_is_text_whatever_it_is() -> None:
    this = YearFacts((leaf("<script>", "import", "1", 1, H),))
    text = page("en", report(Facts(this, this, FACTS.targets, None)))
    assert "<script>" not in text
    assert "&lt;script&gt;" in text
