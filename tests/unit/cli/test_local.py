"""The command `local`: which options go together, and how it reads its settings."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from streams.cli.failure import CommandError
from streams.cli.local import by_the_feed
from streams.cli.main import application
from streams.settings import Settings


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--input", "feed.jsonl"], "they don't go with --no-feed"),
        (["--speed", "10"], "they don't go with --no-feed"),
        (["--mapping", "mapping.yaml"], "they don't go with --no-feed"),
        (["--until-drained"], "--until-drained waits for the end of the feed"),
    ],
)
def test_who_feeds_by_another_hand_names_no_feed_here(options: list[str], said: str) -> None:
    done = CliRunner().invoke(application(), ["local", "--no-feed", *options])
    assert isinstance(done.exception, CommandError)
    assert said in str(done.exception)


@pytest.mark.parametrize("options", [["--alerts-pace", "60"], ["--webhook", "http://127.0.0.1:9/"]])
def test_what_is_about_alerts_needs_them(options: list[str]) -> None:
    done = CliRunner().invoke(application(), ["local", *options])
    assert isinstance(done.exception, CommandError)
    assert "they need --alerts" in str(done.exception)


@pytest.mark.parametrize(("said", "taken"), [(None, "feed"), ("feed", "feed"), ("wall", "wall")])
def test_ages_are_told_by_the_feed_unless_a_clock_is_set(
    said: str | None, taken: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RELEASE_MONITOR_CLOCK", raising=False)
    if said is not None:
        monkeypatch.setenv("RELEASE_MONITOR_CLOCK", said)
    assert by_the_feed(Settings()).clock == taken
