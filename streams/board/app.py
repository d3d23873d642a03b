"""The board as a program of the terminal: asks again and again, shows what it hears, and follows the keyboard."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from typing import ClassVar, Final

from textual import work
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.events import Resize
from textual.screen import Screen
from textual.widgets import Static
from textual.worker import Worker, WorkerState

from streams.board.alert_pane import alert_lines
from streams.board.answers import ALL, DIRECTIONS, Filter, Known
from streams.board.dialogs import LEAVE, HelpDialog, OfficeDialog, Timeline, TimelineDialog
from streams.board.grid import WIDTH
from streams.board.header import header
from streams.board.health_pane import health_lines
from streams.board.keys import key_line, pane_line
from streams.board.look import SHEET, styled
from streams.board.oldest_pane import oldest_grid, oldest_note
from streams.board.panes import TablePane, TextPane
from streams.board.scribe import Scribe
from streams.board.source import Source
from streams.board.stage_pane import stage_lines
from streams.board.view import Run, View
from streams.board.window_pane import window_lines
from streams.board.words import PANES
from streams.core.durations import Language

_TICK_S: Final = 0.5
_EVERY_S: Final = 2.0
_REST: Final = 2
"""The board waits at least so many times as long as an answer took before it asks again."""

WIDE: Final = (2 * (WIDTH + 2), 44)
"""Columns and lines from which on all panes are shown at once."""


class BoardScreen(Screen[None]):
    """The board itself."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(str(number), f"pane('{name}')") for number, name in enumerate(PANES, 1)),
        Binding("o", "office"),
        Binding("left", "next_office(-1)", priority=True),
        Binding("right", "next_office(1)", priority=True),
        Binding("d", "direction"),
        Binding("l", "language"),
        Binding("p", "pause"),
        Binding("question_mark", "help"),
        Binding("q", "app.quit"),
        LEAVE,
    ]

    def __init__(
        self,
        source: Source,
        timeline: Timeline,
        scribe: Scribe,
        over: Callable[[], bool],
        run: Callable[[], Run] | None,
    ) -> None:
        super().__init__()
        self._source = source
        self._timeline = timeline
        self._scribe = scribe
        self._over = over
        self._run = run
        self._known = Known()
        self._asked = Filter()
        self._offices: set[str] = set()
        self._paused = False
        self._asking: Worker[Known] | None = None
        self._due_s = 0.0
        self._pane = next(iter(PANES))

    def compose(self) -> ComposeResult:
        """Lay out the panes: one at a time in a small terminal, all of them in a large one."""
        yield Static(id="header")
        yield Static(id="panes")
        with Horizontal(id="body"):
            with Vertical(id="left"):
                yield TextPane("windows")
                yield TextPane("stages")
            with Vertical(id="right"):
                yield TablePane("oldest")
                yield TextPane("alerts")
                yield TextPane("health")
        yield Static(id="keys")

    def on_mount(self) -> None:
        """Begin to ask."""
        self._arrange()
        self._tick()
        self.set_interval(_TICK_S, self._tick)

    def on_resize(self, event: Resize) -> None:
        """Take the room that there is."""
        self._arrange()

    def _tick(self) -> None:
        if self._over():
            self.app.exit()
            return
        told = self._known.store.value
        wanted = not self._paused or told is None or told.of != self._asked
        if wanted and self._asking is None and time.monotonic() >= self._due_s:
            self._asking = self._ask(self._asked, self._known)
        self._show()

    @work(thread=True)
    def _ask(self, asked: Filter, before: Known) -> Known:
        return self._source.ask(asked, before)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Take an answer; what was asked for by then may be something else, and is asked for at once."""
        known = event.worker.result
        if event.worker is not self._asking or event.state is not WorkerState.SUCCESS or known is None:
            return
        told = known.store.value
        self._asking, self._known = None, known
        self._due_s = time.monotonic() + max(_EVERY_S, _REST * (told.took_s if told is not None else 0.0))
        if told is not None:
            self._offices.update(office.code for office in told.offices)
            self._offices.update(row.office for row in told.oldest if row.office is not None)
            if told.of != self._asked and not known.store.failure:
                self._due_s = 0.0
        self._show()

    def _view(self) -> View:
        run = self._run() if self._run is not None else None
        return View(self._known, self._asked, self._scribe, time.monotonic(), self._paused, run)

    def _show(self) -> None:
        """Write what is known into every pane that can be seen."""
        view, width = self._view(), self.size.width - 2
        self.query_one("#header", Static).update(styled(header(view, width)))
        self.query_one("#panes", Static).update(styled([pane_line(self._scribe, self._pane)]))
        self.query_one("#keys", Static).update(styled([key_line(self._scribe)]))
        for name, lines in (
            ("windows", window_lines),
            ("stages", stage_lines),
            ("alerts", alert_lines),
            ("health", health_lines),
        ):
            pane = self.query_one(f"#{name}", TextPane)
            if pane.display:
                pane.show(lines(view, WIDTH))
        self._show_oldest(view)

    def _show_oldest(self, view: View) -> None:
        pane = self.query_one("#oldest", TablePane)
        if not pane.display:
            return
        if view.told is None:
            pane.say(view.waiting(WIDTH))
        elif not view.told.oldest:
            pane.say(stage_lines(view, WIDTH))
        else:
            keys = tuple(row.key for row in view.told.oldest)
            pane.show(oldest_grid(view, view.told), keys, oldest_note(view, view.told, WIDTH))

    def _arrange(self) -> None:
        """Show all panes where there is room, else the current one, and give it the keyboard."""
        wide = self.size.width >= WIDE[0] and self.size.height >= WIDE[1]
        self.set_class(wide, "wide")
        self.query_one("#panes").display = not wide
        for number, (name, word) in enumerate(PANES.items(), 1):
            pane = self.query_one(f"#{name}")
            pane.display = wide or name == self._pane
            pane.border_title = f"{number} {word.in_(self._scribe.language)}" if wide else None
        for side in ("#left", "#right"):
            column = self.query_one(side)
            column.display = wide or any(pane.display for pane in column.children)
        current = self.query_one(f"#{self._pane}")
        (current.table if isinstance(current, TablePane) else current).focus()
        self._show()

    def action_pane(self, name: str) -> None:
        """Turn to a pane."""
        self._pane = name
        self._arrange()

    def action_direction(self) -> None:
        """Look at the next of: both directions, imports, exports."""
        after = DIRECTIONS[(DIRECTIONS.index(self._asked.direction) + 1) % len(DIRECTIONS)]
        self._look_at(self._asked._replace(direction=after))

    def action_next_office(self, step: int) -> None:
        """Look at the office after, or before, the current one."""
        codes = self._codes()
        here = codes.index(self._asked.office) if self._asked.office in codes else 0
        self._look_at(self._asked._replace(office=codes[(here + step) % len(codes)]))

    def action_office(self) -> None:
        """Let an office be chosen from the list."""
        told = self._known.store.value
        offices = () if told is None else told.offices
        named = [(code, self._scribe.office(code, offices)) for code in self._codes()]
        self.app.push_screen(OfficeDialog(self._scribe, named, self._asked.office), self._take_office)

    def _take_office(self, code: str | None) -> None:
        if code is not None:
            self._look_at(self._asked._replace(office=code))

    def _codes(self) -> list[str]:
        return [ALL, *sorted(self._offices)]

    def _look_at(self, asked: Filter) -> None:
        """Look at something else, and ask for it as soon as the question that is under way is answered."""
        self._asked = asked
        self._due_s = 0.0
        self._show()

    def action_language(self) -> None:
        """Go on in the other language."""
        language: Language = "en" if self._scribe.language == "vi" else "vi"
        self._scribe = self._scribe._replace(language=language)
        self._arrange()

    def action_pause(self) -> None:
        """Ask no more, or go on asking."""
        self._paused = not self._paused
        self._show()

    def action_help(self) -> None:
        """Show the keys."""
        self.app.push_screen(HelpDialog(self._scribe))

    def on_data_table_row_selected(self) -> None:
        """Show all about the chosen declaration."""
        key = self.query_one("#oldest", TablePane).chosen
        if key is not None:
            self.app.push_screen(TimelineDialog(self._scribe, key, self._timeline))


class BoardApp(App[None]):
    """The program. It ends by itself as soon as `over` says so; `run` tells of the pipeline that it belongs to."""

    CSS = SHEET
    ENABLE_COMMAND_PALETTE = False
    TITLE = "release-monitor"

    def __init__(
        self,
        source: Source,
        timeline: Timeline,
        language: Language,
        zone: dt.tzinfo,
        over: Callable[[], bool] = lambda: False,
        run: Callable[[], Run] | None = None,
    ) -> None:
        super().__init__()
        self.animation_level = "none"
        self._board = BoardScreen(source, timeline, Scribe(language, zone), over, run)

    def on_mount(self) -> None:
        """Show the board."""
        self.push_screen(self._board)
