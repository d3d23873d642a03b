"""Short ways to write events and histories in tests."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from streams.core.declaration import Declaration, History
from streams.core.decode import decode_event
from streams.core.event import Accepted, Event, Feed
from streams.core.limits import StageLimit, StageLimits
from streams.core.scope import Scope, ScopeRule
from streams.core.targets import Target, Targets
from streams.core.working_time import WorkingCalendar

FEED = Feed("declaration-events", 1)
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


class WeekdayHours:
    """Reference data without holidays: Monday to Friday 07:30 to 11:30 and 13:00 to 17:00 in Viet Nam."""

    fingerprint: int = 1

    def __init__(
        self,
        scope_rules: Sequence[ScopeRule] = (),
        targets: Sequence[Target] = (),
        stage_limits: Sequence[StageLimit] = (),
    ) -> None:
        self.scope = Scope(scope_rules, VIETNAM)
        self.targets = tuple(targets)
        self._targets = Targets(targets)
        self._limits = StageLimits(stage_limits)
        hours = ((27_000, 41_400), (46_800, 61_200))
        self._calendar = WorkingCalendar(lambda day: hours if day.weekday() < 5 else (), VIETNAM)

    def calendar_of(self, office: str | None) -> WorkingCalendar:
        return self._calendar

    def target_of(
        self, interval: str, direction: str | None, channel: int | None, office: str | None, at_us: int
    ) -> Target | None:
        return self._targets.of(interval, direction, channel, office, _day(at_us))

    def stage_limit_of(
        self, stage: str, waiting_on: str | None, office: str | None, at_us: int
    ) -> StageLimit | None:
        return self._limits.of(stage, waiting_on, office, _day(at_us))


def _day(at_us: int) -> dt.date:
    return dt.datetime.fromtimestamp(at_us // 1_000_000, VIETNAM).date()


CALENDARS = WeekdayHours()


def message(event_type: str, at: str, **fields: Any) -> bytes:
    """Write one valid message; `at` is a time of 2 March 2026, or a whole RFC 3339 instant. Other fields override."""
    occurred_at = at if "T" in at else f"2026-03-02T{at}+07:00"
    content: dict[str, Any] = {
        "event_id": f"{event_type}-{at}-{fields.get('revision', 0)}-{fields.get('op', '')}",
        "schema_version": 1,
        "source": "SIM",
        "declaration_key": "10000000001",
        "event_type": event_type,
        "occurred_at": occurred_at,
        **fields,
    }
    return json.dumps(content).encode()


def event(event_type: str, at: str, offset: int = 0, **fields: Any) -> Event:
    """Decode one such message."""
    decoded = decode_event(message(event_type, at, **fields), 0, offset)
    assert isinstance(decoded, Event), decoded
    return decoded


def channel(number: int, at: str, event_type: str = "CHANNEL_ASSIGNED", **fields: Any) -> Event:
    """Decode one event that tells the channel."""
    return event(event_type, at, attrs={"channel": number}, **fields)


def history(*events: Event) -> History:
    """Put events into a history."""
    filled = History()
    for one in events:
        filled.add(Accepted(one, FEED, 0))
    return filled


def fold(*events: Event) -> Declaration:
    """Fold events to the state of their declaration."""
    state = history(*events).fold("10000000001", CALENDARS)
    assert state is not None
    return state
