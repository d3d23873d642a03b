"""Lays out what stands on the board: lines of pieces, each with a mark that says how it is to look."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal, NamedTuple

from rich.cells import cell_len, set_cell_size

WIDTH: Final = 78
"""Columns that a pane has in a terminal of 80, and two of them side by side in one of 160."""

Mark = Literal["plain", "dim", "head", "good", "warn", "bad"]
"""How a piece looks. What it means stands in its words, too: not everybody sees colours."""


class Piece(NamedTuple):
    """A text of one look."""

    text: str
    mark: Mark = "plain"


Line = tuple[Piece, ...]


def line(text: str, mark: Mark = "plain") -> Line:
    """Return a line of one look."""
    return (Piece(text, mark),)


def text_of(pieces: Line) -> str:
    """Return what a line says."""
    return "".join(piece.text for piece in pieces)


def fit(text: str, width: int) -> str:
    """Cut a text to a width in columns of the terminal; what was cut ends in `…`."""
    return text if cell_len(text) <= width else set_cell_size(text, width - 1) + "…"


def fold(text: str, width: int) -> list[str]:
    """Break a text into lines of at most a width, between words where that is possible."""
    lines: list[str] = []
    for word in text.split():
        if lines and cell_len(lines[-1]) + 1 + cell_len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(fit(word, width))
    return lines


def spread(left: Line, right: Line, width: int) -> Line:
    """Put two lines at the two ends of one; the left one is cut where there is no room for both."""
    room = width - cell_len(text_of(right)) - 1
    kept: list[Piece] = []
    for piece in left:
        text = fit(piece.text, room)
        kept.append(piece._replace(text=text))
        room -= cell_len(text)
        if text != piece.text or room <= 0:
            break
    return (*kept, Piece(" " * (1 + max(0, room))), *right)


class Column(NamedTuple):
    """A column: its heading, its width, and on which side its cells stand."""

    heading: str
    width: int
    right: bool = False


class Grid(NamedTuple):
    """A table. Each row has a cell for each column."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Piece, ...], ...]

    def lines(self) -> list[Line]:
        """Return the headings and the rows as lines, one column of space between the cells."""
        head = tuple(Piece(column.heading, "dim") for column in self.columns)
        return [self._line(row) for row in (head, *self.rows)]

    def cells(self, row: Iterable[Piece]) -> list[Line]:
        """Return the cells of a row, each as wide as its column."""
        return [
            (cell._replace(text=_set(cell.text, of)),) for cell, of in zip(row, self.columns, strict=True)
        ]

    def _line(self, row: Iterable[Piece]) -> Line:
        spaced = [piece for (piece,) in self.cells(row) for piece in (piece, Piece(" "))]
        return tuple(spaced[:-1])


def _set(text: str, column: Column) -> str:
    """Set a text into a column: cut to its width, or filled up to it."""
    cut = fit(text, column.width)
    space = " " * (column.width - cell_len(cut))
    return space + cut if column.right else cut + space
