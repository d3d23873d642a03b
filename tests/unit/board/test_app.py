"""The board in a terminal of 80x24 and of 160x50, by keyboard only: what can be read, and what each key does."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from rich.cells import cell_len
from rich.text import Text
from textual.pilot import Pilot

from board_answers import HANOI, OFFICES, OLDEST, known, told
from streams.board.answers import Filter, Heard, Known, OpenRow, StageRow
from streams.board.app import BoardApp
from streams.board.dialogs import UnreadableError
from streams.board.view import Run
from streams.core.durations import Language
from streams.words import Word

SMALL, LARGE = (80, 24), (160, 50)


class Answering:
    """A source that answers what it was made with, to whatever is asked."""

    def __init__(self, answer: Known | None = None) -> None:
        self.answer = known() if answer is None else answer
        self.asked: list[Filter] = []

    def ask(self, asked: Filter, before: Known) -> Known:
        self.asked.append(asked)
        store = self.answer.store
        if store.value is None:
            return self.answer
        return self.answer._replace(store=store._replace(value=store.value._replace(of=asked)))


def lines(app: BoardApp) -> list[str]:
    """What stands on the screen."""
    return ["".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips()]


def shown(app: BoardApp) -> str:
    return "\n".join(lines(app))


def drive(
    steps: Callable[[BoardApp, Pilot[None]], Awaitable[None]],
    source: Any = None,
    size: tuple[int, int] = SMALL,
    language: Language = "en",
    **more: Any,
) -> BoardApp:
    """Start a board, wait for its first answer, and do the steps."""

    def timeline(key: str, language: Language) -> Text:
        if key == OLDEST[1].key:
            raise UnreadableError("the store is away")
        return Text(f"page of {key} in {language}\n" + "\n".join(f"line {n}" for n in range(80)))

    app = BoardApp(source or Answering(), timeline, language, HANOI, **more)

    async def run() -> None:
        async with app.run_test(size=size) as pilot:
            await settle(app, pilot)
            await steps(app, pilot)

    asyncio.run(run())
    return app


async def settle(app: BoardApp, pilot: Pilot[None]) -> None:
    """Wait until nothing is being asked, and the screen shows it."""
    await app.workers.wait_for_complete()
    await pilot.pause()


async def press(app: BoardApp, pilot: Pilot[None], *keys: str) -> str:
    """Press keys, let the board ask what it wants, and return what stands there."""
    await pilot.press(*keys)
    app.screen_stack[1]._tick()  # type: ignore[attr-defined]
    await settle(app, pilot)
    return shown(app)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_small_terminal_shows_one_pane_at_a_time_and_every_essential_of_it_in_full(language: Language) -> None:
    async def steps(app: BoardApp, pilot: Pilot[None]) -> None:
        first = shown(app)
        assert "2026-03-10 10:00:00 +0700" in first
        pages = {key: await press(app, pilot, key) for key in "12345"}
        for page in pages.values():
            assert all(cell_len(line) <= 80 for line in page.splitlines())
            assert len(page.splitlines()) == 24
        assert pages["1"].count("2,100" if language == "en" else "2.100") == 3
        assert pages["1"].count("27:46") == 6
        assert "31" in pages["2"]
        assert "! 4" in pages["2"]
        assert all(row.key in pages["3"] for row in OLDEST)
        assert pages["3"].count("LATE" if language == "en" else "QUÁ") == 1
        assert ("The pipeline lags" if language == "en" else "Hệ thống chậm") in pages["4"]
        assert "wrong_type 31" in pages["5"]
        assert "…" not in "".join(pages.values())

    drive(steps, language=language)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_large_terminal_shows_all_panes_at_once(language: Language) -> None:
    async def steps(app: BoardApp, pilot: Pilot[None]) -> None:
        page = shown(app)
        assert len(page.splitlines()) == 50
        for essential in ("27:46", "! 4", *(row.key for row in OLDEST), "ReleasePipelineLag", "wrong_type 31"):
            assert essential in page
        assert page.count("24 giờ*" if language == "vi" else "24 h*") == 2, "both intervals"

    drive(steps, size=LARGE, language=language)
