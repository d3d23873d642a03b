"""Only what differs gets a new revision, and a row's revisions never begin again."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from streams.core.window_changes import Changes, Known, RowKey, all_new, changes, contents_of, keys_of
from streams.core.window_values import WindowRows

NAMES = ("office", "direction", "channel", "interval_code", "clock")
COUNTS = ("n", "population_n", "live_n", "open_n")


def rows(*told: dict[str, Any]) -> WindowRows:
    """Make rows of an office each; what is not told is 0, or no value."""
    columns: dict[str, np.ndarray] = {}
    for one in fields(WindowRows):
        if one.name in NAMES:
            columns[one.name] = np.array([str(row.get(one.name, "all")) for row in told], object)
        elif one.name in COUNTS:
            columns[one.name] = np.array([row.get(one.name, 0) for row in told], np.int64)
        else:
            columns[one.name] = np.array([row.get(one.name, np.nan) for row in told], np.float64)
    return WindowRows(**columns)  # type: ignore[arg-type]


def test_a_hash_is_of_every_value_and_stays_what_it_was() -> None:
    plain = {"n": 2, "population_n": 3, "mean_s": 1.5, "p50_s": 7.0}
    assert contents_of(rows(plain, plain)).tolist() == [contents_of(rows(plain))[0]] * 2
    # It is stored: were it computed in another way, every window would be written again.
    assert contents_of(rows(plain, {})).tolist() == [5781656208646699545, 10347615314376753196]
    seen = {int(contents_of(rows(plain))[0])}
    for one in fields(WindowRows):
        if one.name in NAMES or one.name == "coverage":
            continue
        for value in (1, 5, 9):
            seen.add(int(contents_of(rows({**plain, one.name: value}))[0]))
    assert len(seen) == 1 + 3 * 13
    assert contents_of(rows({**plain, "office": "27F1"}))[0] == contents_of(rows(plain))[0]


def test_less_than_a_microsecond_is_no_difference_and_nothing_is_not_zero() -> None:
    def hashed(value: float) -> int:
        return int(contents_of(rows({"mean_s": value}))[0])

    assert hashed(0.1 + 0.2) == hashed(0.3) != hashed(0.300_001)
    assert hashed(-0.0) == hashed(0.0) != hashed(float("nan"))


keys = st.sampled_from(
    [("27F1", "import", "1", "REG_REL", "elapsed"), ("all",) * 5, ("27F2",) * 5, ("27F3",) * 5]
)
windows = st.lists(st.dictionaries(keys, st.integers(1, 3), max_size=4), max_size=8)


@given(windows)
def test_writing_the_changes_makes_the_store_the_window(of: list[dict[RowKey, int]]) -> None:
    stored: dict[RowKey, Known] = {}
    times: dict[RowKey, int] = {}
    for window in of:
        there = list(window)
        found = changes(there, [window[key] for key in there], stored)
        before = {key: one.content for key, one in stored.items() if one.content}
        for place, revision in zip(found.places, found.revisions, strict=True):
            key = there[place]
            times[key] = times.get(key, 0) + 1
            assert revision == times[key]
            stored[key] = Known(window[key], revision)
        for key, known in found.gone:
            times[key] += 1
            assert known == stored[key]
            stored[key] = Known(0, known.revision + 1)
        assert {key: one.content for key, one in stored.items() if one.content} == window
        touched = {there[place] for place in found.places} | {key for key, _ in found.gone}
        assert touched == {key for key in {*before, *window} if before.get(key) != window.get(key)}


def test_the_same_again_changes_nothing() -> None:
    assert changes([("a",) * 5], [7], {("a",) * 5: Known(7, 3)}) == Changes([], [], [])  # type: ignore[list-item, dict-item]


def test_nothing_stored_makes_all_of_it_new() -> None:
    assert all_new(2) == Changes([0, 1], [1, 1], [])
    assert all_new(0) == changes([], [], {}) == Changes([], [], [])


def test_rows_are_named_by_office_direction_channel_code_and_clock() -> None:
    one = rows(
        {"office": "27F1", "direction": "import", "channel": "3", "interval_code": "PAY", "clock": "working"}
    )
    assert keys_of(one) == [("27F1", "import", "3", "PAY", "working")]
    assert keys_of(replace(one, office=np.array(["all"], object))) == [
        ("all", "import", "3", "PAY", "working")
    ]
