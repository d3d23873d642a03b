"""The panes as widgets: a scrolling text, and the table of open declarations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Final

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widgets import DataTable, Static

from streams.board.grid import Grid, Line
from streams.board.look import styled


class TextPane(VerticalScroll):
    """A pane of lines, which scrolls."""

    def __init__(self, name: str) -> None:
        super().__init__(id=name, classes="pane")
        self._text = Static()

    def compose(self) -> ComposeResult:
        """Hold the text."""
        yield self._text

    def show(self, lines: Iterable[Line]) -> None:
        """Show these lines instead."""
        self._text.update(styled(lines))


class RowTable(DataTable[Text]):
    """A table whose Home and End keys lead to its first and its last row."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("home", "scroll_top"),
        Binding("end", "scroll_bottom"),
    ]


class TablePane(Vertical):
    """A pane with a table of which one row is chosen, and a line below it."""

    def __init__(self, name: str) -> None:
        super().__init__(id=name, classes="pane")
        self.table: Final = RowTable(cursor_type="row", cell_padding=0)
        self._note = Static(id="note")
        self._grid: Grid | None = None
        self._keys: tuple[str, ...] = ()

    def compose(self) -> ComposeResult:
        """Hold the table and the line."""
        yield self.table
        yield self._note

    @property
    def chosen(self) -> str | None:
        """The key of the row that is chosen, None where there is none."""
        row = self.table.cursor_row
        return self._keys[row] if 0 <= row < len(self._keys) else None

    def say(self, lines: Iterable[Line]) -> None:
        """Show lines and no table."""
        self._keys = ()
        self._grid = None
        self.table.clear(columns=True)
        self._note.update(styled(lines))

    def show(self, grid: Grid, keys: tuple[str, ...], note: Line) -> None:
        """Show this table, whose rows have these keys. The row that is chosen stays so, wherever it has come to."""
        self._note.update(styled([note]))
        if grid == self._grid:
            return
        chosen, row, top = self.chosen, self.table.cursor_row, self.table.scroll_y
        self._grid, self._keys = grid, keys
        self.table.clear(columns=True)
        for column in grid.columns:
            heading = column.heading.rjust(column.width) if column.right else column.heading
            space = 0 if column is grid.columns[-1] else 1
            self.table.add_column(Text(heading), width=column.width + space)
        for cells in grid.rows:
            self.table.add_row(*(styled([one]) for one in grid.cells(cells)))
        if keys:
            self.table.move_cursor(row=keys.index(chosen) if chosen in keys else min(row, len(keys) - 1))
            self.table.scroll_to(y=top, animate=False)
