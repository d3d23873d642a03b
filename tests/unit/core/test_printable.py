"""What strangers sent is shown, and can't steer the terminal."""

from __future__ import annotations

from streams.core.printable import printable


def test_control_characters_become_dots_and_letters_stay() -> None:
    assert printable("a\x1b[31mb\nc\x07\u202ed") == "a·[31mb·c··d"
    assert printable("Tờ khai 27F1 {}") == "Tờ khai 27F1 {}"
