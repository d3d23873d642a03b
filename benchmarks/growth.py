"""What one more event costs, by how many its declaration has already: it must not grow."""

from __future__ import annotations

import datetime as dt
import time
from statistics import median
from typing import Final

import msgspec

from streams.core.declaration import History, Rulebook
from streams.core.decode import decode_event
from streams.core.event import Accepted, Event, Feed

BEFORE: Final = (5, 50, 500)
"""How many events come before the ones that are measured."""

_MORE: Final = 40
_HISTORIES: Final = 40
_FEED: Final = Feed("benchmark", 1)
_BEGIN: Final = dt.datetime(2026, 3, 2, 8, tzinfo=dt.timezone(dt.timedelta(hours=7)))
_CYCLE: Final = (
    "AMENDMENT_REQUESTED",
    "AMENDED",
    "OGA_STARTED",
    "OGA_RESULT",
    "TAX_SECURED",
    "CHANNEL_CHANGED",
)

_json = msgspec.json.Encoder()


def event_costs(rulebook: Rulebook) -> dict[int, float]:
    """Return seconds for taking in one more event and folding the state after it, the median over histories.

    A declaration asked to amend, inspected, paid and moved between channels again and again: every type whose interval
    is a sum, or depends on the last one before the release. The next event is the latest, as it mostly is.
    """
    events = [_event(number) for number in range(max(BEFORE) + _MORE)]
    costs = {}
    for before in BEFORE:
        laps = []
        for _ in range(_HISTORIES):
            history = History()
            for event in events[:before]:
                history.add(Accepted(event, _FEED, 0))
            history.fold("d", rulebook)
            more = [Accepted(event, _FEED, 0) for event in events[before : before + _MORE]]
            begin = time.perf_counter()
            for accepted in more:
                history.add(accepted)
                history.fold("d", rulebook)
            laps.append((time.perf_counter() - begin) / _MORE)
        costs[before] = median(laps)
    return costs


def _event(number: int) -> Event:
    event_type = ("REGISTERED", "CHANNEL_ASSIGNED")[number] if number < 2 else _CYCLE[number % len(_CYCLE)]
    at = _BEGIN + dt.timedelta(minutes=7 * number)
    content = {
        "event_id": f"e{number}",
        "schema_version": 1,
        "source": "SIM",
        "declaration_key": "d",
        "event_type": event_type,
        "occurrence_no": number + 1,
        "occurred_at": at.isoformat(),
        "attrs": {"office": "27F1", "channel": 2 + number % 2},
    }
    decoded = decode_event(_json.encode(content), 0, number)
    assert isinstance(decoded, Event), decoded.detail
    return decoded
