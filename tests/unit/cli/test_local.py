"""How `local` reads its settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from streams.cli.local import by_the_feed
from streams.settings import Settings


@pytest.mark.parametrize(("said", "taken"), [(None, "feed"), ("feed", "feed"), ("wall", "wall")])
def test_ages_are_told_by_the_feed_unless_a_clock_is_set(
    said: str | None, taken: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RELEASE_MONITOR_CLOCK", raising=False)
    if said is not None:
        monkeypatch.setenv("RELEASE_MONITOR_CLOCK", said)
    assert by_the_feed(Settings()).clock == taken
