"""What tests tell of themselves while others are run."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from slow import TOLD, WORTH_TELLING_S, TellSlow


class Terminal:
    def __init__(self) -> None:
        self.lines: list[str] = []

    def ensure_newline(self) -> None:
        pass

    def write_line(self, line: str) -> None:
        self.lines.append(line)


def told(**of: Any) -> list[str]:
    terminal = Terminal()
    config: Any = SimpleNamespace(pluginmanager=SimpleNamespace(get_plugin=lambda _: terminal))
    report: Any = SimpleNamespace(nodeid="tests/x.py::y", when="call", duration=0.1, user_properties=[])
    vars(report).update(of)
    TellSlow(config).pytest_runtest_logreport(report)
    return terminal.lines


def test_what_is_quick_and_has_nothing_to_say_is_not_told_of() -> None:
    assert told() == []


def test_a_slow_test_is_told_of_and_so_is_what_was_made_for_it() -> None:
    assert told(duration=WORTH_TELLING_S) == ["   15 s  tests/x.py::y"]
    assert told(duration=20.0, when="setup") == ["   20 s  tests/x.py::y (setup)"]


def test_what_a_test_measured_is_told_once() -> None:
    properties = [(TOLD, "27F1: 22 s\nand so on"), ("other", "x")]
    assert told(user_properties=properties) == ["         27F1: 22 s", "         and so on"]
    assert told(user_properties=properties, when="teardown") == []
