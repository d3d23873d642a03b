"""When an office was heard of last."""

from __future__ import annotations

from streams.worker.heard import Heard


def test_the_latest_event_counts_whatever_came_last() -> None:
    heard = Heard(("27F1", "27F2"))
    assert heard.latest_us() == {}
    for office, instant_us in (("27F1", 5), ("27F1", 3), ("27F2", 4), ("27F2", 7)):
        heard.of(office, instant_us)
    assert heard.latest_us() == {"27F1": 5, "27F2": 7}


def test_an_office_that_is_not_known_is_not_kept() -> None:
    heard = Heard(("27F1",))
    heard.of("99ZZ", 5)
    heard.of(None, 5)
    assert heard.latest_us() == {}
