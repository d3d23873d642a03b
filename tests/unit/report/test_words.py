"""Every text of a report is there in both languages, with the same gaps."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from streams.core.decompose import CAUSES
from streams.core.report import DIRECTIONS, MEASURES, OUTCOMES
from streams.report import words
from streams.words import Word

ALL = [
    (name, key, word)
    for name in ("TEXTS", "DIRECTIONS", "VOLUMES", "OUTCOMES")
    for key, word in getattr(words, name).items()
]


def gaps(text: str) -> list[str]:
    return sorted({name for _, name, *_ in Formatter().parse(text) if name})


@pytest.mark.parametrize(
    ("name", "key", "word"), ALL, ids=lambda value: value if isinstance(value, str) else ""
)
def test_both_languages_say_it_with_the_same_gaps(name: str, key: str, word: Word) -> None:
    assert word.vi.strip()
    assert word.en.strip()
    assert word.vi != word.en
    assert gaps(word.vi) == gaps(word.en)
    assert not re.search(r"  |\s[,.;:]", word.vi + word.en)


def test_every_fixed_word_has_a_name() -> None:
    assert tuple(words.DIRECTIONS) == (*DIRECTIONS, "none")
    assert tuple(words.VOLUMES) == MEASURES
    assert tuple(words.OUTCOMES) == OUTCOMES
    for cause in CAUSES:
        assert {cause, f"short_{cause}", f"mostly_{cause}"} <= words.TEXTS.keys()
