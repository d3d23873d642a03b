"""What the page of a declaration shows, in both languages."""

from __future__ import annotations

import re
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from builders import FEED, channel, event
from streams.cli.timeline_page import Page, Told, show
from streams.core.declaration import History
from streams.core.durations import Language
from streams.core.event import Accepted, Event
from streams.core.timeline import revisions
from streams.reference import load_reference
from streams.store.lookup import ViewFinding
from streams.words import Word

KEY = "10000000001"
REFERENCE = load_reference(None)
RECEIVED_US = event("CLEARED", "18:00:00").occurred_us


def told(*events: Event, status: str | None = None, findings: tuple[ViewFinding, ...] = ()) -> Told:
    stored = [Accepted(one, FEED, RECEIVED_US + place * 1_000_000) for place, one in enumerate(events)]
    history = History()
    for one in stored:
        history.add(one)
    state = history.fold(KEY, REFERENCE)
    assert state is not None
    return Told(
        history,
        state,
        status or state.status,
        findings,
        list(revisions(KEY, stored, REFERENCE)),
        REFERENCE.calendar_of(state.office),
        Word("Cảng Nghi Sơn", "Nghi Son Port"),
    )


def lines(page: Told, language: Language = "en") -> list[str]:
    plain = StringIO()
    Console(file=plain, width=1_000, color_system=None).print(Page(page, language, plain=True).render())
    return [re.sub(r" {2,}", " | ", line.strip()) for line in plain.getvalue().splitlines()]


def section(page: Told, title: str, language: Language = "en") -> list[str]:
    """The rows below a title, without the head of the table."""
    shown = lines(page, language)
    start = shown.index(title) + 1
    end = shown.index("", start) if "" in shown[start:] else len(shown)
    return shown[start + 1 : end] if end - start > 1 else shown[start:end]


def yellow(**fields: Any) -> tuple[Event, ...]:
    """A declaration of channel 2 that was cleared on the next day."""
    attrs = {"office": "27F2", "direction": "import", "kind": "A11", "tax_vnd": 1500000, "value_usd": 1234.5}
    return (
        event(
            "REGISTERED", "16:00:00", attrs=attrs, declaration_no="100000000010", actor="DECLARANT", **fields
        ),
        channel(2, "16:00:03.250", actor="SYSTEM"),
        event("DOC_CHECK_STARTED", "16:10:00", actor="CUSTOMS", clock="OFFICER", occurred_precision="minute"),
        event("DOC_CHECK_COMPLETED", "16:30:00", actor="CUSTOMS"),
        event("CLEARED", "2026-03-03T05:41:30+07:00", actor="CUSTOMS"),
    )


def test_the_head_says_what_it_is_and_where_it_stands() -> None:
    assert lines(told(*yellow()))[:12] == [
        "Declaration | 10000000001 (100000000010)",
        "Direction | import",
        "Office | 27F2 Nghi Son Port",
        "Kind | A11",
        "Channel | yellow",
        "Value, USD | 1,234.50",
        "Tax, VND | 1,500,000",
        "Status | cleared",
        "Stage | done",
        "Revision | 5",
        "Times at | +07:00",
        "",
    ]


def test_the_head_in_vietnamese_with_who_must_act() -> None:
    page = told(*yellow()[:2], channel(3, "16:05:00", "CHANNEL_CHANGED"))
    head = lines(page, "vi")
    assert "Chi cục | 27F2 Cảng Nghi Sơn" in head
    assert "Luồng | đỏ (ban đầu: vàng)" in head
    assert "Trạng thái | đang làm thủ tục" in head
    assert "Công việc hiện tại | chờ nộp hồ sơ" in head
    assert "Bên phải xử lý | người khai hải quan" in head


def test_an_expired_declaration_is_what_the_view_says() -> None:
    page = told(event("PRE_REGISTERED", "08:00:00"), status="expired")
    assert "Status | expired, pre-registered only" in lines(page)


def test_events_stand_in_order_with_what_each_says_first() -> None:
    assert section(told(*yellow()), "Events") == [
        "2026-03-02 16:00:00 | Registered (REGISTERED) | SIM | declarant | direction=import kind=A11 office=27F2"
        " tax_vnd=1500000 value_usd=1234.5 | REGISTERED-16:00:00-0-",
        "2026-03-02 16:00:03.250 | Channel assigned (CHANNEL_ASSIGNED) | SIM | system | channel=2"
        " | CHANNEL_ASSIGNED-16:00:03.250-0-",
        "2026-03-02 16:10 | Document check started (DOC_CHECK_STARTED) | SIM | customs | typed by an officer"
        " | DOC_CHECK_STARTED-16:10:00-0-",
        "2026-03-02 16:30:00 | Document check completed (DOC_CHECK_COMPLETED) | SIM | customs"
        " | DOC_CHECK_COMPLETED-16:30:00-0-",
        "2026-03-03 05:41:30 | Cleared (CLEARED) | SIM | customs | CLEARED-2026-03-03T05:41:30+07:00-0-",
    ]


@pytest.mark.parametrize(
    ("language", "marks"),
    [
        (
            "en",
            [
                "replaced",
                "correction 1",
                "retracted",
                "takes back, correction 1",
                "conflicting",
                "known by the day",
            ],
        ),
        (
            "vi",
            [
                "đã bị thay thế",
                "bản sửa 1",
                "đã bị rút",
                "rút lại, bản sửa 1",
                "trùng mã, không dùng",
                "chỉ biết ngày",
            ],
        ),
    ],
)
def test_what_does_not_count_is_marked(language: Language, marks: list[str]) -> None:
    page = told(
        event("REGISTERED", "08:00:00"),
        event("CLEARED", "10:00:00"),
        event("CLEARED", "10:30:00", revision=1),
        event("GATE_OUT", "11:00:00"),
        event("GATE_OUT", "11:00:00", revision=1, op="RETRACT"),
        event("TAX_DUE", "09:00:00", event_id="t", revision=0),
        event("TAX_DUE", "09:10:00", event_id="t", revision=0, attrs={"tax_vnd": 1}),
        event("ARRIVED", "00:00:00", occurred_precision="day"),
    )
    shown = "\n".join(section(page, {"en": "Events", "vi": "Sự kiện"}[language], language))
    for mark in marks:
        assert f" | {mark} | " in shown, mark
    assert shown.count(marks[0]) == shown.count(marks[4]) == 1


def test_milestones_have_their_event_or_how_they_are_deemed() -> None:
    shown = section(told(*yellow()), "Milestones")
    assert [row.split(" | ")[0] for row in shown] == [f"M{n}" for n in range(11)] + ["MX"]
    assert shown[1] == "M1 | Registered | 2026-03-02 16:00:00 | REGISTERED-16:00:00-0-"
    assert shown[2] == "M2 | Dossier complete | 2026-03-02 17:00:00 | deemed: after 1 working hour"
    assert shown[3] == "M3 | Document check start | 2026-03-02 16:10 | DOC_CHECK_STARTED-16:10:00-0-"
    assert shown[8].startswith("M8 | Release decision | 2026-03-03 05:41:30 | ")
    assert shown[11] == "MX | Cancelled | –"
    assert section(told(*yellow()), "Mốc thời gian", "vi")[8].startswith(
        "M8 | Quyết định thông quan/giải phóng hàng | "
    )


def test_intervals_have_both_lengths_in_the_form_of_rule_15() -> None:
    english = section(told(*yellow()), "Intervals")
    assert english[0] == (
        "REG_REL | Registration to release | 2026-03-02 16:00:00 | 2026-03-03 05:41:30 | 13 h 41 min | 1 h 00 min"
    )
    vietnamese = section(told(*yellow()), "Khoảng thời gian", "vi")
    assert vietnamese[0].endswith(" | 13 giờ 41 phút | 1 giờ 00 phút")
    assert vietnamese[0].startswith(
        "REG_REL | Từ tiếp nhận tờ khai đến quyết định thông quan/giải phóng hàng | "
    )


def test_an_interval_without_a_length_is_shown_with_a_dash_and_its_flags() -> None:
    page = told(*yellow(is_backfill=True)[:2])
    assert section(page, "Intervals")[0] == (
        "REG_REL | Registration to release | 2026-03-02 16:00:00 | – | – | – | back-filled"
    )


def test_an_orphan_has_no_intervals() -> None:
    assert section(told(event("CLEARED", "09:00:00")), "Intervals") == ["none"]


def test_findings_are_named_in_words_and_by_their_fixed_word() -> None:
    page = told(
        *yellow(),
        findings=(ViewFinding("negative", "e1", "REG_REL: -60 s"), ViewFinding("orphan", None, "x")),
    )
    assert section(page, "Findings about the data") == [
        "negative | negative interval | e1 | REG_REL: -60 s",
        "orphan | no registration for 72 hours | x",
    ]
    assert section(told(*yellow()), "Vấn đề về dữ liệu", "vi") == ["không có"]


def test_revisions_tell_what_each_event_changed() -> None:
    page = told(
        *yellow(),
        event("CLEARED", "16:45:00", event_id="c2", revision=1),
        event("GATE_IN", "17:00:00", actor="PORT"),
    )
    shown = section(page, "What each event changed")
    assert shown[0] == (
        "1 | 2026-03-02 18:00:00 | Registered (REGISTERED) 2026-03-02 16:00:00 | Status: open; Stage: registered, waits"
        " for a channel; Waits for: customs; M1: 2026-03-02 16:00:00"
    )
    assert "M8: 2026-03-03 05:41:30 → 2026-03-02 16:45:00" in shown[5]
    assert "REG_REL: 13 h 41 min (working 1 h 00 min) → 0 h 45 min (working 0 h 45 min)" in shown[5]
    assert shown[6].endswith(" | Waits for: port")


def test_a_revision_that_changes_nothing_says_so() -> None:
    page = told(*yellow(), event("REGISTERED", "17:30:00", occurrence_no=2))
    assert section(page, "What each event changed")[-1].endswith(" | nothing")
    assert section(page, "Từng sự kiện đã thay đổi gì", "vi")[-1].endswith(" | không thay đổi gì")


def test_other_peoples_text_can_t_steer_the_terminal_or_the_layout() -> None:
    page = told(event("REGISTERED", "08:00:00", event_id="a\x1b[31m[bold]b[/bold]\n", attrs={"oga": "\x07"}))
    shown = "\n".join(lines(page))
    assert "a·[31m[bold]b[/bold]·" in shown
    assert "oga=·" in shown
    assert "\x1b" not in shown


def test_without_a_terminal_each_row_is_one_line_without_colours(capsys: pytest.CaptureFixture[str]) -> None:
    show(told(*yellow()), "en")
    printed = capsys.readouterr().out
    assert "\x1b" not in printed
    assert all(line == line.rstrip() for line in printed.splitlines())
    assert any(line.startswith("REG_REL") and line.endswith("1 h 00 min") for line in printed.splitlines())


def test_on_a_narrow_terminal_nothing_is_cut_short() -> None:
    narrow = StringIO()
    Console(file=narrow, width=80, color_system=None).print(Page(told(*yellow()), "vi").render())
    printed = narrow.getvalue()
    assert "…" not in printed
    assert max(map(len, printed.splitlines())) <= 80


@pytest.mark.parametrize(
    ("language", "there", "not_there"),
    [
        ("en", ("Document check started", "deemed: after 1 working hour", "13 h 41 min"), "SIM"),
        ("vi", ("Thông quan", "coi như đủ hồ sơ: sau 1 giờ làm việc", "13 giờ 41 phút"), "Mã sự kiện"),
    ],
)
def test_the_brief_page_fits_a_narrow_terminal(
    language: Language, there: tuple[str, ...], not_there: str
) -> None:
    page, shown = told(*yellow()), StringIO()
    Console(file=shown, width=80, color_system=None).print(Page(page, language, brief=True).render())
    text = shown.getvalue()
    assert max(map(len, text.splitlines())) <= 80
    assert all(name in text or name in " ".join(text.split()) for name in there)
    for left_out in (not_there, "event_id", "DOC_CHECK_STARTED", "16:00:03.250"):
        assert left_out not in text
