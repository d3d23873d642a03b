"""The board says that its data is incomplete when it is, why, and only then."""

from __future__ import annotations

from typing import Any

import pytest

from board_answers import HEALTH, HOUR, known, told, view
from streams.board.answers import Health, Heard, Silence
from streams.board.doubts import LAGGING, doubts


def said(health: Health | None = HEALTH, **other: Any) -> list[str]:
    return list(doubts(view(known=known(health=Heard(health, 100.0), **other))))


def test_a_healthy_pipeline_gives_no_cause() -> None:
    assert said() == []


def test_an_answer_is_told_to_be_old_from_when_the_store_stopped_answering() -> None:
    gone = Heard(told(), 100.0).but("connection refused")
    assert said(store=gone) == ["the store does not answer, this is 2 s old"]


def test_a_store_that_never_answered_is_told_with_the_reason() -> None:
    assert said(store=Heard(None, 0.0, "refused")) == ["the store does not answer: refused"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"gap": LAGGING}, "5,000 messages are not taken in yet"),
        ({"stalled": True}, "the store takes no writes"),
        ({"workers": 3, "ready": 1}, "workers that are not ready: 2"),
        ({"workers": 2, "silent": ("http://127.0.0.1:1/metrics",)}, "workers that do not answer: 1"),
        ({"silences": (Silence("27F1", 3 * HOUR + 600, 2 * HOUR),)}, "27F1 is silent for 3 h 10 min"),
    ],
)
def test_each_cause_is_said(change: dict[str, Any], sentence: str) -> None:
    assert said(HEALTH._replace(**change)) == [sentence]


@pytest.mark.parametrize(
    "change",
    [
        {"gap": LAGGING - 1},
        {"gap": None},
        {"silences": (Silence("27F1", 2 * HOUR, 2 * HOUR),)},
        {"silences": None},
    ],
)
def test_the_nearest_innocent_case_is_not(change: dict[str, Any]) -> None:
    assert said(HEALTH._replace(**change)) == []


def test_workers_that_do_not_answer_are_told_whatever_they_said_before() -> None:
    assert list(doubts(view(known=known(health=Heard(HEALTH, 1.0).but("refused"))))) == ["no worker answers"]
    assert list(doubts(view(known=known(health=Heard())))) == [], "nobody has been asked yet"


def test_the_gravest_comes_first() -> None:
    bad = HEALTH._replace(stalled=True, gap=99_000, silences=(Silence("27F1", 3 * HOUR, HOUR),))
    assert said(bad, store=Heard(told(), 1.0, "x"))[0].startswith("the store does not answer")
    assert len(said(bad)) == 3
