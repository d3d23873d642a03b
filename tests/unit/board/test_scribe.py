"""Lengths, times and names as staff read them."""

from __future__ import annotations

import pytest

from board_answers import HANOI, NOW, OFFICES
from streams.board.answers import Filter
from streams.board.scribe import Scribe
from streams.board.words import STAGES

VI, EN = Scribe("vi", HANOI), Scribe("en", HANOI)


@pytest.mark.parametrize(
    ("seconds", "vi", "en"),
    [
        (None, "–", "–"),
        (0.0, "0 giây", "0 s"),
        (59.9, "59 giây", "59 s"),
        (60.0, "0:01", "0:01"),
        (49_260.0, "13:41", "13:41"),
        (3_599_999.0, "999:59", "999:59"),
    ],
)
def test_lengths_in_tables_are_hours_and_minutes_and_under_a_minute_seconds(
    seconds: float | None, vi: str, en: str
) -> None:
    assert (VI.short(seconds), EN.short(seconds)) == (vi, en)


def test_times_are_those_of_the_zone() -> None:
    assert VI.time(NOW) == "2026-03-10 10:00:00"
    assert VI.time(None) == "–"


def test_a_place_is_named_in_the_language_and_by_its_code_where_it_has_no_name() -> None:
    assert EN.place(Filter("27F1", "export"), OFFICES) == "27F1 Thanh Hoa Port · export"
    assert VI.place(Filter(), OFFICES) == "Tất cả chi cục · nhập và xuất"
    assert VI.office("9\x1b[31m", OFFICES) == "9·[31m"


def test_a_word_that_is_not_in_the_catalogue_is_written_as_it_came() -> None:
    assert EN.word(STAGES, "new_stage") == "new_stage"
    assert EN.word(STAGES, None) == "–"
