"""What windows know of one declaration, from its raw messages (domain, sections 7 and 11, rules 7 and 14)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from oracle.intervals import Interval, intervals
from oracle.milestones import milestones
from oracle.story import Story
from oracle.told import Told, refusal
from oracle.windows import Record, Span
from oracle.working import DEFAULT, Offices

OUT_OF_SCOPE = ("H11", "H21", "C11", "C12", "C21", "C22")
LOW_VALUE = ("MIC", "MEC")


def record(messages: Iterable[bytes], offices: Offices | None = None) -> Record:
    """Compute the record of the one declaration that the messages are about; bad messages are left out."""
    story = Story([Told(raw) for raw in messages if refusal(raw) is None])
    office = story.last_said("office")
    calendar = (offices or {}).get(str(office), DEFAULT)
    m = milestones(story, calendar)
    # A window that ended before the cancellation knew nothing of it.
    rows = intervals(story, replace(m, cancelled_first=False), calendar).rows
    codes = [told.c.get("message_code") or "" for told in story.events]
    in_scope = story.last_said("kind") not in OUT_OF_SCOPE and not any(c.startswith(LOW_VALUE) for c in codes)
    direction = story.last_said("direction")
    return Record(
        None if m.m1 is None else m.m1.us // 1000,
        None if m.m8 is None or m.cancelled_first else m.m8.us // 1000,
        None if m.mx is None else m.mx.us // 1000,
        None if office is None else str(office),
        None if direction is None else str(direction),
        m.channel,
        in_scope,
        {code: _span(row) for code, row in rows.items()},
    )


def _span(row: Interval) -> Span:
    start, end = (None if us is None else us // 1000 for us in (row.start_us, row.end_us))
    return Span(start, end, row.elapsed_s, row.working_s)
