"""Tells of slow tests while they are run, so that who waits sees where the time goes and that it goes on."""

from __future__ import annotations

from typing import Final

import pytest

WORTH_TELLING_S: Final = 15.0


class TellSlow:
    """Prints a line for each test, or what is made for it, that took long."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.duration < WORTH_TELLING_S:
            return
        terminal = self._config.pluginmanager.get_plugin("terminalreporter")
        if terminal is not None:  # a process that another one reports for has none
            what = "" if report.when == "call" else f" ({report.when})"
            terminal.ensure_newline()
            terminal.write_line(f"{report.duration:5.0f} s  {report.nodeid}{what}")
