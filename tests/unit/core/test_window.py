"""Windows on the axis: against a scan of every window there is, before 1970 too."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.span_block import NEVER
from streams.core.window import KIND_OF, KINDS, WindowKind

DAY_MS = 86_400_000
NOON = 1_772_452_800_000
"""2026-03-02 12:00 UTC."""


@st.composite
def drawn_kinds(draw: st.DrawFn) -> WindowKind:
    size = draw(st.integers(1, 40))
    return WindowKind("drawn", size, draw(st.integers(1, size)), draw(st.integers(-50, 50)))


INSTANTS = st.integers(-200, 200)


def every_start(kind: WindowKind) -> list[int]:
    """The starts of all windows far around the instants that are drawn."""
    return [kind.offset_ms + number * kind.step_ms for number in range(-600, 601)]


def every_end(kind: WindowKind) -> list[int]:
    return [start + kind.size_ms for start in every_start(kind)]


@given(drawn_kinds(), INSTANTS)
def test_the_windows_that_hold_an_instant(kind: WindowKind, instant: int) -> None:
    holding = [start for start in every_start(kind) if start <= instant < start + kind.size_ms]
    assert kind.starts_of(instant) == holding
    assert kind.first_end(instant) == min(holding) + kind.size_ms
    assert kind.last_end(instant) == max(holding) + kind.size_ms


@given(drawn_kinds(), INSTANTS, INSTANTS)
def test_the_ends_between_two_instants(kind: WindowKind, after: int, until: int) -> None:
    assert list(kind.ends_between(after, until)) == [end for end in every_end(kind) if after < end <= until]


@given(drawn_kinds(), INSTANTS)
def test_the_first_end_is_later_and_the_last_at_most_a_size_later(kind: WindowKind, instant: int) -> None:
    ends = every_end(kind)
    assert kind.first_end(instant) == min(end for end in ends if end > instant)
    assert kind.last_end(instant) == max(end for end in ends if end <= instant + kind.size_ms)


@given(st.integers(1, 20), st.integers(1, 12), st.integers(-50, 50), st.integers(-(10**15), 10**15))
def test_an_instant_is_in_size_by_step_windows(step: int, times: int, offset: int, instant: int) -> None:
    assert len(WindowKind("drawn", step * times, step, offset).starts_of(instant)) == times


@pytest.mark.parametrize(
    ("name", "windows", "first", "last"),
    [
        ("1h", 60, 60_000, 3_600_000),
        ("24h", 288, 300_000, DAY_MS),
        ("7d", 168, 3_600_000, 7 * DAY_MS),
        ("30d", 720, 3_600_000, 30 * DAY_MS),
    ],
)
def test_the_kinds_that_are_kept(name: str, windows: int, first: int, last: int) -> None:
    kind = KIND_OF[name]
    assert len(kind.starts_of(NOON)) == windows
    assert (kind.first_end(NOON) - NOON, kind.last_end(NOON) - NOON) == (first, last)
    assert kind.first_end(NOON - 1) == NOON, "what happens a millisecond before an end is in the window"
    assert kind.size_ms % kind.step_ms == 0
    assert kind.offset_ms == 0


def test_the_smallest_kind_is_first_and_an_absent_instant_is_after_every_end() -> None:
    assert [kind.name for kind in KINDS] == ["1h", "24h", "7d", "30d"] == list(KIND_OF)
    assert sorted(kind.size_ms for kind in KINDS) == [kind.size_ms for kind in KINDS]
    assert all(kind.last_end(NOON + 1000 * 365 * DAY_MS) <= NEVER for kind in KINDS)
