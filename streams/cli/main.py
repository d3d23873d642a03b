"""Finds the command that was asked for and turns every expected failure into one line on standard error."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Final

import structlog
import typer
from typer.exceptions import TyperException

COMMANDS: Final = {
    "local": "local",
    "load": "feed",
    "backfill": "feed",
    "outcomes": "outcomes",
    "simulate": "simulate",
    "query": "questions",
    "rejected": "questions",
    "export": "export",
    "timeline": "timeline",
    "board": "board",
    "report": "report",
    "rules": "rules",
    "published": "publishing",
    "worker": "worker",
    "migrate": "admin",
    "refold": "admin",
    "topics": "admin",
    "doctor": "doctor",
    "access": "access",
}
"""Every command, in the order of the help, and the module of this package that holds it."""


def application(command: str | None = None) -> typer.Typer:
    """Wire the commands together: all of them, or only the module of one, for most start faster than all are loaded."""
    app = typer.Typer(
        name="release-monitor",
        help="Measures, live, how long customs takes to release goods.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        add_completion=False,
    )
    app.callback()(_release_monitor)
    wanted = [COMMANDS[command]] if command in COMMANDS else dict.fromkeys(COMMANDS.values())
    for module in wanted:
        import_module(f"streams.cli.{module}").register(app)
    return app


def _release_monitor() -> None:
    # With it a program of a single command still wants the command's name.
    pass


def main() -> None:
    """Run the command line; the exit code is 0 only on success."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    try:
        code = application(*sys.argv[1:2])(standalone_mode=False)
    except TyperException as error:
        words = " ".join((error.format_message() if hasattr(error, "format_message") else str(error)).split())
        print(
            f"error: {words} (`{' '.join(['release-monitor', *sys.argv[1:2]])} --help` tells more)",
            file=sys.stderr,
        )
        sys.exit(2)
    except (typer.Abort, KeyboardInterrupt):
        print("interrupted", file=sys.stderr)
        sys.exit(130)
    except Exception as error:
        from streams.cli.expected import said  # here, because it loads what most commands do without

        told = said(error)
        if told is None:
            raise
        print(f"error: {told.line}", file=sys.stderr)
        sys.exit(told.code)
    sys.exit(code if isinstance(code, int) else 0)


if __name__ == "__main__":
    main()
