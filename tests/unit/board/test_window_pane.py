"""The pane of times: throughput and live, by direction, with what is not reached told from what is not there."""

from __future__ import annotations

from board_answers import ENDS, WINDOWS, known, told, view
from streams.board.answers import Filter, Heard, WindowRow
from streams.board.grid import text_of
from streams.board.window_pane import window_lines


def shown(*windows: WindowRow, asked: Filter = Filter()) -> list[str]:  # noqa: B008
    answer = told(asked, windows=windows or WINDOWS)
    return [
        text_of(one).rstrip()
        for one in window_lines(view(known=known(store=Heard(answer, 1.0)), asked=asked), 78)
    ]


def test_each_window_has_a_row_for_each_direction() -> None:
    lines = shown()
    assert lines[:5] == [
        "Registration to release (h:min)",
        "Window  Direction   Done     mean      p50      p90    New live p50 live p90",
        "1 h     import        12     1:06      3 s    25:00     17     30 s  not yet",
        "→10:01  export        12     1:06      3 s    25:00     17     30 s  not yet",
        "        both          12     1:06      3 s    25:00     17     30 s  not yet",
    ]
    assert lines[5].startswith("24 h*   import       340")


def test_the_day_is_said_to_be_optimistic() -> None:
    assert any(line.startswith("* Live 24 h is optimistic") for line in shown())


def test_with_one_direction_there_is_one_row_for_each_window() -> None:
    lines = shown(asked=Filter("all", "export"))
    assert [line.split()[2] for line in lines[2:5]] == ["export"] * 3


def test_a_window_without_a_row_has_nothing_in_it() -> None:
    only = WindowRow("REG_REL", "7d", "import", 3, 60.0, 60.0, 60.0, 0, None, None)
    lines = shown(only)
    assert lines[2] == "1 h     import         0        –        –        –      0        –        –"
    assert lines[8] == "7 d     import         3     0:01     0:01     0:01      0        –        –"


def test_a_window_that_was_not_computed_is_told_from_an_empty_one() -> None:
    answer = told(ends=ENDS[:2])
    lines = [text_of(one).rstrip() for one in window_lines(view(known=known(store=Heard(answer, 1.0))), 78)]
    assert lines[8] == "7 d     import         –        –        –        –      –        –        –"


def test_a_window_that_ends_on_another_day_says_which() -> None:
    assert shown()[9].startswith("→03-11  export")


def test_before_any_window_was_computed_that_is_said() -> None:
    answer = told(windows=(), ends=())
    lines = window_lines(view(known=known(store=Heard(answer, 1.0))), 78)
    assert [text_of(one) for one in lines] == ["No window has been computed yet."]
