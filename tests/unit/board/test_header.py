"""The three lines at the top: place and clock, freshness, numbers."""

from __future__ import annotations

import pytest

from board_answers import HEALTH, known, told, view
from streams.board.answers import Filter, Heard
from streams.board.grid import cell_len, text_of
from streams.board.header import header


def shown(**other: object) -> list[str]:
    return [text_of(one).rstrip() for one in header(view(**other), 78)]


def test_it_says_where_when_how_fresh_and_how_much() -> None:
    assert shown() == [
        "All offices · import and export                      2026-03-10 10:00:00 +0700",
        "✓ Data up to 2026-03-10 09:59:40, 20 s behind the present",
        "Open 44 · past the stage's limit 5 · alerts 2",
    ]


def test_data_that_is_not_whole_is_said_to_be_with_the_first_reason_and_how_many_more() -> None:
    bad = HEALTH._replace(stalled=True, gap=99_000)
    line = shown(known=known(health=Heard(bad, 100.0)))[1]
    assert line == "‼ DATA INCOMPLETE: the store takes no writes, and 1 more (key 5)"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_reason_is_too_long_for_the_line(language: str) -> None:
    store = Heard(None, 0.0, "ClickHouse at 127.0.0.1:8123 can't be used: " + "x" * 300)
    bad = HEALTH._replace(stalled=True)
    lines = header(view(language, known=known(store=store, health=Heard(bad, 100.0))), 78)  # type: ignore[arg-type]
    assert all(cell_len(text_of(one)) <= 78 for one in lines)
    assert "5)" in text_of(lines[1])


def test_the_clock_of_a_replay_is_named_as_such() -> None:
    line = shown(known=known(store=Heard(told(replay=True), 100.0)))[1]
    assert line == "✓ Data up to 2026-03-10 10:00:00, the clock is the data's (replay)"


def test_without_metrics_the_watermark_says_up_to_when_there_is_data() -> None:
    assert "09:58:40, 1 min" not in shown(known=known(health=Heard()))[1]
    assert "09:58:40, 0 h 01 min behind" in shown(known=known(health=Heard()))[1]


def test_numbers_of_another_question_are_not_shown() -> None:
    assert shown(asked=Filter("27B1"))[2] == "Open – · past the stage's limit – · alerts 2"


def test_what_prometheus_says_is_not_known_without_it() -> None:
    assert shown(known=known(alerts=None))[2].endswith("alerts: not known")


def test_paused_is_said() -> None:
    assert "PAUSED 2026-03-10" in shown(paused=True)[0]
