"""The command `local`: which ways of feeding it go together."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from streams.cli.failure import CommandError
from streams.cli.main import application


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
