"""Tells of slow tests while they are run, so that who waits sees where the time goes and that it goes on.

And what a test has measured: `record_property(TOLD, "…")` is printed, whichever process ran the test.
"""

from __future__ import annotations

from typing import Final

import pytest

WORTH_TELLING_S: Final = 15.0
TOLD: Final = "told"


class TellSlow:
    """Prints a line for each test, or what is made for it, that took long."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        lines = []
        if report.duration >= WORTH_TELLING_S:
            what = "" if report.when == "call" else f" ({report.when})"
            lines.append(f"{report.duration:5.0f} s  {report.nodeid}{what}")
        if report.when == "call":
            told = [text for name, text in report.user_properties if name == TOLD]
            lines += [f"         {line}" for text in told for line in str(text).splitlines()]
        terminal = self._config.pluginmanager.get_plugin("terminalreporter")
        if terminal is not None and lines:  # a process that another one reports for has none
            terminal.ensure_newline()
            for line in lines:
                terminal.write_line(line)
