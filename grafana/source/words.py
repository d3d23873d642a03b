"""What boards say, Vietnamese and English side by side; fixed words of the contract come from `streams.words`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from streams.words import CHANNELS, DIRECTIONS, INTERVALS, Word, Words

BETWEEN: Final = " · "

NOTHING: Final = Word("không có", "none")
NOT_KNOWN: Final = Word("không rõ", "not known")
ALL: Final = Word("tất cả", "all")
OTHER: Final = Word("ngoài danh mục", "not in the table")
NO_DATA: Final = Word("không có số liệu", "no data")

OFFICES: Final[Words] = {"all": ALL, "none": NOT_KNOWN, "other": OTHER}
"""Words in place of a code, where the label `office` has none."""


def both(word: Word) -> str:
    """Return a word as titles have it: Vietnamese first, for it is what staff read."""
    return word.vi if word.vi == word.en else f"{word.vi}{BETWEEN}{word.en}"


def about(word: Word) -> str:
    """Return a longer text as descriptions have it: a paragraph for each language."""
    return f"{word.vi}\n\n{word.en}"


def directions() -> Words:
    """Return every value of the label `direction`, short enough for a column."""
    short = {"import": Word("nhập", "import"), "export": Word("xuất", "export")}
    return {"all": ALL, **some(short, DIRECTIONS), "none": NOT_KNOWN}


def channels() -> Words:
    """Return every value of the label `channel`, with the number that staff say."""
    named = {code: Word(f"{code} {word.vi}", word.en) for code, word in CHANNELS.items()}
    return {"all": ALL, **named, "none": NOT_KNOWN}


def intervals() -> Words:
    """Return the fifteen intervals, each led by its code: the names alone are too like each other."""
    return {
        code: Word(f"{code} {word.vi}", word.en[:1].lower() + word.en[1:]) for code, word in INTERVALS.items()
    }


def some(words: Words, names: Iterable[str]) -> Words:
    """Return some of the words, in the order asked for."""
    return {name: words[name] for name in names}


def joined(words: Words) -> Mapping[str, str]:
    """Return words as boards show them."""
    return {name: both(word) for name, word in words.items()}
