"""A live feed comes at its moments by the given clock, never early, nothing left out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from streams.simulator.delivery import Generated
from streams.simulator.pace import Clock, Live, Pace, Pacer

NINE = 1_773_194_400_000_000  # 09:00 on 2026-03-11 in Viet Nam
SECOND = 1_000_000


class Wrist:
    """A clock that goes on only when somebody waits, or when work takes time."""

    def __init__(self) -> None:
        self.at_s = 5_000.0
        self.clock = Clock(lambda: self.at_s, self.advance)

    def advance(self, seconds: float) -> None:
        assert seconds > 0
        self.at_s += seconds


def feed(*seconds: float) -> Iterator[Generated]:
    """Messages that arrive so many seconds after nine."""
    return (
        Generated(None, b"%d" % place, None, NINE + int(one * SECOND)) for place, one in enumerate(seconds)
    )


def run(
    messages: Iterator[Generated], times: float, wrist: Wrist, work_s: float = 0.0
) -> tuple[list[tuple[bytes, float]], list[Live], Pacer]:
    """Which message came how many seconds after the begin, what was told, and the pacer."""
    told: list[Live] = []
    pacer = Pacer(Pace(NINE, times), told.append, wrist.clock)
    came = []
    for message in pacer.run(messages):
        came.append((message.value, pytest.approx(wrist.at_s - 5_000.0)))
        wrist.at_s += work_s
    return came, told, pacer


@pytest.mark.parametrize("times", [1, 4, 0.5])
def test_each_message_comes_at_its_moment(times: float) -> None:
    came, _, pacer = run(feed(0, 2, 2, 7.5), times, Wrist())
    assert came == [(b"0", 0), (b"1", 2 / times), (b"2", 2 / times), (b"3", 7.5 / times)]
    assert (pacer.messages, pacer.latest_s) == (4, pytest.approx(0))


def test_the_begin_of_the_live_part_is_its_zero_not_its_first_message() -> None:
    came, _, _ = run(feed(60), 10, Wrist())
    assert came == [(b"0", 6)]


def test_a_night_is_told_of_every_ten_seconds() -> None:
    _, told, _ = run(feed(1, 3_600), 60, Wrist())
    assert [(live.at_us - NINE) // SECOND for live in told] == [600, 1_200, 1_800, 2_400, 3_000, 3_600]
    assert {live.messages for live in told} == {1}
    assert max(live.behind_s for live in told) == pytest.approx(0)


def test_what_falls_behind_comes_at_once_says_so_and_catches_up() -> None:
    came, told, pacer = run(feed(0, 1, 2, 3, 4, 60), 1, Wrist(), work_s=4)
    # Each takes four seconds to send: the second is three seconds late, the fifth twelve.
    assert came == [(b"0", 0), (b"1", 4), (b"2", 8), (b"3", 12), (b"4", 16), (b"5", 60)]
    assert pacer.latest_s == pytest.approx(12)
    assert [round(live.behind_s) for live in told] == [6, 12, 0, 0, 0]
    assert [(live.at_us - NINE) // SECOND for live in told] == [3, 22, 32, 42, 52]
    assert [live.messages for live in told] == [3, 5, 5, 5, 5]
