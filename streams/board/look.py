"""How the board looks: styles of the marks, and the sheet of its widgets.

Blue, orange and vermilion are told apart by colour-blind readers too, and what they mean is also said by a word or
a sign: the board works without any colour.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from rich.text import Text

from streams.board.grid import Line, Mark

STYLES: Final[dict[Mark, str]] = {
    "plain": "",
    "dim": "#9fb0c3",
    "head": "bold",
    "good": "#56b4e9",
    "warn": "bold #e69f00",
    "bad": "bold #ffffff on #a63c00",
}

SHEET: Final = """
Screen { background: #0d1420; color: #e8edf2; }
#header { height: 3; padding: 0 1; background: #17263a; }
#panes { height: 1; padding: 0 1; background: #17263a; }
#keys { height: 1; padding: 0 1; background: #17263a; dock: bottom; }
#body { height: 1fr; }
#left, #right { width: 1fr; height: 1fr; }
.pane { width: 1fr; height: 1fr; padding: 0 0 0 1; scrollbar-size-vertical: 1; scrollbar-gutter: stable;
        overflow-x: hidden; background: #0d1420; scrollbar-color: #4a6078; scrollbar-color-hover: #4a6078;
        scrollbar-background: #17263a; }
.pane Static { height: auto; width: 1fr; }
#oldest { scrollbar-gutter: auto; }
#oldest #note { height: 1; }
RowTable { height: 1fr; background: #0d1420; scrollbar-size-vertical: 1; overflow-x: hidden;
           scrollbar-color: #4a6078; scrollbar-background: #17263a; }
RowTable > .datatable--even-row, RowTable > .datatable--odd-row { background: #0d1420; color: #e8edf2; }
RowTable > .datatable--header { background: #0d1420; color: #9fb0c3; text-style: none; }
RowTable > .datatable--cursor { background: #e8edf2; color: #0d1420; text-style: bold; }
.wide .pane { border: round #4a6078; padding: 0; border-title-style: bold; border-title-color: #e8edf2; }
.wide .pane:focus-within { border: heavy #e8edf2; }
.wide .pane:focus { border: heavy #e8edf2; }
.wide #windows { height: 27; }
.wide #alerts { height: 11; }
.wide #health { height: 17; }
ModalScreen { align: center middle; background: #0d1420 70%; }
.window { width: 78; height: auto; max-height: 90%; border: heavy #e8edf2; background: #17263a; padding: 0 1; }
.window OptionList { height: auto; max-height: 16; background: #17263a; border: none; padding: 0; }
.page { width: 100%; height: 100%; background: #0d1420; padding: 0 1; }
.page VerticalScroll { height: 1fr; }
.page .foot { height: 1; color: #9fb0c3; }
"""


def styled(lines: Iterable[Line]) -> Text:
    """Return lines as a text with styles; nothing in them is read as markup."""
    text = Text("\n", no_wrap=True, overflow="crop").join(
        Text.assemble(*((piece.text, STYLES[piece.mark]) for piece in pieces)) for pieces in lines
    )
    text.no_wrap = True
    return text
