"""When an office was heard of last: by an event of its own, or one of a declaration of its own."""

from __future__ import annotations

import time

from builders import event, fold
from streams.worker.heard import Heard

EIGHT_US = event("REGISTERED", "08:00:00").occurred_us
MINUTE_US = 60_000_000


def test_the_latest_event_counts_whatever_came_last() -> None:
    heard = Heard(("27F1", "27F2"))
    assert heard.latest_us() == {}
    heard.events(
        [
            event("REGISTERED", "08:05:00", attrs={"office": "27F1"}),
            event("REGISTERED", "08:00:00", attrs={"office": "27F1"}),
            event("REGISTERED", "08:01:00", attrs={"office": "99ZZ"}),
            event("REGISTERED", "08:01:00"),
        ],
        [],
    )
    heard.stored({"27F1": EIGHT_US, "27F2": EIGHT_US, "99ZZ": EIGHT_US})
    assert heard.latest_us() == {"27F1": EIGHT_US + 5 * MINUTE_US, "27F2": EIGHT_US}


def test_an_event_that_says_no_office_is_of_its_declarations() -> None:
    registered = event("REGISTERED", "08:00:00", attrs={"office": "27F1"})
    cleared = event("CLEARED", "09:00:00")
    heard = Heard(("27F1",))
    heard.events([cleared], [fold(registered, cleared)])
    assert heard.latest_us() == {"27F1": EIGHT_US + 60 * MINUTE_US}


def test_a_sign_of_life_is_one() -> None:
    heard = Heard(("27F1",))
    heard.events([event("HEARTBEAT", "08:00:00", attrs={"office": "27F1"})], [])
    assert heard.latest_us() == {"27F1": EIGHT_US}


def test_a_wrong_year_that_says_no_time_of_sending_is_passed_over() -> None:
    heard = Heard(("27F1",))
    far = "2090-03-02T08:00:00+07:00"
    heard.events([event("REGISTERED", far, attrs={"office": "27F1"})], [])
    assert heard.latest_us() == {}
    heard.events([event("REGISTERED", far, emitted_at=far, attrs={"office": "27F1"})], [])
    assert heard.latest_us()["27F1"] > time.time_ns() // 1000
