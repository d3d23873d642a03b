"""The faults of a feed, each by its name, each on the messages of one declaration."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from random import Random
from typing import Any, Final

import msgspec

from streams.simulator.histories import DAY, HOUR, MINUTE, Case, Step

_EPOCH: Final = dt.datetime(1970, 1, 1, 7, tzinfo=dt.timezone(dt.timedelta(hours=7)))

Content = dict[str, Any]


class Draft(msgspec.Struct):
    """A message to be: its content, and when it reaches the feed (microseconds since the epoch)."""

    content: Content
    arrives_us: int
    at_us: int


Write = Callable[[Case, Step, int], Draft]
"""Writes a step of a case as a draft; the number makes its event_id differ from the first writing."""


def _copy(draft: Draft, arrives_us: int, **changes: Any) -> Draft:
    return Draft({**draft.content, **changes}, arrives_us, draft.at_us)


def _pick(chance: Random, drafts: list[Draft], *types: str) -> Draft | None:
    fitting = [draft for draft in drafts if not types or draft.content["event_type"] in types]
    return chance.choice(fitting) if fitting else None


def duplicate(chance: Random, case: Case, drafts: list[Draft], write: Write) -> None:
    """A message comes twice; now and then under a new event_id."""
    first = chance.choice(drafts)
    changes = {"event_id": first.content["event_id"] + "-again"} if chance.random() < 0.2 else {}
    drafts.append(_copy(first, first.arrives_us + chance.randrange(5 * HOUR), **changes))


def disorder(chance: Random, case: Case, drafts: list[Draft], write: Write) -> None:
    """Messages of one declaration overtake each other."""
    times = [draft.arrives_us for draft in drafts]
    chance.shuffle(times)
    for draft, at in zip(drafts, times, strict=True):
        draft.arrives_us = at


def late(chance: Random, case: Case, drafts: list[Draft], write: Write) -> None:
    """One message comes hours or days late."""
    chance.choice(drafts).arrives_us += chance.choice((HOUR, 20 * HOUR, 3 * DAY))


def revision(chance: Random, case: Case, drafts: list[Draft], write: Write) -> None:
    """A time is corrected by a higher revision, which may come first; or by an equal one that was emitted later."""
    first = chance.choice(drafts)
    corrected = first.at_us + chance.randrange(-20 * MINUTE, 20 * MINUTE)
    number = chance.choice((0, 1, 1, 2))
    changes = {"event_id": f"{first.content['event_id']}-r{number}", "revision": number}
    changes["occurred_at"] = instant(corrected)
    changes["emitted_at"] = instant(max(corrected, first.at_us) + HOUR)
    drafts.append(_copy(first, first.arrives_us + chance.choice((-HOUR, HOUR, DAY)), **changes))


def retraction(chance: Random, case: Case, drafts: list[Draft], write: Write) -> None:
    """A message is taken back; one in three is said again."""
    first = chance.choice(drafts)
    back = {"event_id": first.content["event_id"] + "-x", "revision": 3, "op": "RETRACT"}
    drafts.append(_copy(first, first.arrives_us + chance.choice((-MINUTE, HOUR)), **back))
    if chance.random() < 0.34:
        again = {"event_id": first.content["event_id"] + "-y", "revision": 4}
        drafts.append(_copy(first, first.arrives_us + 2 * HOUR, **again))


def revert(chance: Random, case: Case, drafts: list[Draft], write: Write) -> None:
    """A release is reverted; two in three are released again."""
    released = _pick(chance, drafts, "CLEARED", "RELEASED_CONDITIONAL")
    if released is None:
        return
    at = released.at_us + chance.choice((0, HOUR))
    drafts.append(write(case, Step("RELEASE_REVERTED", at, "CUSTOMS", {}), 0))
    if chance.random() < 0.67:
        drafts.append(write(case, Step("CLEARED", at + 2 * HOUR, "CUSTOMS", {}, occurrence_no=2), 0))


def missing_start(chance: Random, case: Case, drafts: list[Draft], write: Write) -> None:
    """The start of the document check is never said."""
    drafts[:] = [draft for draft in drafts if draft.content["event_type"] != "DOC_CHECK_STARTED"]


def orphan(chance: Random, case: Case, drafts: list[Draft], write: Write) -> None:
    """The registration is never said."""
    drafts[:] = [draft for draft in drafts if draft.content["event_type"] != "REGISTERED"] or drafts


def same_id(chance: Random, case: Case, drafts: list[Draft], write: Write) -> None:
    """One event_id comes with two contents."""
    first = chance.choice(drafts)
    other = instant(first.at_us + chance.randrange(1, 300) * 1_000_000)
    changes: Content = {"occurred_at": other, "emitted_at": instant(first.at_us + HOUR)}
    if chance.random() < 0.5:
        changes["emitted_at"] = first.content["emitted_at"]
        changes["occurred_at"] = instant(first.at_us - 1_000_000)
    drafts.append(_copy(first, first.arrives_us + MINUTE, **changes))


def negative(chance: Random, case: Case, drafts: list[Draft], write: Write) -> None:
    """The release lies before the registration, by two seconds or by a minute."""
    registered = _pick(chance, drafts, "REGISTERED")
    for draft in drafts:
        if registered is not None and draft.content["event_type"] in ("CLEARED", "RELEASED_CONDITIONAL"):
            at = registered.at_us - chance.choice((400_000, 2_000_000, 60_000_000))
            draft.content["occurred_at"] = instant(at)


def day_precision(chance: Random, case: Case, drafts: list[Draft], write: Write) -> None:
    """Only the day of an event is known."""
    draft = chance.choice(drafts)
    draft.content["occurred_at"] = instant(draft.at_us - draft.at_us % DAY)
    draft.content["occurred_precision"] = "day"


def channel_change(chance: Random, case: Case, drafts: list[Draft], write: Write) -> None:
    """The channel is changed, before the release or after it."""
    told = _pick(chance, drafts, "CHANNEL_ASSIGNED", "CLEARED")
    if told is not None:
        step = Step(
            "CHANNEL_CHANGED", told.at_us + 10 * MINUTE, "CUSTOMS", {"channel": chance.choice((1, 2, 3))}
        )
        drafts.append(write(case, step, 0))


def bulk_entry(chance: Random, case: Case, drafts: list[Draft], write: Write) -> None:
    """After an outage all is entered at once, marked as a back-fill."""
    at = max(draft.arrives_us for draft in drafts) + 16 * HOUR
    for draft in drafts:
        draft.content["is_backfill"] = True
        draft.arrives_us = at


def other_source(chance: Random, case: Case, drafts: list[Draft], write: Write) -> None:
    """A second system tells the same event at the same instant, with attributes of its own and no emission time."""
    first = chance.choice(drafts)
    changes = {"event_id": first.content["event_id"] + "-e", "source": "ECUSTOMS5", "emitted_at": None}
    attrs = {**first.content["attrs"], "office": "27B1"}
    drafts.append(_copy(first, first.arrives_us + MINUTE, **changes, attrs=attrs))


Fault = Callable[[Random, Case, list[Draft], Write], None]

DECLARATION_FAULTS: Final[dict[str, tuple[float, Fault]]] = {
    "duplicate": (0.05, duplicate),
    "disorder": (0.10, disorder),
    "late": (0.03, late),
    "revision": (0.05, revision),
    "retraction": (0.03, retraction),
    "revert": (0.02, revert),
    "missing_start": (0.04, missing_start),
    "orphan": (0.01, orphan),
    "same_id": (0.01, same_id),
    "negative": (0.01, negative),
    "day_precision": (0.02, day_precision),
    "channel_change": (0.03, channel_change),
    "bulk_entry": (0.01, bulk_entry),
    "other_source": (0.02, other_source),
}
"""The share of declarations that each fault befalls, and the fault."""


def instant(at_us: int) -> str:
    """Write an instant as the feed does: local time of Viet Nam with its offset, to the microsecond."""
    return (_EPOCH + dt.timedelta(microseconds=at_us)).isoformat()
