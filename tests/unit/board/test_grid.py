"""What is laid out has its width, in columns of the terminal, whatever the letters."""

from __future__ import annotations

import unicodedata

import pytest
from rich.cells import cell_len

from streams.board.grid import Column, Grid, Piece, fit, fold, line, spread, text_of

NAME = "Chi cục Hải quan cửa khẩu cảng Nghi Sơn"


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("27F1", 4, "27F1"),
        ("27F1", 3, "27…"),
        (NAME, 12, "Chi cục Hải…"),
        ("通関通関", 6, "通関 …"),
        ("", 3, ""),
    ],
)
def test_a_text_is_cut_to_its_columns_and_says_so(text: str, width: int, shown: str) -> None:
    assert fit(text, width) == shown
    assert cell_len(fit(text, width)) <= width


def test_vietnamese_letters_are_one_column_wide_however_they_are_composed() -> None:
    apart = unicodedata.normalize("NFD", NAME)
    assert len(apart) > len(NAME)
    assert fit(apart, cell_len(NAME)) == apart


def test_a_text_is_folded_between_words() -> None:
    assert fold("Không có tờ khai nào đang làm thủ tục", 16) == [
        "Không có tờ khai",
        "nào đang làm thủ",
        "tục",
    ]
    assert fold("one_word_of_twenty_letters", 10) == ["one_word_…"]
    assert fold("", 10) == []


def test_two_lines_stand_at_the_ends_of_one_and_the_left_one_gives_way() -> None:
    assert text_of(spread(line("left"), line("right"), 12)) == "left   right"
    assert text_of(spread(line("a long left one"), line("right"), 12)) == "a lon… right"
    assert text_of(spread((Piece("ab"), Piece("cdefgh")), line("right"), 12)) == "abcde… right"


def test_a_table_sets_its_cells_under_their_headings() -> None:
    grid = Grid(
        (Column("Stage", 8), Column("Open", 6, right=True)),
        ((Piece("decision"), Piece("12")), (Piece("document check"), Piece("1,234,567"))),
    )
    assert [text_of(one) for one in grid.lines()] == ["Stage      Open", "decision     12", "documen… 1,234…"]
