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
def test_a_small_terminal_shows_one_pane_at_a_time_and_every_essential_of_it_in_full(
    language: Language,
) -> None:
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
        for essential in (
            "27:46",
            "! 4",
            *(row.key for row in OLDEST),
            "ReleasePipelineLag",
            "wrong_type 31",
        ):
            assert essential in page
        assert page.count("24 giờ*" if language == "vi" else "24 h*") == 2, "both intervals"

    drive(steps, size=LARGE, language=language)


def test_the_keys_choose_what_is_asked_for() -> None:
    source = Answering()

    async def steps(app: BoardApp, pilot: Pilot[None]) -> None:
        assert "import and export" in lines(app)[0]
        page = await press(app, pilot, "d")
        assert source.asked[-1] == Filter("all", "import")
        assert "All offices · import  " in page
        assert "export" not in page.splitlines()[7]
        await press(app, pilot, "right")
        assert source.asked[-1] == Filter("27B1", "import")
        await press(app, pilot, "left", "left")
        assert source.asked[-1] == Filter("27F1", "import"), "the offices go round"
        page = await press(app, pilot, "o")
        assert "27B1 Na Meo International Border Gate" in page
        await press(app, pilot, "up", "up", "enter")
        assert source.asked[-1] == Filter("all", "import")
        await press(app, pilot, "d", "o", "down", "escape")
        assert source.asked[-1] == Filter("all", "export"), "left without a choice"

    drive(steps, source)


def test_the_language_changes_and_help_and_quitting_have_their_keys() -> None:
    async def steps(app: BoardApp, pilot: Pilot[None]) -> None:
        assert "nhập và xuất" in await press(app, pilot, "l")
        assert "đổi ngôn ngữ" in await press(app, pilot, "question_mark")
        assert "đổi ngôn ngữ" not in await press(app, pilot, "escape")
        assert "import and export" in await press(app, pilot, "l")
        await pilot.press("q")
        assert not app.is_running or app._exit

    assert drive(steps).return_code == 0


@pytest.mark.parametrize("before", ["1", "o", "3"])
def test_ctrl_c_leaves_from_everywhere(before: str) -> None:
    async def steps(app: BoardApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, before)
        await pilot.press("ctrl+c")
        assert app._exit

    drive(steps)


def test_paused_it_asks_only_for_what_is_chosen_anew() -> None:
    source = Answering()

    async def steps(app: BoardApp, pilot: Pilot[None]) -> None:
        assert "PAUSED" in await press(app, pilot, "p")
        board = app.screen_stack[1]
        before = len(source.asked)
        board._due_s = 0.0  # type: ignore[attr-defined]
        await press(app, pilot, "1")
        assert len(source.asked) == before
        assert "import · " not in await press(app, pilot, "d")
        assert len(source.asked) == before + 1
        assert "PAUSED" not in await press(app, pilot, "p")

    drive(steps, source)


def test_enter_tells_all_about_the_chosen_declaration_or_why_that_is_not_to_be_had() -> None:
    async def steps(app: BoardApp, pilot: Pilot[None]) -> None:
        page = await press(app, pilot, "3", "enter")
        assert "page of 10002000142 in en" in page
        assert "line 70" in await press(app, pilot, "end")
        page = await press(app, pilot, "escape")
        assert "page of" not in page
        page = await press(app, pilot, "down", "enter")
        assert "10002000297 can't be read: the store is away" in page

    drive(steps)


def test_the_chosen_declaration_stays_chosen_when_others_come_before_it() -> None:
    source = Answering()

    async def steps(app: BoardApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "3", "down")
        older = (OpenRow("30000000001", "27F1", "payment", "bank", 900 * 3600, None), *OLDEST)
        source.answer = known(store=Heard(told(oldest=older), 100.0))
        app.screen_stack[1]._due_s = 0.0  # type: ignore[attr-defined]
        assert "30000000001" in await press(app, pilot, "3")
        source.answer = known()
        page = await press(app, pilot, "enter")
        assert "10002000297 can't be read" in page

    drive(steps, source)


def test_a_store_that_never_answered_is_said_to_be_away() -> None:
    source = Answering(Known(Heard(None, 0.0, "no pipeline runs on var")))

    async def steps(app: BoardApp, pilot: Pilot[None]) -> None:
        for key in "123":
            assert "the store does not answer: no pipeline runs on var" in await press(app, pilot, key)

    drive(steps, source)


def test_a_store_that_went_away_leaves_its_last_answer_and_no_answer_to_another_question() -> None:
    source = Answering()

    async def steps(app: BoardApp, pilot: Pilot[None]) -> None:
        gone = Heard(told(), 0.0, "gone")

        class Gone(Answering):
            def ask(self, asked: Filter, before: Known) -> Known:
                return known(store=gone)

        board = app.screen_stack[1]
        board._source = Gone()  # type: ignore[attr-defined]
        board._due_s = 0.0  # type: ignore[attr-defined]
        page = await press(app, pilot, "2")
        assert "‼ DATA INCOMPLETE: the store does not answer, this is " in page
        assert "! 4" in page
        page = await press(app, pilot, "right")
        assert "! 4" not in page
        assert "the store does not answer: gone" in page

    drive(steps, source)


def test_an_empty_store_is_told_from_one_that_does_not_answer() -> None:
    source = Answering(known(store=Heard(told(windows=(), ends=(), stages=(), oldest=(), offices=()), 100.0)))

    async def steps(app: BoardApp, pilot: Pilot[None]) -> None:
        assert "No window has been computed yet." in shown(app)
        assert "Open 0 " in shown(app)
        for key in "23":
            assert "No declaration is open." in await press(app, pilot, key)

    drive(steps, source)


@pytest.mark.parametrize(
    ("size", "language", "row"),
    [
        (SMALL, "vi", "10002000000 27F1 kiểm tra chuyên ngành CQ chuyên ngành 9999 giờ 00 phút QUÁ"),
        (LARGE, "vi", "10002000000 27F1 kiểm tra chuyên ngành CQ chuyên ngành 9999 giờ 00 phút QUÁ"),
        (SMALL, "en", "10002000000 27F1 specialised insp.     another agency     9999 h 00 min LATE"),
        (LARGE, "en", "10002000000 27F1 specialised insp.     another agency     9999 h 00 min LATE"),
    ],
)
def test_of_ten_thousand_open_declarations_the_oldest_are_listed_and_all_are_counted(
    size: tuple[int, int], language: Language, row: str
) -> None:
    oldest = tuple(
        OpenRow(f"{10_002_000_000 + n}", "27F1", "specialised", "oga", 3_600 * (9_999 - n), n < 50)
        for n in range(200)
    )
    stages = (StageRow("specialised", "oga", 10_000, 3_600 * 9_999, 50),)
    source = Answering(known(store=Heard(told(oldest=oldest, stages=stages), 100.0)))

    async def steps(app: BoardApp, pilot: Pilot[None]) -> None:
        page = await press(app, pilot, "3")
        assert row in page
        assert ("Limit " if language == "en" else "Hạn ") in page, "no scroll bar over the last column"
        if language == "en":
            assert "the 200 oldest of 10,000" in page
            assert "Open 10,000 · past the stage's limit 50" in page
        assert "10002000199" in await press(app, pilot, "end")

    drive(steps, source, size, language)


def test_a_long_name_of_an_office_leaves_the_clock_where_it_is() -> None:
    name = Word(
        "Chi cục Hải quan cửa khẩu quốc tế đường bộ, đường thủy và đường hàng không Nghi Sơn", "x" * 90
    )
    offices = (OFFICES[0], OFFICES[1]._replace(name=name))
    source = Answering(known(store=Heard(told(offices=offices), 100.0)))

    async def steps(app: BoardApp, pilot: Pilot[None]) -> None:
        await press(app, pilot, "left")
        top = lines(app)[0]
        assert top.startswith(" 27F1 Chi cục Hải quan cửa khẩu quốc tế")
        assert "… 2026-03-10 10:00:00 +0700" in top
        page = await press(app, pilot, "o")
        assert all(cell_len(line) <= 80 for line in page.splitlines())
        assert "27F1 Chi cục Hải quan" in page

    drive(steps, source, language="vi")


def test_without_colours_everything_is_still_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")

    async def steps(app: BoardApp, pilot: Pilot[None]) -> None:
        assert app.no_color
        assert "LATE" in await press(app, pilot, "3")
        assert "‼ PAGE" in await press(app, pilot, "4")
        assert "[4 Alerts]" in shown(app)

    drive(steps)


def test_the_keyboard_works_while_the_store_thinks() -> None:
    thinks = threading.Event()

    class Slow(Answering):
        def ask(self, asked: Filter, before: Known) -> Known:
            if asked.direction != "all":
                thinks.wait()
            return super().ask(asked, before)

    async def steps(app: BoardApp, pilot: Pilot[None]) -> None:
        await pilot.press("d")
        app.screen_stack[1]._tick()  # type: ignore[attr-defined]
        await pilot.pause()
        assert "asking the store" in shown(app)
        await pilot.press("l", "5")
        await pilot.pause()
        assert "đang hỏi kho dữ liệu" not in lines(app)[1]
        assert "32.914" in shown(app), "what is about the whole pipeline stays"
        thinks.set()
        await settle(app, pilot)

    drive(steps, Slow())


def test_it_shows_the_run_that_it_belongs_to_and_ends_with_it() -> None:
    over = threading.Event()

    async def steps(app: BoardApp, pilot: Pilot[None]) -> None:
        page = await press(app, pilot, "5")
        assert "12,000 events in, 11,000 done" in page
        assert "Ends by itself when drained." in page
        over.set()
        app.screen_stack[1]._tick()  # type: ignore[attr-defined]
        assert app._exit

    drive(steps, over=over.is_set, run=lambda: Run(("12,000 events in, 11,000 done",), ends=True))
