"""When a partition counts as standing still."""

from __future__ import annotations

from streams.worker.standstill import Standstill


def looks(still: Standstill, begin: int, seconds: int, committed: int, end: int, waits: bool = False) -> int:
    """Look at partition 0 every second, and return the second after the last."""
    for second in range(begin, begin + seconds):
        still.look(float(second), {0: (committed, end), 1: (0, 50)}, waits)
    return begin + seconds


def reader() -> Standstill:
    made = Standstill()
    made.given([0])
    return made


def test_messages_that_wait_and_are_not_acknowledged_are_a_standstill() -> None:
    still = reader()
    now = looks(still, 0, 61, 5, 9)
    assert not still.longer_than(60)
    looks(still, now, 1, 5, 12)
    assert still.longer_than(60) == {0: 61.0}


def test_what_is_read_to_its_end_is_none() -> None:
    still = reader()
    looks(still, 0, 1000, 9, 9)
    assert not still.longer_than(60)


def test_any_step_forward_ends_it() -> None:
    still = reader()
    now = looks(still, 0, 60, 5, 9)
    now = looks(still, now, 60, 6, 9)
    assert not still.longer_than(60)
    looks(still, now, 2, 6, 9)
    assert still.longer_than(60)


def test_waiting_for_the_sink_is_none_and_what_follows_has_its_time() -> None:
    still = reader()
    now = looks(still, 0, 500, 5, 9, waits=True)
    now = looks(still, now, 60, 5, 9)
    assert not still.longer_than(60)
    looks(still, now, 1, 5, 9)
    assert still.longer_than(60)


def test_time_in_which_nobody_looked_does_not_count() -> None:
    still = reader()
    still.look(0.0, {0: (5, 9)}, waits=False)
    still.look(1_000.0, {0: (5, 9)}, waits=False)
    assert still.longer_than(1) == {0: 5.0}
    assert not still.longer_than(60)


def test_partitions_of_others_are_no_concern_and_what_is_given_begins_anew() -> None:
    still = reader()
    looks(still, 0, 100, 5, 9)
    still.given([1])
    assert not still.longer_than(1)
    looks(still, 100, 30, 5, 9)
    assert list(still.longer_than(1)) == [1]
