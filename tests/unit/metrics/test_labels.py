"""Labels have few values, whatever is in the data."""

from __future__ import annotations

from streams.metrics.labels import CHANNELS, DIRECTIONS, Known


def test_known_words_are_themselves_and_all_others_are_one() -> None:
    known = Known(("27F1", "27F2"))
    assert [known.of(word) for word in ("27F1", "27F2", "27F3", "", None)] == [
        *("27F1", "27F2", "other"),
        *("other", "none"),
    ]


def test_numbers_are_written() -> None:
    assert [CHANNELS.of(number) for number in (1, 2, 3, 4, None)] == ["1", "2", "3", "other", "none"]
    assert [DIRECTIONS.of(word) for word in ("import", "export", "transit", None)] == [
        *("import", "export"),
        *("other", "none"),
    ]
