"""How a command is found, and what is loaded for it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
import structlog
import typer
from typer.testing import CliRunner

from streams.cli import main
from streams.cli.main import COMMANDS, application


@pytest.fixture(autouse=True)
def _log_as_before() -> Iterator[None]:
    """Undo that `main` sends what is logged to the standard error of the moment."""
    yield
    structlog.reset_defaults()


def test_every_command_is_there_in_the_order_of_the_help() -> None:
    assert list(typer.main.get_group(application()).commands) == list(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_is_found_where_the_table_says(command: str) -> None:
    module = [one for one, other in COMMANDS.items() if other == COMMANDS[command]]
    assert list(typer.main.get_group(application(command)).commands) == module


@pytest.mark.parametrize("command", COMMANDS)
def test_its_help_is_the_same_with_or_without_the_others(command: str) -> None:
    alone, among = (
        CliRunner().invoke(app, [command, "--help"]) for app in (application(command), application())
    )
    assert alone.exit_code == among.exit_code == 0
    assert alone.output == among.output
    assert f"release-monitor {command}" in alone.output


def test_a_question_is_asked_without_loading_the_stream_processor() -> None:
    code = "import sys; from streams.cli.main import application; application('query'); print('faust' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["querry"], 2, "No such command 'querry'. Did you mean 'query'? (`release-monitor querry --help`"),
        (["simulate", "--days", "many"], 2, "--days"),
        (["simulate", "--faults", "none_such"], 1, "none_such"),
    ],
)
def test_what_is_wrong_is_one_line_on_standard_error(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    code: int,
    said: str,
) -> None:
    monkeypatch.setattr(sys, "argv", ["release-monitor", *arguments])
    with pytest.raises(SystemExit) as end:
        main.main()
    assert end.value.code == code
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("error: ")
    assert captured.err.count("\n") == 1
    assert said in captured.err


def test_a_setting_that_cannot_be_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["release-monitor", "topics"])
    monkeypatch.setenv("RELEASE_MONITOR_METRICS_PORT", "many")
    with pytest.raises(SystemExit) as end:
        main.main()
    assert end.value.code == 2
    assert capsys.readouterr().err.startswith("error: RELEASE_MONITOR_METRICS_PORT: ")


def test_what_nobody_expects_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_command: str) -> typer.Typer:
        raise ZeroDivisionError

    monkeypatch.setattr(sys, "argv", ["release-monitor", "query"])
    monkeypatch.setattr(main, "application", broken)
    with pytest.raises(ZeroDivisionError):
        main.main()
