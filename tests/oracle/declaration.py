"""Everything that is said of one declaration, from its raw messages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from oracle.findings import Finding, findings
from oracle.intervals import Interval, intervals
from oracle.milestones import milestones
from oracle.stages import stage, stage_since, status
from oracle.story import Story
from oracle.told import Told, refusal
from oracle.working import DEFAULT, Offices, wall_clock

ATTRIBUTES = ("direction", "office", "kind", "tax_vnd", "value_usd", "replaces", "transport")


@dataclass(frozen=True)
class Row:
    """One declaration: instants of the milestones in microseconds, the intervals by their codes, and the rest."""

    milestones: dict[str, int | None]
    intervals: dict[str, Interval]
    findings: set[Finding]
    status: str
    stage: str | None
    waiting_on: str | None
    stage_since: int | None
    channel_initial: int | None
    channel_final: int | None
    attributes: dict[str, Any]  # with declaration_no
    effective: list[dict[str, Any]] = field(repr=False)  # contents, in rule-2 order
    may_expire: bool = False  # pre-registered only
    registered_on: dt.date | None = None  # on the calendar of its office, as the hour is on its clock
    registered_hour: int | None = None
    released_on: dt.date | None = None


def declare(messages: Iterable[bytes], offices: Offices | None = None) -> Row:
    """Compute the row of the one declaration that the messages are about; bad messages are left out."""
    return declare_told([Told(raw) for raw in messages if refusal(raw) is None], offices)


def declare_told(told_all: list[Told], offices: Offices | None = None) -> Row:
    story = Story(told_all)
    attributes = {name: story.last_said(name) for name in ATTRIBUTES}
    numbers = [told.c["declaration_no"] for told in story.events if told.c.get("declaration_no") is not None]
    attributes["declaration_no"] = numbers[-1] if numbers else None
    office = (offices or {}).get(attributes["office"] or "", DEFAULT)
    m = milestones(story, office)
    meter = intervals(story, m, office)
    reached, waiting_on = stage(story, m)
    instants = m.instants()
    registered, released = (
        None if instants[name] is None else wall_clock(instants[name], office) for name in ("M1", "M8")
    )
    return Row(
        milestones=instants,
        intervals=meter.rows,
        findings=meter.found | findings(story, m, office),
        status=status(m),
        stage=reached,
        waiting_on=waiting_on,
        stage_since=stage_since(story, m, office),
        channel_initial=m.said[0].attrs["channel"] if m.said else None,
        channel_final=m.channel,
        attributes=attributes,
        effective=[told.c for told in story.events],
        may_expire=bool(story.timed) and all(told.type == "PRE_REGISTERED" for told in story.timed),
        registered_on=registered and registered.date(),
        registered_hour=registered and registered.hour,
        released_on=released and released.date() if registered else None,
    )
