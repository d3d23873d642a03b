"""The pane of the pipeline."""

from __future__ import annotations

from board_answers import HEALTH, HOUR, known, view
from streams.board.answers import Heard, Known, Silence
from streams.board.grid import text_of
from streams.board.health_pane import health_lines
from streams.board.view import Run


def shown(what: Known | None = None, run: Run | None = None) -> list[str]:
    return [text_of(one).rstrip() for one in health_lines(view(known=what or known(), run=run), 78)]


def test_it_has_a_line_for_each_fact() -> None:
    assert shown() == [
        "Messages in       32,914",
        "Done              32,914 (stored 29,287, repeated 3,453, rejected 174)",
        "Still to do       0",
        "Rejected          wrong_type 31 · invalid_value 28",
        "Lag by topic      declaration-events 0 · release-monitor-packed 2",
        "Store             answers in 0.1 s · takes writes",
        "Workers           1 of 1 ready · restarts 0",
        "Watermark         2026-03-10 09:58:40",
        "Windows           all computed",
        "Silent feed       none",
    ]


def test_what_is_wrong_comes_first() -> None:
    bad = HEALTH._replace(stalled=True, failures=7, silences=(Silence("27F1", 3 * HOUR, 2 * HOUR),))
    lines = shown(known(health=Heard(bad, 100.0)))
    assert lines[0] == "‼ DATA INCOMPLETE: the store takes no writes"
    assert "Store             answers in 0.1 s · TAKES NO WRITES · 7 failed writes" in lines
    assert "Silent feed       27F1: 3 h 00 min of working time, allowed 2 h 00 min" in lines


def test_what_no_worker_says_is_not_known() -> None:
    lines = shown(known(health=Heard().but("refused")))
    assert "Messages in       not known" in lines
    assert "Workers           refused" in lines


def test_the_pipeline_that_it_belongs_to_has_its_words_and_how_it_ends() -> None:
    lines = shown(run=Run(("  12.0 s  5 events in, 4 done",), ends=True))
    assert lines[-2:] == [
        "This run          12.0 s 5 events in, 4 done",
        "                  Ends by itself when drained. q stops the whole pipeline.",
    ]
