"""Every text of the board is in both languages, names the same things in both, and fits where it stands."""

from __future__ import annotations

from string import Formatter

import pytest
from rich.cells import cell_len

from streams.board import words
from streams.board.grid import WIDTH
from streams.board.scribe import Scribe
from streams.core.vocabulary import STAGES
from streams.words import WAITING_ON, Words

CATALOGUES: dict[str, Words] = {name: value for name, value in vars(words).items() if name.isupper()}


def named(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("name", CATALOGUES)
def test_every_text_is_there_in_both_languages_and_takes_the_same(name: str) -> None:
    for key, word in CATALOGUES[name].items():
        assert word.vi == word.vi.strip() != "", key
        assert word.en == word.en.strip() != "", key
        assert named(word.vi) == named(word.en), key


def test_the_short_names_are_of_the_same_things_as_the_long_ones() -> None:
    assert list(words.STAGES) == list(STAGES)
    assert list(words.WAITING_ON) == list(WAITING_ON)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_two_short_names_look_alike_and_they_fit(language: str) -> None:
    for catalogue, width in ((words.STAGES, 21), (words.WAITING_ON, 15), (words.ROW_DIRECTIONS, 9)):
        shown = [getattr(word, language) for word in catalogue.values()]
        assert len(set(shown)) == len(shown)
        assert max(map(cell_len, shown)) <= width


@pytest.mark.parametrize("language", ["vi", "en"])
def test_notes_fit_a_pane(language: str) -> None:
    for note in ("throughput_note", "optimistic_note", "stage_note", "nothing_open", "nothing_windows"):
        assert cell_len(getattr(words.TEXTS[note], language)) <= WIDTH, note


def test_what_the_board_says_takes_what_it_is_given() -> None:
    assert (
        Scribe("en", None).say("silent", office="27F1", age="3 h 10 min") == "27F1 is silent for 3 h 10 min"
    )  # type: ignore[arg-type]
