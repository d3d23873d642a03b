"""Makes the pictures of the board in the terminal that the docs show: `make board-pictures`.

A real pipeline takes in a simulated feed that is cut off on a Tuesday morning; the board is then drawn as it stands, in
two sizes and two languages.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import re
import subprocess
import sys
import tempfile
import time
from itertools import takewhile
from pathlib import Path

from streams.board.answers import Filter, Known
from streams.board.app import BoardApp
from streams.board.source import LiveSource
from streams.cli.board import timeline_of
from streams.core.durations import Language
from streams.reference import load_reference
from streams.settings import Settings
from streams.simulator.faults import FAULTS
from streams.simulator.generate import generate

REPOSITORY = Path(__file__).resolve().parent.parent
IMAGES = REPOSITORY / "docs" / "images"
HANOI = dt.timezone(dt.timedelta(hours=7))
FIRST_DAY = dt.datetime(2026, 3, 2, tzinfo=HANOI)
CUT = dt.datetime(2026, 3, 10, 10, 0, tzinfo=HANOI)
SIZES = {"80x24": (80, 24), "160x50": (160, 50)}
LANGUAGES: tuple[Language, ...] = ("vi", "en")
PICTURES = {
    "80x24": {"times": "1", "work": "2", "oldest": "3", "alerts": "4"},
    "160x50": {"all": "3"},
}
"""The pictures of each size, and the key that turns to what they show."""

PACE = "60"
"""The alerts' minutes are seconds here."""

FONTS = "'Noto Sans Mono', 'Cascadia Mono', 'Liberation Mono', Consolas, Menlo"
"""Fonts of even width that have all Vietnamese letters."""

MOST_S = 120
"""Seconds to wait for an alert: a feed that is cut off has declarations that are stuck."""

FEW_WINDOWS = {
    f"RELEASE_MONITOR_WINDOW_DAYS_{size}": days
    for size, days in (("1H", "0.1"), ("24H", "0.25"), ("7D", "0.5"), ("30D", "0.5"))
}
"""Only the newest window of each size is shown: no need to compute the thousands before it."""


def main() -> None:
    """Make all pictures."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        feed = data / "morning.jsonl"
        cut_us = int(CUT.timestamp() * 1_000_000)
        messages = generate(1, None, FIRST_DAY, 10, FAULTS)
        early = takewhile(lambda message: message.arrives_us < cut_us, messages)
        feed.write_bytes(b"".join(message.value + b"\n" for message in early))
        local = (
            sys.executable,
            "-m",
            "streams.cli.main",
            "local",
            "--no-board",
            "--alerts",
            "--alerts-pace",
            PACE,
        )
        command = [*local, "--data", folder, "--input", str(feed)]
        pipeline = subprocess.Popen(command, env={**os.environ, **FEW_WINDOWS}, cwd=REPOSITORY)
        try:
            source = LiveSource(Settings(), data)
            until_done(source, pipeline)
            for size, pictures in PICTURES.items():
                for language in LANGUAGES:
                    asyncio.run(draw(source, data, size, language, pictures))
            source.close()
        finally:
            pipeline.terminate()
            pipeline.wait()


def until_done(source: LiveSource, pipeline: subprocess.Popen[bytes]) -> None:
    """Wait until all is in the store, every window is computed, and an alert fires."""
    known, begin = Known(), time.monotonic()
    while True:
        known = source.ask(Filter(), known)
        told, health = known.store.value, known.health.value
        done = told is not None and health is not None and told.settled and health.gap == 0 and health.ready
        firing = known.alerts is not None and any(one.state == "firing" for one in known.alerts.value or ())
        if not done:
            begin = time.monotonic()
        elif firing or time.monotonic() - begin > MOST_S:
            return
        if pipeline.poll() is not None:
            sys.exit("error: the pipeline ended before the pictures were made")
        time.sleep(1)


async def draw(
    source: LiveSource, data: Path, size: str, language: Language, pictures: dict[str, str]
) -> None:
    """Draw the board in one size and one language."""
    settings = Settings()
    reference = load_reference(settings.reference_file)
    app = BoardApp(source, timeline_of(settings, data, reference), language, reference.default_zone)
    async with app.run_test(size=SIZES[size]) as pilot:
        await app.workers.wait_for_complete()
        for name, key in pictures.items():
            await pilot.press(key)
            await pilot.pause()
            path = IMAGES / f"board-{size}-{name}-{language}.svg"
            path.write_text(
                without_fonts(app.export_screenshot(title="release-monitor board")), encoding="utf-8"
            )
            print(path.relative_to(REPOSITORY))


def without_fonts(svg: str) -> str:
    """Take out the font that the picture would load from elsewhere, and name some that machines have."""
    return re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL).replace("Fira Code", FONTS)


if __name__ == "__main__":
    main()
