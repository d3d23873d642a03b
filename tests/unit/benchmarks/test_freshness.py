"""What a page of metrics says of markers, and a watch that sees them."""

from __future__ import annotations

import time
from collections.abc import Collection

import pytest

from benchmarks.freshness import Marker, Watch, largest, told_by_clock, told_by_count

PAGE = """# HELP release_window_declarations Completed.
# TYPE release_window_declarations gauge
release_window_declarations{channel="all",direction="all",interval="REG_REL",office="27B1",window="1h"} 12.0
release_window_declarations{channel="1",direction="import",interval="REG_REL",office="27B1",window="1h"} 11.0
release_window_declarations{channel="all",direction="all",interval="REG_REL",office="27B1",window="24h"} 40.0
release_window_declarations{channel="all",direction="all",interval="REG_REL",office="27F1",window="1h"} 9000.0
release_last_event_timestamp_seconds{office="27B1",source="VNACCS"} 1.795558572031e+09
release_last_event_timestamp_seconds{office="27F1",source="VNACCS"} 1.8e+09
"""


def marker(number: int, cleared_ms: int = 0) -> Marker:
    return Marker(number, f"20{number:09d}", time.monotonic(), cleared_ms)


def test_the_largest_series_with_the_labels() -> None:
    assert largest(PAGE, "release_window_declarations", {"office": "27B1", "window": "1h"}) == 12.0
    assert largest(PAGE, "release_window_declarations", {"office": "27A0"}) == 0.0
    assert largest(PAGE, "release_window", {"office": "27B1"}) == 0.0


def test_markers_are_told_by_their_count() -> None:
    assert [one.number for one in told_by_count(PAGE, [marker(n) for n in (11, 12, 13)])] == [11, 12]


def test_markers_are_told_by_the_latest_event_of_their_office() -> None:
    awaited = [marker(1, 1_795_558_572_030), marker(2, 1_795_558_572_031), marker(3, 1_795_558_572_032)]
    assert [one.number for one in told_by_clock(PAGE, awaited)] == [1, 2]


def test_a_watch_sees_what_is_there_and_counts_what_is_not() -> None:
    asked: list[int] = []

    def read(awaited: Collection[Marker]) -> int:
        asked.append(len(awaited))
        return 2

    watch = Watch(
        read,
        {
            "here": lambda count, awaited: [one for one in awaited if one.number <= count],
            "there": lambda count, awaited: [one for one in awaited if one.number < count],
        },
    )
    watch.start()
    for number in (1, 2, 3):
        watch.await_(marker(number))
    deadline = time.monotonic() + 10
    while (watch.awaiting > 2 or len(asked) < 5) and time.monotonic() < deadline:
        time.sleep(0.001)
    here, there = watch.finish()
    assert (here.what, here.seen, here.unseen) == ("here", 2, 1)
    assert (there.what, there.seen, there.unseen) == ("there", 1, 2)
    assert 0 <= here.p50_s < 10
    assert max(asked) <= 3


def test_what_a_look_raises_is_raised_in_the_end() -> None:
    def read(awaited: Collection[Marker]) -> int:
        raise ConnectionError("gone")

    watch = Watch(read, {"somewhere": lambda count, awaited: []})
    watch.await_(marker(1))
    watch.start()
    time.sleep(0.05)
    with pytest.raises(ConnectionError, match="gone"):
        watch.finish()
