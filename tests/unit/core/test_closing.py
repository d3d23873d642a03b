"""Closing with grace, and lateness for each window: case by case, and against a look at every window."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.closing import Late, closed, last_closed_end, lateness
from streams.core.window import WindowKind

SLIDING = WindowKind("sliding", 10, 5)


@pytest.mark.parametrize(
    ("watermark", "is_closed"),
    [
        pytest.param(None, False, id="time has not begun"),
        pytest.param(99, False, id="the window has ended, the grace not"),
        pytest.param(108, False, id="a millisecond of the grace is left"),
        pytest.param(109, True, id="everything before end and grace has arrived"),
        pytest.param(500, True, id="long ago"),
    ],
)
def test_a_window_closes_a_grace_after_its_end(watermark: int | None, is_closed: bool) -> None:
    assert closed(100, watermark, 10) is is_closed


@pytest.mark.parametrize(
    ("instant", "late"),
    [
        pytest.param(4, Late(range(5, 11, 5), 116), id="both windows are closed"),
        pytest.param(0, Late(range(5, 11, 5), 120), id="an older one"),
        pytest.param(5, Late(range(10, 11, 5), 115), id="too late for [0, 10), in time for [5, 15)"),
        pytest.param(9, Late(range(10, 11, 5), 111), id="its last instant"),
        pytest.param(10, None, id="in time for all"),
        pytest.param(120, None, id="the newest"),
    ],
)
def test_an_event_is_late_for_each_window_by_itself(instant: int, late: Late | None) -> None:
    found = lateness(SLIDING, instant, watermark_ms=99, grace_ms=90, newest_ms=120)
    assert (found and (list(found.ends_ms), found.by_ms)) == (late and (list(late.ends_ms), late.by_ms))


def test_nothing_is_late_before_time_begins() -> None:
    assert lateness(SLIDING, -(10**12), None, 0, 0) is None


@st.composite
def drawn_kinds(draw: st.DrawFn) -> WindowKind:
    size = draw(st.integers(1, 30))
    return WindowKind("drawn", size, draw(st.integers(1, size)), draw(st.integers(-40, 40)))


INSTANTS = st.integers(-100, 100)
GRACES = st.integers(0, 50)


@given(drawn_kinds(), INSTANTS, GRACES)
def test_the_last_closed_end_parts_the_closed_from_the_open(
    kind: WindowKind, watermark: int, grace: int
) -> None:
    last = last_closed_end(kind, watermark, grace)
    ends = list(kind.ends_between(-500, 500))
    assert last in ends
    assert [end for end in ends if closed(end, watermark, grace)] == [end for end in ends if end <= last]


@given(drawn_kinds(), INSTANTS, INSTANTS, GRACES, st.integers(0, 100))
def test_late_is_in_a_closed_window_and_never_by_less_than_nothing(
    kind: WindowKind, instant: int, watermark: int, grace: int, bound: int
) -> None:
    late = lateness(kind, instant, watermark, grace, newest_ms=watermark + bound + 1)
    ends = [start + kind.size_ms for start in kind.starts_of(instant)]
    assert (list(late.ends_ms) if late else []) == [end for end in ends if closed(end, watermark, grace)]
    assert late is None or late.by_ms > grace + bound


@given(drawn_kinds(), st.lists(INSTANTS, min_size=1), GRACES, st.integers(0, 20))
def test_an_event_no_older_than_bound_and_grace_is_never_late(
    kind: WindowKind, instants: list[int], grace: int, bound: int
) -> None:
    newest = max(instants)
    for instant in instants:
        if instant >= newest - bound - grace:
            assert lateness(kind, instant, newest - bound - 1, grace, newest) is None
