"""Makes text of strangers fit to be shown."""

from __future__ import annotations


def printable(text: str) -> str:
    """Write text of a stranger so that it can't steer the terminal: what is not printable becomes a dot."""
    return "".join(letter if letter.isprintable() else "·" for letter in text)
