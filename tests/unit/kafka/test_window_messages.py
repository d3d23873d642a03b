"""The messages of the topic `release-time-windows`: the whole of a place, whatever of it has changed."""

from __future__ import annotations

import json
from typing import Any

from oracle.windows import Record, Span
from spans import HOUR_MS, MONDAY_MS, Kind, TwoCalendars, block, told
from streams.core.span_table import SpanTable
from streams.core.window_values import WindowRows, values_at
from streams.kafka.window_messages import emptied_message, final_message, window_messages

END_MS = MONDAY_MS + 3 * HOUR_MS
END = "2026-03-02T03:00:00Z"


def rows_of_two() -> WindowRows:
    table = SpanTable(TwoCalendars())
    spans = {"REG_REL": Span(MONDAY_MS, MONDAY_MS + HOUR_MS, 3600, 1800), "PAY": Span(MONDAY_MS)}
    table.put(
        block(
            {
                "d": (1, Record(MONDAY_MS, MONDAY_MS + HOUR_MS, None, "27F1", "import", 1, spans=spans)),
                "e": (
                    1,
                    Record(MONDAY_MS, None, None, "27F2", "export", None, spans={"PAY": Span(MONDAY_MS)}),
                ),
            }
        )
    )
    return values_at(table, Kind(4 * HOUR_MS), END_MS)


def places(rows: WindowRows, *names: tuple[str, str, str]) -> list[int]:
    """The first row of each place (office, direction, channel)."""
    of = list(zip(rows.office, rows.direction, rows.channel, strict=True))
    return [of.index(name) for name in names]


def read(rows: WindowRows, changed: list[int], is_final: bool = False) -> dict[str, dict[str, Any]]:
    messages = list(window_messages("24h", END_MS, rows, changed, is_final))
    found = {key: json.loads(value) for key, value in messages}
    assert len(found) == len(messages)
    return found


def test_a_place_is_told_whole_when_any_row_of_it_has_changed() -> None:
    rows = rows_of_two()
    first, other = places(rows, ("27F1", "import", "1"), ("27F2", "all", "none"))
    found = read(rows, [first, other, first + 1])
    assert list(found) == [f"24h|{END}|import|27F1|1", f"24h|{END}|all|27F2|none"]
    message = found[f"24h|{END}|import|27F1|1"]
    assert {name: message[name] for name in list(message)[:6]} == {
        "window_size": "24h",
        "window_end": END,
        "direction": "import",
        "office": "27F1",
        "channel": "1",
        "is_final": False,
    }
    figures = [(one["interval_code"], one["clock"]) for one in message["figures"]]
    assert figures == [(code, clock) for code in ("REG_REL", "PAY") for clock in ("elapsed", "working")]


def test_figures_are_those_of_the_rows_and_no_value_is_null() -> None:
    rows = rows_of_two()
    wanted = told(rows)
    found = read(rows, list(range(len(rows))), is_final=True)
    seen = 0
    for message in found.values():
        assert message["is_final"] is True
        for one in message["figures"]:
            key = (
                message["office"],
                message["direction"],
                message["channel"],
                one.pop("interval_code"),
                one.pop("clock"),
            )
            assert {name: value for name, value in one.items() if value is not None} == wanted[key]
            assert len(one) == 14
            seen += 1
    assert seen == len(rows)


def test_nothing_changed_tells_nothing() -> None:
    assert read(rows_of_two(), []) == {}


def test_an_emptied_place_is_taken_back() -> None:
    assert emptied_message("1h", END_MS, "import", "27F1", "all") == (f"1h|{END}|import|27F1|all", None)


def test_a_final_marker_is_no_place() -> None:
    key, value = final_message("7d", END_MS)
    assert key == f"7d|{END}|final"
    assert json.loads(value) == {"window_size": "7d", "window_end": END, "is_final": True}
