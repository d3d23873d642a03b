"""The pane of declarations."""

from __future__ import annotations

from board_answers import OLDEST, told, view
from streams.board.answers import OpenRow
from streams.board.grid import text_of
from streams.board.oldest_pane import oldest_grid, oldest_note


def test_each_has_its_office_stage_who_must_act_age_and_whether_it_is_late() -> None:
    assert [text_of(one).rstrip() for one in oldest_grid(view(), told()).lines()] == [
        "Declaration Off. Stage                 Waits for                    Age Limit",
        "10002000142 27F1 specialised insp.     another agency      271 h 05 min LATE",
        "10002000297 27F1 payment               declarant           100 h 00 min",
        "30002001925 –    document check        customs               9 h 00 min",
    ]


def test_what_strangers_wrote_steers_nothing() -> None:
    row = OpenRow("a\x1b[2J[red]", "\n27", "sta\rge", None, 60, None)
    text = text_of(oldest_grid(view(), told(oldest=(row,))).lines()[1])
    assert text.startswith("a·[2J[red]  ·27  sta·ge")


def test_it_says_how_many_of_how_many_it_shows() -> None:
    note = text_of(oldest_note(view("vi"), told(oldest=OLDEST[:2]), 78))
    assert note == "2 tờ lâu nhất trong 44 · Enter: mọi sự kiện của tờ khai"
