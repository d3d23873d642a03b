"""What is written of windows in the real engine: what differs, with revisions, and what a view shows of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from clickhouse_connect.driver.client import Client

from oracle.windows import Record, Span
from spans import DAY_MS, HOUR_MS, MONDAY_MS, Kind, TwoCalendars, block, told
from streams.core.span_message import Straggler
from streams.core.span_table import SpanTable
from streams.core.window_values import WindowRows, values_at
from streams.pipeline.window_keeper import LateEvent
from streams.store import windows as windows_module
from streams.store.sink import ClickHouseSink, SinkError
from streams.store.window_progress import Ownership, Progress, write_progress
from streams.store.windows import Computed, WindowStore, Written

pytestmark = pytest.mark.integration

END_MS = MONDAY_MS + 6 * HOUR_MS
SIZE = Kind(24 * HOUR_MS)
TABLES = ("release_time_windows", "window_progress", "window_owners", "late_event_log")


@pytest.fixture(autouse=True)
def shown_until_the_end(client: Client) -> None:
    progress(client, END_MS)


def progress(client: Client, watermark_ms: int | None, version: int = 1, **kept_ms: int) -> None:
    kept = {"24h": 7 * DAY_MS, **kept_ms}
    write_progress(client, Progress(watermark_ms, {"0": END_MS}, 3, True), version, 300_000, kept)


def rows_of(*records: Record, end_ms: int = END_MS) -> WindowRows:
    table = SpanTable(TwoCalendars())
    table.put(block({f"d{number}": (1, record) for number, record in enumerate(records)}))
    return values_at(table, SIZE, end_ms)


def released(hours: int, office: str = "27F1") -> Record:
    end = MONDAY_MS + hours * HOUR_MS
    return Record(
        MONDAY_MS, end, office=office, spans={"REG_REL": Span(MONDAY_MS, end, hours * 3600, hours * 60)}
    )


def write(store: WindowStore, rows: WindowRows, running_from_ms: int = 2 * END_MS) -> list[Written]:
    written: list[Written] = []
    store.write("24h", [Computed(END_MS, rows)], running_from_ms, written.extend)
    return written


NAMES = (
    "n",
    "population_n",
    "coverage",
    "mean_s",
    "sd_s",
    "min_s",
    "max_s",
    "p50_s",
    "p90_s",
    "p95_s",
    "live_n",
    "live_p50_s",
    "live_p90_s",
    "open_n",
)


def shown(client: Client) -> dict[tuple[str, ...], tuple[dict[str, float], int]]:
    """The values of each row of the view as `told` has them, and its revision."""
    found = {}
    for *key, revision, values in (
        (*row[:6], row[6:])
        for row in client.query(
            "SELECT office, direction, channel, interval_code, clock, revision,"
            f" {', '.join(NAMES)} FROM release_monitor.windows"
        ).result_rows
    ):
        of = dict(zip(NAMES, values, strict=True))
        found[tuple(key)] = ({name: value for name, value in of.items() if value is not None}, revision)
    return found


def revisions(client: Client) -> set[int]:
    return {revision for _, revision in shown(client).values()}


def test_the_view_shows_what_was_computed(client: Client) -> None:
    rows = rows_of(released(3), released(5), Record(MONDAY_MS, spans={"REG_REL": Span(MONDAY_MS)}))
    (written,) = write(WindowStore(client, Ownership(client)), rows)
    assert len(written.changes.places) == len(rows)
    found = shown(client)
    assert {key: values for key, (values, _) in found.items()} == told(rows)
    assert revisions(client) == {1}


@pytest.mark.parametrize("running_from_ms", [0, 2 * END_MS], ids=["remembered", "read back"])
def test_what_is_the_same_is_not_written_and_what_differs_gets_the_next_revision(
    client: Client, running_from_ms: int
) -> None:
    store = WindowStore(client, Ownership(client))
    first, second = rows_of(released(3), released(4, "27F2")), rows_of(released(3), released(5, "27F2"))
    write(store, first, running_from_ms)
    assert write(store, first, running_from_ms) == []
    write(store, second, running_from_ms)
    assert {key: values for key, (values, _) in shown(client).items()} == told(second)
    by_office = {key[0]: revision for key, (_, revision) in shown(client).items()}
    assert by_office == {"27F1": 1, "27F2": 2, "all": 2}
    # So it is for an owner that begins now.
    later = WindowStore(client, Ownership(client))
    assert write(later, second, running_from_ms) == []
    write(later, first, running_from_ms)
    assert {key[0]: revision for key, (_, revision) in shown(client).items()} == {
        "27F1": 1,
        "27F2": 3,
        "all": 3,
    }


@pytest.mark.parametrize("again", [False, True], ids=["the same owner", "a new owner each time"])
def test_a_row_that_is_gone_is_hidden_and_goes_on_with_its_revisions_when_it_comes_back(
    client: Client, again: bool
) -> None:
    store = WindowStore(client, Ownership(client))
    both, one = rows_of(released(3), released(4, "27F2")), rows_of(released(3))
    for rows, wanted in ((both, 1), (one, None), (both, 3), (one, None), (both, 5)):
        written = write(store, rows)
        assert bool(written[0].changes.gone) == (wanted is None)
        found = shown(client)
        assert {key: values for key, (values, _) in found.items()} == told(rows)
        assert {revision for key, (_, revision) in found.items() if key[0] == "27F2"} == ({wanted} - {None})
        if again:
            store = WindowStore(client, Ownership(client))


def test_windows_of_one_call_are_told_apart_and_so_are_sizes(client: Client) -> None:
    store = WindowStore(client, Ownership(client))
    progress(client, END_MS, 2, **{"1h": DAY_MS})
    ends = [END_MS - 2 * HOUR_MS, END_MS - HOUR_MS, END_MS]
    windows = [Computed(end, rows_of(released(3), end_ms=end)) for end in ends]
    written: list[Written] = []
    store.write("24h", windows, 2 * END_MS, written.extend)
    assert [one.computed.end_ms for one in written] == ends
    written.clear()
    store.write("1h", windows[:1], 2 * END_MS, written.extend)
    store.write("24h", windows, 2 * END_MS, written.extend)
    assert [one.computed.end_ms for one in written] == ends[:1]
    counts = "SELECT window_size, count() FROM release_monitor.windows GROUP BY ALL ORDER BY ALL"
    assert client.query(counts).result_rows == [("1h", 16), ("24h", 3 * 16)]


def test_an_old_owners_late_write_loses(client: Client) -> None:
    old = WindowStore(client, Ownership(client))
    write(old, rows_of(released(3)))
    new = WindowStore(client, Ownership(client))
    write(new, rows_of(released(5)))
    for hours in (1, 2, 4):
        write(old, rows_of(released(hours)))
    assert {key: values for key, (values, _) in shown(client).items()} == told(rows_of(released(5)))
    assert revisions(client) == {2}


class Unsure:
    """A client whose inserts succeed, but it is told otherwise."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def raw_insert(self, *arguments: Any, **named: Any) -> Any:
        self._client.raw_insert(*arguments, **named)
        raise SinkError("no acknowledgement came")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)


@pytest.mark.parametrize("running_from_ms", [0, 2 * END_MS], ids=["remembered", "not remembered"])
@pytest.mark.parametrize("before", [True, False])
def test_a_write_that_failed_may_have_come_through(
    client: Client, before: bool, running_from_ms: int
) -> None:
    store = WindowStore(client, Ownership(client))
    one, both = rows_of(released(3)), rows_of(released(3), released(4, "27F2"))
    if before:
        write(store, one, running_from_ms)
    sink, store._sink = store._sink, ClickHouseSink(Unsure(client))  # type: ignore[arg-type]
    with pytest.raises(SinkError):
        write(store, both, running_from_ms)
    store._sink = sink
    write(store, one, running_from_ms)  # meanwhile a correction has come
    assert {key: values for key, (values, _) in shown(client).items()} == told(one)


def test_a_window_among_many_that_run_is_compared_with_what_is_stored_of_it(client: Client) -> None:
    store = WindowStore(client, Ownership(client))
    ends = [END_MS - hours * HOUR_MS for hours in range(20, -1, -1)]

    def written(hours: int, *of: int) -> None:
        store.write("24h", [Computed(end, rows_of(released(hours), end_ms=END_MS)) for end in of], 0)

    written(3, ends[0])
    written(5, *ends)
    written(3, ends[0])
    at = "SELECT max(max_s) FROM release_monitor.windows WHERE window_end = {end:DateTime64(3)}"
    end = dt.datetime.fromtimestamp(ends[0] / 1000, dt.UTC)
    assert client.query(at, parameters={"end": end}).result_rows == [(3 * 3600,)]


def test_what_was_written_long_ago_is_asked_for_again(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(windows_module, "_MOST_ENDS", 3)
    store = WindowStore(client, Ownership(client))
    ends = [END_MS - hours * HOUR_MS for hours in (5, 4, 3, 2, 1)]
    windows = [Computed(end, rows_of(released(3))) for end in ends]
    written: list[Written] = []
    for window in windows * 2:
        store.write("24h", [window], 2 * END_MS, written.extend)
    assert [one.computed.end_ms for one in written] == ends


def test_only_what_is_kept_is_shown_and_final_is_what_the_watermark_has_closed(client: Client) -> None:
    store = WindowStore(client, Ownership(client))
    ends = [END_MS - HOUR_MS, END_MS, END_MS + HOUR_MS]
    store.write("24h", [Computed(end, rows_of(released(3))) for end in ends], 2 * END_MS)

    def seen(watermark_ms: int | None, version: int) -> list[tuple[int, bool]]:
        progress(client, watermark_ms, version, **{"24h": HOUR_MS})
        return [
            (int(end), bool(final))
            for end, final in client.query(
                "SELECT DISTINCT intDiv(toUnixTimestamp64Milli(window_end) - {at:Int64}, 3600000), is_final"
                " FROM release_monitor.windows ORDER BY ALL",
                parameters={"at": END_MS},
            ).result_rows
        ]

    assert seen(END_MS, 2) == [(0, False), (1, False)]
    assert seen(END_MS + 299_998, 3) == [(0, False), (1, False)]
    assert seen(END_MS + 299_999, 4) == [(0, True), (1, False)]
    assert seen(END_MS - 1, 5) == [(-1, True), (0, False), (1, False)]
    assert seen(END_MS - 1, 4) == [(-1, True), (0, False), (1, False)]  # an older version


def test_late_events_are_in_the_view_once(client: Client) -> None:
    store = WindowStore(client, Ownership(client))
    late = [
        LateEvent(Straggler("d", f"e{n}", "CLEARED", MONDAY_MS, "events", 1, 0, n), 90_500, ("1h", "24h"))
        for n in range(3)
    ]
    assert store.write_late([], END_MS) == 0
    assert store.write_late(late[:2], END_MS) == 2
    assert store.write_late(late, END_MS + 1) == 1
    assert WindowStore(client, Ownership(client)).write_late(late, END_MS + 2) == 0
    rows = client.query(
        "SELECT event_id, toUnixTimestamp64Milli(occurred_at), kafka_offset, late_s, closed_windows,"
        " toUnixTimestamp64Milli(noticed_at) FROM release_monitor.late_events ORDER BY event_id"
    ).result_rows
    assert rows == [(f"e{n}", MONDAY_MS, n, 90.5, ["1h", "24h"], END_MS + (n == 2)) for n in range(3)]
