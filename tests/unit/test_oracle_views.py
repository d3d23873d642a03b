"""The comparison with the views: it accepts what shows it all, and notices whatever does not."""

from __future__ import annotations

import copy
import datetime as dt
import json
from typing import Any

import pytest

import oracle

KEY = "10000000001"


def say(event_type: str, at: str, **fields: Any) -> bytes:
    content = {
        "event_id": event_type,
        "schema_version": 1,
        "source": "SIM",
        "declaration_key": KEY,
        "event_type": event_type,
        "occurred_at": f"2026-03-02T{at}+07:00",
        **fields,
    }
    return json.dumps(content).encode()


ATTRS = {"office": "27F1", "tax_vnd": 5}
TOLD = [
    say("REGISTERED", "08:00:00", attrs=ATTRS),
    say("CLEARED", "07:59:50"),
    say("PRE_REGISTERED", "08:00:00", declaration_key="waiting"),
]
COLUMNS = {
    "events": "declaration_key, event_id, source, event_type, declaration_no, actor, occurrence_no, revision, op,"
    " occurred_at, attrs",
    "declarations_current": "declaration_key, declaration_no, direction, office, kind, channel_initial, channel_final,"
    " registered_at, released_at, cleared_at, exited_at, cancelled_at, status, stage, waiting_on, tax_vnd, value_usd,"
    " replaces, transport, registered_on, released_on",
    "intervals": "declaration_key, interval_code, seq, direction, office, channel, kind, registered_at, started_at,"
    " ended_at, elapsed_s, working_s, flags, transport, registered_on",
    "data_quality": "declaration_key, finding, event_id, detail",
}
R, C = dt.datetime(2026, 3, 2, 1), dt.datetime(2026, 3, 2, 0, 59, 50)  # noqa: DTZ001 - as the store has them
DAY = dt.date(2026, 3, 2)
NONE = (None,) * 3
VIEWS: dict[str, list[tuple[Any, ...]]] = {
    "events": [
        (KEY, "REGISTERED", "SIM", "REGISTERED", None, None, 1, 0, "ASSERT", R, json.dumps(ATTRS)),
        (KEY, "CLEARED", "SIM", "CLEARED", None, None, 1, 0, "ASSERT", C, "{}"),
        ("waiting", "PRE_REGISTERED", "SIM", "PRE_REGISTERED", None, None, 1, 0, "ASSERT", R, "{}"),
    ],
    "declarations_current": [
        (KEY, None, None, "27F1", *NONE, R, C, C, None, None, "cleared", "done", None, 5.0, None, None, None, DAY, DAY),
        ("waiting", *NONE, *NONE, *NONE, None, None, "expired", *NONE, *NONE, None, None),
    ],
    "intervals": [
        (KEY, "REG_REL", 1, None, "27F1", None, None, R, R, C, None, None, [], None, DAY),
        (KEY, "DECIDE", 1, None, "27F1", None, None, R, None, C, None, None, [], None, DAY),
    ],
    "data_quality": [
        (KEY, "negative", "CLEARED", "REG_REL: -10 s"),
        (KEY, "orphan", "", "a finding of the whole, not of one declaration"),
    ],
}  # fmt: skip


def test_views_that_show_it_all_are_accepted() -> None:
    oracle.compare(oracle.compute(TOLD), VIEWS, COLUMNS)
    without = {view: rows for view, rows in VIEWS.items() if view != "data_quality"}
    oracle.compare(oracle.compute(TOLD), without, COLUMNS)


@pytest.mark.parametrize("view", VIEWS)
def test_a_missing_or_repeated_row_is_noticed(view: str) -> None:
    for rows in (VIEWS[view][1:], [*VIEWS[view], VIEWS[view][0]]):
        with pytest.raises(AssertionError):
            oracle.compare(oracle.compute(TOLD), {**VIEWS, view: rows}, COLUMNS)


@pytest.mark.parametrize(
    ("view", "column"),
    [
        *(("declarations_current", place) for place in range(1, 18)),
        *(("intervals", place) for place in range(2, 13)),
        *(("data_quality", place) for place in range(4)),
        *(("events", place) for place in range(1, 11) if place != 9),
    ],
)
def test_any_other_value_is_noticed(view: str, column: int) -> None:
    views = copy.deepcopy(VIEWS)
    row = list(views[view][0])
    row[column] = {"events": "[1]"}.get(view, "negative" if column != 1 else "clamped")
    views[view][0] = tuple(row)
    with pytest.raises((AssertionError, KeyError, ValueError)):
        oracle.compare(oracle.compute(TOLD), views, COLUMNS)
