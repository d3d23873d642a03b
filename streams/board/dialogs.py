"""What opens over the board: the page of keys, the list of offices, one declaration."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, Final

from rich.console import RenderableType
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option
from textual.worker import Worker, WorkerState

from streams.board.grid import line
from streams.board.keys import help_lines
from streams.board.look import styled
from streams.board.scribe import Scribe
from streams.core.durations import Language

LEAVE: Final = Binding("ctrl+c", "app.quit", priority=True)
"""Ctrl-C leaves, as it does every other command."""

BACK: Final[list[BindingType]] = [("escape", "back", ""), ("q", "back", ""), LEAVE]


class UnreadableError(Exception):
    """A declaration can't be read; the message says why."""


Timeline = Callable[[str, Language], RenderableType]
"""Returns the page of a declaration by its key. Called from a thread. Raises UnreadableError."""


class HelpDialog(ModalScreen[None]):
    """The page of keys."""

    BINDINGS: ClassVar[list[BindingType]] = [*BACK, ("question_mark", "back", "")]

    def __init__(self, scribe: Scribe) -> None:
        super().__init__()
        self._scribe = scribe

    def compose(self) -> ComposeResult:
        """Show the keys."""
        with Vertical(classes="window"):
            yield Static(styled(help_lines(self._scribe)))

    def action_back(self) -> None:
        """Go back to the board."""
        self.dismiss()


class OfficeDialog(ModalScreen[str | None]):
    """The list of offices; ends with the code of the chosen one, None where none was chosen."""

    BINDINGS: ClassVar[list[BindingType]] = BACK

    def __init__(self, scribe: Scribe, offices: Sequence[tuple[str, str]], current: str) -> None:
        """Take offices as codes with their names."""
        super().__init__()
        self._scribe = scribe
        self._offices = offices
        self._current = current

    def compose(self) -> ComposeResult:
        """Show the offices, the current one chosen."""
        with Vertical(classes="window"):
            yield Static(styled([line(self._scribe.say("pick_office"), "dim")]))
            yield OptionList(*(Option(styled([line(name)]), code) for code, name in self._offices))

    def on_mount(self) -> None:
        """Begin at the current office."""
        codes = [code for code, _ in self._offices]
        self.query_one(OptionList).highlighted = codes.index(self._current) if self._current in codes else 0

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take the office."""
        self.dismiss(event.option.id)

    def action_back(self) -> None:
        """Go back to the board, with the office as it was."""
        self.dismiss(None)


class TimelineDialog(ModalScreen[None]):
    """All about one declaration, read while the page says that it is being read."""

    BINDINGS: ClassVar[list[BindingType]] = BACK

    def __init__(self, scribe: Scribe, key: str, timeline: Timeline) -> None:
        super().__init__()
        self._scribe = scribe
        self._key = key
        self._timeline = timeline
        self._page = Static(styled([line(scribe.say("loading", key=key), "dim")]))

    def compose(self) -> ComposeResult:
        """Show the page, and how to leave it."""
        with Vertical(classes="page"):
            with VerticalScroll():
                yield self._page
            yield Static(styled([line(self._scribe.say("back"), "dim")]), classes="foot")

    def on_mount(self) -> None:
        """Begin to read."""
        self.query_one(VerticalScroll).focus()
        self._read()

    @work(thread=True)
    def _read(self) -> RenderableType:
        try:
            return self._timeline(self._key, self._scribe.language)
        except UnreadableError as error:
            return styled([line(self._scribe.say("no_timeline", key=self._key, why=error), "bad")])

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Show what was read."""
        if event.state is WorkerState.SUCCESS and event.worker.result is not None:
            self._page.update(event.worker.result)

    def action_back(self) -> None:
        """Go back to the board."""
        self.dismiss()
