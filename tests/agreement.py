"""The core's answer laid out like the oracle's, to compare the two with `==`, and the same offices for both."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import oracle
from oracle.working import hours_of
from streams.core.declaration import Declaration, History
from streams.core.event import Event
from streams.core.scope import Scope
from streams.core.working_time import WorkingCalendar

INSTANTS = {
    "M1": "registered_us",
    "M8": "released_us",
    "M9": "cleared_us",
    "M10": "exited_us",
    "MX": "cancelled_us",
}
"""The milestones that the state of a declaration tells."""

ATTRIBUTES = (
    "declaration_no",
    "direction",
    "office",
    "kind",
    "tax_vnd",
    "value_usd",
    "replaces",
    "transport",
)


class OfficeCalendars:
    """The oracle's offices as the calendars that the core asks for; all is in scope, and there are no targets."""

    scope = Scope((), ZoneInfo("Asia/Ho_Chi_Minh"))

    def __init__(self, offices: oracle.Offices, fingerprint: int) -> None:
        self.fingerprint = fingerprint
        self._default = _calendar(oracle.DEFAULT)
        self._of = {name: _calendar(office) for name, office in offices.items()}

    def calendar_of(self, office: str | None) -> WorkingCalendar:
        return self._default if office is None else self._of.get(office, self._default)

    def target_of(self, *_asked: object) -> None:
        return None

    def stage_limit_of(self, *_asked: object) -> None:
        return None


def _calendar(office: oracle.Office) -> WorkingCalendar:
    return WorkingCalendar(_spans(office), ZoneInfo(office.zone))


def _spans(office: oracle.Office) -> Callable[[dt.date], list[tuple[int, int]]]:
    def second(text: str) -> int:
        hours, minutes = map(int, text.split(":"))
        return hours * 3600 + minutes * 60

    return lambda day: [(second(opens), second(closes)) for opens, closes in hours_of(day, office)]


def of_core(state: Declaration, history: History) -> oracle.Row:
    """The state that the core folded; a detail in free text is left out."""
    found = [
        oracle.Finding(one.finding, one.event_id, _said(one.finding, one.detail)) for one in state.findings
    ]
    assert len(set(found)) == len(found), f"a finding twice: {found}"
    assert len({one.code for one in state.intervals}) == len(state.intervals), "an interval twice"
    return oracle.Row(
        milestones={name: getattr(state, field) for name, field in INSTANTS.items()},
        intervals={
            one.code: oracle.Interval(
                one.started_us, one.ended_us, one.elapsed_s, one.working_s, tuple(one.flags)
            )
            for one in state.intervals
        },
        findings=set(found),
        status=state.status,
        stage=state.stage,
        waiting_on=state.waiting_on,
        stage_since=state.stage_since_us,
        channel_initial=state.channel_initial,
        channel_final=state.channel_final,
        attributes={name: getattr(state, name) for name in ATTRIBUTES},
        effective=sorted((_content(event) for event in history.effective()), key=_by_id),
        registered_on=_day(state.registered_day),
        registered_hour=state.registered_hour,
        released_on=_day(state.released_day),
    )


def of_oracle(row: oracle.Row) -> oracle.Row:
    """What the oracle says, as far as the core's state tells it."""
    return dataclasses.replace(
        row,
        milestones={name: row.milestones[name] for name in INSTANTS},
        effective=sorted(row.effective, key=_by_id),
        may_expire=False,
    )


def _day(number: int | None) -> dt.date | None:
    return None if number is None else dt.date(1970, 1, 1) + dt.timedelta(number)


def _content(event: Event) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(event.canonical)
    return content


def _by_id(content: dict[str, Any]) -> str:
    return str(content["event_id"])


def _said(finding: str, detail: str) -> str:
    return "" if finding in oracle.FREE_DETAIL else detail
