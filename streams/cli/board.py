"""The command `board`: what stands in the store, as a board in the terminal; also what `local` shows there."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final, TypeVar

import typer
from rich.console import RenderableType

from streams.board.app import BoardApp
from streams.board.dialogs import Timeline, UnreadableError
from streams.board.source import LiveSource
from streams.board.view import Run
from streams.cli.failure import CommandError
from streams.cli.options import DataDir
from streams.cli.timeline import FAILURES, told_of
from streams.cli.timeline_page import Page
from streams.core.durations import Language
from streams.core.reference import Reference
from streams.local.access import open_store, reading_target
from streams.reference import load_reference
from streams.settings import Settings

T = TypeVar("T")

BoardLanguage = Annotated[Language, typer.Option("--lang", help="Language of the board; key l changes it.")]

_LINES: Final = 3
"""Lines of a pipeline's own words that the board shows."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("board")(board)


def board(data: DataDir = None, lang: BoardLanguage = "en") -> None:
    """Show what is open, how long it takes and what is wrong, live, in the terminal: of a pipeline or a server."""
    settings = Settings()
    if not in_terminal():
        raise CommandError("the board needs a terminal; ask with `release-monitor query` where there is none")
    reading_target(settings, data)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    source = LiveSource(settings, data)
    reference = load_reference(settings.reference_file)
    try:
        _run(
            BoardApp(
                source, timeline_of(settings, data, reference), lang, reference.default_zone, stop.is_set
            )
        )
    finally:
        source.close()


def in_terminal() -> bool:
    """Say whether there is a terminal to draw on, with a keyboard."""
    streams = (sys.stdin, sys.stdout, sys.stderr)
    return all(stream.isatty() for stream in streams) and os.environ.get("TERM") not in (None, "", "dumb")


class Telling:
    """Says how far a long job is: prints it, or hands it to the board while that has the screen."""

    def __init__(self, show: Callable[[str], None]) -> None:
        self._show = show
        self._lines: deque[str] = deque(maxlen=_LINES)
        self._on_board = False

    def __call__(self, text: str) -> None:
        """Say it."""
        self._lines.append(text)
        if not self._on_board:
            self._show(text)

    def board(self, begins: bool) -> None:
        """Begin to hand lines to the board, or end it: then the last of them is printed too."""
        self._on_board = begins
        if not begins and self._lines:
            self._show(self._lines[-1])

    @property
    def lines(self) -> tuple[str, ...]:
        """The last lines."""
        return tuple(self._lines)


def with_board(
    job: Callable[[], T], stop: threading.Event, telling: Telling, data: Path, lang: Language, *, ends: bool
) -> T:
    """Do a job in a thread while the board of the folder's pipeline is shown; return, or raise, what comes of it.

    The board closes when the job is done. Who leaves the board first sets `stop`, and by that the job ends.
    """
    answers: list[T] = []
    failures: list[BaseException] = []

    def work() -> None:
        try:
            answers.append(job())
        except BaseException as failure:
            failures.append(failure)

    settings = Settings()
    reference = load_reference(settings.reference_file)
    source = LiveSource(settings, data)
    thread = threading.Thread(target=work, name="watch", daemon=True)
    telling.board(True)
    thread.start()
    try:
        _run(
            BoardApp(
                source,
                timeline_of(settings, data, reference),
                lang,
                reference.default_zone,
                lambda: not thread.is_alive(),
                lambda: Run(telling.lines, ends),
            )
        )
    finally:
        if thread.is_alive():
            stop.set()
        thread.join()
        source.close()
        telling.board(False)
    if failures:
        raise failures[0]
    return answers[0]


def _run(app: BoardApp) -> None:
    app.run(mouse=False)
    if app.return_code:
        raise CommandError("the board broke off, see above")


def timeline_of(settings: Settings, data: Path | None, reference: Reference) -> Timeline:
    """Return what reads the page of a declaration."""

    def page(key: str, language: Language) -> RenderableType:
        try:
            with open_store(settings, data) as client:
                return Page(told_of(client, key, reference), language, brief=True).render()
        except FAILURES as error:
            raise UnreadableError(" ".join(str(error).split())[:300]) from error

    return page
