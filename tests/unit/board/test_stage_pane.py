"""The pane of work: most past the limit first."""

from __future__ import annotations

from board_answers import known, told, view
from streams.board.answers import Heard, StageRow
from streams.board.grid import text_of
from streams.board.stage_pane import stage_lines


def test_what_is_past_its_limit_comes_first_then_what_is_oldest() -> None:
    assert [text_of(one).rstrip() for one in stage_lines(view(), 78)] == [
        "Stage                 Waits for           Open            Oldest     Late",
        "document check        customs               31        9 h 00 min      ! 4",
        "specialised insp.     another agency         1      271 h 05 min      ! 1",
        "payment               declarant             12      100 h 00 min        0",
        "Late: longer in this stage than the stage's limit.",
    ]


def test_a_stage_that_nobody_must_act_in_has_a_row_too() -> None:
    answer = told(stages=(StageRow(None, None, 2, 60, 0),))
    assert text_of(stage_lines(view(known=known(store=Heard(answer, 1.0))), 78)[1]).split() == [
        "–", "–", "2", "0", "h", "01", "min", "0",
    ]  # fmt: skip
