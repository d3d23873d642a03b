"""The lines of panes and of keys fit a terminal of 80 columns, in both languages."""

from __future__ import annotations

import pytest

from board_answers import HANOI
from streams.board.grid import WIDTH, cell_len, text_of
from streams.board.keys import help_lines, key_line, pane_line
from streams.board.scribe import Scribe
from streams.core.durations import Language


@pytest.mark.parametrize("language", ["vi", "en"])
def test_they_fit(language: Language) -> None:
    scribe = Scribe(language, HANOI)
    for one in (key_line(scribe), pane_line(scribe, "oldest"), *help_lines(scribe)):
        assert cell_len(text_of(one).rstrip()) <= WIDTH


def test_the_current_pane_is_in_brackets() -> None:
    assert text_of(pane_line(Scribe("en", HANOI), "oldest")) == (
        " 1 Times   2 Work  [3 Oldest]  4 Alerts   5 Pipeline "
    )
