"""The line of panes, the line of keys, and the page of keys."""

from __future__ import annotations

from streams.board.grid import Line, Piece, line
from streams.board.scribe import Scribe
from streams.board.words import HELP, KEYS, PANES


def pane_line(scribe: Scribe, current: str) -> Line:
    """Return the line that names the panes, the current one in brackets."""
    pieces: list[Piece] = []
    for number, (name, word) in enumerate(PANES.items(), 1):
        text = f"{number} {word.in_(scribe.language)}"
        pieces.append(Piece(f"[{text}]", "head") if name == current else Piece(f" {text} ", "dim"))
        pieces.append(Piece(" "))
    return tuple(pieces[:-1])


def key_line(scribe: Scribe) -> Line:
    """Return the line at the bottom."""
    pieces: list[Piece] = []
    for key, word in KEYS.items():
        pieces += [Piece(key, "head"), Piece(f" {word.in_(scribe.language)}  ")]
    return tuple(pieces)


def help_lines(scribe: Scribe) -> list[Line]:
    """Return the page of keys, and of what the columns mean."""
    keys = [(Piece(f"{key:<16}", "head"), Piece(word.in_(scribe.language))) for key, word in HELP.items()]
    notes = [line(scribe.say(note), "dim") for note in ("throughput_note", "optimistic_note", "stage_note")]
    return [*keys, line(""), *notes]
