"""The values of labels: of each there are few, whatever is in the data."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

NONE: Final = "none"
"""Label of what an event or a declaration does not say."""

OTHER: Final = "other"
"""Label of what is outside the words that are known."""

ALL: Final = "all"
"""Label of a roll-up, or of what is not told apart."""


class Known:
    """The values that a label can have, beside `other` and `none`."""

    __slots__ = ("_known", "words")

    def __init__(self, words: Collection[str]) -> None:
        self.words = tuple(words)
        """The values themselves."""
        self._known = frozenset(words)

    def of(self, word: str | int | None) -> str:
        """Return the label of a word."""
        if word is None:
            return NONE
        text = str(word)
        return text if text in self._known else OTHER


DIRECTIONS: Final = Known(("import", "export"))
CHANNELS: Final = Known(("1", "2", "3"))
