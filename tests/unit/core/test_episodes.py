"""Sums of episodes kept while events come and go equal sums made of the events that are left."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from builders import CALENDARS, event
from streams.core.episodes import Episodes
from streams.core.event import Event
from streams.core.order import in_order
from streams.core.vocabulary import LIFECYCLE_RANK

ANSWER = LIFECYCLE_RANK["AMENDED"]
CALENDAR = CALENDARS.calendar_of(None)


def brute_force(events: list[Event]) -> tuple[int, int, int] | None:
    """Elapsed and working microseconds and back-filled bounds, by walking the events; None while one is open."""
    ordered = list(events)
    in_order(ordered)
    elapsed = working = backfilled = 0
    opened: Event | None = None
    for one in ordered:
        if one.rank != ANSWER and opened is None:
            opened = one
            backfilled += one.is_backfill
        elif one.rank == ANSWER and opened is not None:
            elapsed += one.occurred_us - opened.occurred_us
            working += CALENDAR.total_us(one.occurred_us) - CALENDAR.total_us(opened.occurred_us)
            backfilled += one.is_backfill
            opened = None
    return None if opened is not None else (elapsed, working, backfilled)


@st.composite
def crowds(draw: st.DrawFn) -> list[Event]:
    """Requests and answers without two of one type at one instant."""
    places = draw(st.sets(st.tuples(st.booleans(), st.integers(0, 40)), min_size=1, max_size=30))
    return [
        event(
            "AMENDED" if answers else "AMENDMENT_REQUESTED",
            f"{8 + minute // 4:02d}:{minute % 4 * 15:02d}:00",
            event_id=f"e{answers}{minute}",
            is_backfill=draw(st.booleans()),
        )
        for answers, minute in places
    ]


@settings(max_examples=300, deadline=None)
@given(crowds(), st.integers(0, 2**32))
def test_what_is_kept_equals_what_is_walked(events: list[Event], seed: int) -> None:
    # 08:00 ? ── 08:15 ? ── 09:00 ! ── 09:15 ! ── 10:00 ? ── 11:00 !    two episodes: an hour each
    chance = random.Random(seed)
    kept, episodes = [], Episodes(ANSWER)
    waiting = list(events)
    chance.shuffle(waiting)
    while waiting:
        if kept and chance.random() < 0.3:
            gone = kept.pop(chance.randrange(len(kept)))
            episodes.drop(gone)
        else:
            kept.append(waiting.pop())
            episodes.put(kept[-1])
        wanted = brute_force(kept)
        if wanted is not None:
            assert (episodes.elapsed_us, episodes.working_us(CALENDAR), episodes.backfilled) == wanted


def test_another_calendar_counts_anew() -> None:
    episodes = Episodes(ANSWER)
    episodes.put(event("AMENDMENT_REQUESTED", "11:00:00"))
    episodes.put(event("AMENDED", "13:30:00"))
    other = type(CALENDARS)().calendar_of(None)
    assert episodes.working_us(CALENDAR) == episodes.working_us(other) == 3_600_000_000
