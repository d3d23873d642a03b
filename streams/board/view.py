"""What a pane is made of: all that is known, and what the person at the terminal has chosen."""

from __future__ import annotations

from typing import NamedTuple

from streams.board.answers import Filter, Known, Told
from streams.board.grid import Line, fold, line
from streams.board.scribe import Scribe


class Run(NamedTuple):
    """The pipeline that the board belongs to: what it said last, and whether it ends by itself."""

    said: tuple[str, ...]
    ends: bool


class View(NamedTuple):
    """Everything that a pane may show. `at_s` is now, by the clock of the answers' `at_s`."""

    known: Known
    asked: Filter
    scribe: Scribe
    at_s: float
    paused: bool = False
    run: Run | None = None

    @property
    def told(self) -> Told | None:
        """The store's last answer to what is asked now; None where it has not answered that yet."""
        told = self.known.store.value
        return told if told is not None and told.of == self.asked else None

    def waiting(self, width: int) -> list[Line]:
        """Return what stands in place of an answer that is not there."""
        heard, scribe = self.known.store, self.scribe
        text = scribe.say("store_never", why=heard.failure) if heard.failure else scribe.say("asking")
        return [line(part, "bad" if heard.failure else "dim") for part in fold(text, width)]

    def age(self, at_s: float) -> str:
        """Write how long ago something was heard."""
        return self.scribe.length(max(0.0, self.at_s - at_s))
