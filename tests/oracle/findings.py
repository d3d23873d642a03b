"""What is wrong with the data of one declaration (decision 0012): a function of the set of its accepted messages."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations
from typing import NamedTuple

from oracle.milestones import Milestones
from oracle.story import Story
from oracle.told import Told
from oracle.working import Office, offset_us

WORDS = frozenset(
    {
        "negative",
        "clamped",
        "missing_check_start",
        "conflicting_id",
        "retracted",
        "duplicate_event",
        "clock_step",
        "before_registration",
    }
)
FREE_DETAIL = frozenset({"missing_check_start", "conflicting_id", "retracted", "duplicate_event"})
"""Findings whose detail is free text; the oracle gives an empty one."""

STEP_TOLERANCE_US = 300_000_000
SMALLEST_STEP_US = 3_600_000_000
EARLY_US = 120_000_000
NOT_BEFORE_REGISTRATION = (
    "CHANNEL_ASSIGNED",
    "DOC_CHECK_STARTED",
    "DOC_CHECK_COMPLETED",
    "INSPECTION_COMPLETED",
    "RELEASED_CONDITIONAL",
    "CLEARED",
)


class Finding(NamedTuple):
    """One word of the list, the event it is about, and what the rule says of it."""

    finding: str
    event_id: str
    detail: str


def findings(story: Story, m: Milestones, office: Office) -> set[Finding]:
    """Everything but what the lengths of the intervals show."""
    return {
        *_missing_check_start(m),
        *_about_ids(story),
        *(found for told in story.timed for found in _clock_step(told, office)),
        *(found for told in story.all(*NOT_BEFORE_REGISTRATION) for found in _early(told, m)),
    }


def _missing_check_start(m: Milestones) -> set[Finding]:
    checked = m.m4 is not None or (m.channel is not None and m.channel >= 2)
    if m.cancelled_first or m.m1 is None or m.m8 is None or m.m3 is not None or not checked:
        return set()
    return {Finding("missing_check_start", m.m8.id, "")}


def _about_ids(story: Story) -> set[Finding]:
    found = set()
    contents = defaultdict(set)
    for told in story.told_all:
        contents[told.id].add(told.canonical)
    for event_id, texts in contents.items():
        if len(texts) > 1:
            found.add(Finding("conflicting_id", event_id, ""))
    candidates = list(story.by_id.values())
    for natural, told in story.by_natural.items():
        if not told.asserts and any(one.natural == natural and one.asserts for one in candidates):
            found.add(Finding("retracted", told.id, ""))
    for one, other in combinations([told for told in candidates if told.asserts], 2):
        if (one.natural, one.revision) == (other.natural, other.revision):
            found.add(Finding("duplicate_event", min(one, other, key=Told.choice).id, ""))
    return found


def _clock_step(told: Told, office: Office) -> set[Finding]:
    if told.c.get("clock", "SYSTEM") != "SYSTEM" or told.backfill or told.emitted_us is None:
        return set()
    behind, offset = told.emitted_us - told.us, offset_us(told.us, office)
    if abs(offset) < SMALLEST_STEP_US or abs(behind - offset) > STEP_TOLERANCE_US:
        return set()
    return {Finding("clock_step", told.id, f"{behind // 1_000_000} s behind its emission")}


def _early(told: Told, m: Milestones) -> set[Finding]:
    if m.m1 is None or m.m1.us - told.us <= EARLY_US:
        return set()
    seconds = (m.m1.us - told.us) // 1_000_000
    return {Finding("before_registration", told.id, f"{told.type}: {seconds} s before the registration")}
