"""The steps of single declarations on the real engine: drawn timelines, and the seconds that each step comes to."""

from __future__ import annotations

import datetime as dt

import pytest
from clickhouse_connect.driver.client import Client

from builders import FEED, WeekdayHours
from drawn import Case
from streams.core.decode import decode_event
from streams.core.event import Event
from streams.core.pack import Pack
from streams.pipeline.folder import FedPack, Folder
from streams.store.histories import StoredHistories
from streams.store.sink import ClickHouseSink

pytestmark = pytest.mark.integration

TABLES = ("declaration_events", "declarations", "declaration_intervals")
STEPS = ["dossier", "check_wait", "document_check", "presentation", "inspection", "payment", "decision"]

# Timelines as in tests/drawn.py; minutes of each step, in the order of STEPS.
CASES = [
    ("green, at once", "08:00 R | 08:00 N1 | 08:05 C", [0, 0, 0, 0, 0, 0, 5]),
    ("green, paid", "08:00 R | 08:00 N1 | 08:01 t? | 08:40 t! | 08:45 C", [0, 0, 0, 0, 0, 40, 5]),
    ("yellow", "08:00 R | 08:01 N2 | 08:30 D | 09:00 [ | 09:20 ] | 09:25 C", [30, 30, 20, 0, 0, 0, 5]),
    (
        "red with everything",
        "08:00 R | 08:01 N3 | 08:10 D | 08:30 [ | 08:50 ] | 08:51 i? | 09:20 G | 10:00 i) | 10:01 t? | 10:10 t! | 10:12 C",
        [10, 20, 20, 30, 40, 10, 2],
    ),
    ("a deemed dossier is complete after an hour", "08:00 R | 08:01 N2 | 09:30 [ | 09:40 ] | 09:41 C", [60, 30, 10, 0, 0, 0, 1]),
    ("unless the check began before", "08:00 R | 08:01 N2 | 08:20 [ | 08:50 ] | 08:52 C", [20, 0, 30, 0, 0, 0, 2]),
    ("a dossier completed during the check", "08:00 R | 08:01 N2 | 08:20 [ | 08:40 D | 08:50 ] | 09:00 C", [40, 0, 10, 0, 0, 0, 10]),
    ("goods there before the papers were checked", "08:00 R | 08:00 N3 | 08:01 i? | 08:10 G | 08:10 D | 08:20 [ | 09:00 ] | 09:30 i) | 09:35 C", [10, 10, 40, 0, 30, 0, 5]),
    ("paid before the check was over", "08:00 R | 08:01 N2 | 08:10 D | 08:10 [ | 08:20 t? | 08:30 t! | 09:00 ] | 09:10 C", [10, 0, 50, 0, 0, 0, 10]),
    ("the clock of the payment is ahead of the clearance", "08:00 R | 08:00 N1 | 08:01 t? | 09:00 C | 09:01 t!", [0, 0, 0, 0, 0, 60, 0]),
    ("a conditional release did not wait for the payment", "08:00 R | 08:00 N1 | 08:01 t? | 09:00 L | 11:00 t! | 11:01 C", [0, 0, 0, 0, 0, 0, 60]),
    ("released a moment before it was registered", "08:00:02 R | 08:00:02 N1 | 08:00 C", [0, 0, 0, 0, 0, 0, 0]),
    ("sent back, and checked as yellow at first", "08:00 R | 08:01 N2 | 08:10 D | 08:20 [ | 08:30 ] | 08:31 H1 | 08:40 C", [10, 10, 10, 0, 0, 0, 10]),
]  # fmt: skip

MISSING = [
    ("no start of the check", "08:00 R | 08:01 N2 | 08:30 D | 09:20 ] | 09:25 C"),
    ("no end of the check", "08:00 R | 08:01 N2 | 08:30 D | 09:20 [ | 09:25 C"),
    ("checked after the release", "08:00 R | 08:01 N2 | 07:50 ] | 09:25 C | 09:30 ["),
    ("released long before it was registered", "08:00 R | 08:00 N1 | 07:00 C"),
]


def tell(client: Client, timeline: str) -> None:
    decoded = [decode_event(text, 0, place) for place, text in enumerate(Case("", timeline, "").messages())]
    events = [one for one in decoded if isinstance(one, Event)]
    assert len(events) == len(decoded)
    pack = Pack(FEED.topic, "", 0, events, [])
    ClickHouseSink(client).write(Folder(StoredHistories(client), WeekdayHours()).fold([FedPack(pack, FEED)]))


@pytest.mark.parametrize(("name", "timeline", "minutes"), CASES, ids=[name for name, *_ in CASES])
def test_each_minute_is_in_the_step_that_it_was_spent_on(
    client: Client, name: str, timeline: str, minutes: list[int]
) -> None:
    tell(client, timeline)
    rows = client.query(
        "SELECT step, total_s, n, missing_n, month FROM release_monitor.stage_waterfall ORDER BY step_no"
    ).result_rows
    assert [row[0] for row in rows] == STEPS
    assert [row[1] / 60 for row in rows] == minutes
    assert {row[2:] for row in rows} == {(1, 0, dt.date(2026, 3, 1))}


@pytest.mark.parametrize(("name", "timeline"), MISSING, ids=[name for name, _ in MISSING])
def test_what_can_t_be_cut_is_counted_as_missing(client: Client, name: str, timeline: str) -> None:
    tell(client, timeline)
    rows = client.query(
        "SELECT n, missing_n, total_s, mean_s, share, of_which_amend_s, of_which_oga_s FROM release_monitor.stage_waterfall"
    ).result_rows
    assert set(rows) == {(0, 1, None, None, None, None, None)}
    assert len(rows) == len(STEPS)


def test_what_is_open_or_cancelled_has_no_steps(client: Client) -> None:
    for timeline in ("08:00 R | 08:01 N2 | 08:30 D", "08:00 R | 08:00 N1 | 09:00 X"):
        client.command("TRUNCATE TABLE release_monitor.declaration_events")
        tell(client, timeline)
        assert not client.query("SELECT * FROM release_monitor.stage_waterfall").result_rows


def test_amendments_and_other_agencies_are_told_beside_the_steps(client: Client) -> None:
    tell(
        client,
        "08:00 R | 08:01 N2 | 08:10 D | 08:20 [ | 08:25 a? | 09:25 a! | 08:30 o( | 10:00 o) | 10:10 ] | 10:20 C",
    )
    rows = client.query(
        "SELECT step, total_s / 60, of_which_amend_s / 60, of_which_oga_s / 60 FROM release_monitor.stage_waterfall"
        " WHERE step IN ('document_check', 'decision') ORDER BY step"
    ).result_rows
    assert rows == [("decision", 10, 60, 90), ("document_check", 110, 60, 90)]
