"""What goes wrong in telling: wrong, missing, repeated and withdrawn messages of one declaration.

The truth stays what it is. No fault brings about the finding of another one.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any, Final

import msgspec

from streams.simulator.arrivals import DAY, HOUR, MINUTE
from streams.simulator.lives import SECOND, Life
from streams.simulator.telling import Draft

UNKNOWN_TYPES: Final = ("TRANSIT_NOTED", "SEAL_CHECKED", "GOODS_WEIGHED")


class Spoilt(msgspec.Struct):
    """What a fault did: its label without the name."""

    event_id: str | None
    detail: str


RecordFault = Callable[[Random, Life, list[Draft]], Spoilt | None]
"""Changes the drafts of a declaration in place; None where it does not fit."""


def _find(drafts: list[Draft], event_type: str) -> Draft | None:
    return next((draft for draft in drafts if draft.event_type == event_type), None)


def _release(drafts: list[Draft]) -> Draft | None:
    return _find(drafts, "RELEASED_CONDITIONAL") or _find(drafts, "CLEARED")


def _again(draft: Draft, suffix: str, sent_us: int, **changes: Any) -> Draft:
    return msgspec.structs.replace(draft, event_id=draft.event_id + suffix, sent_us=sent_us, **changes)


def missing_check_start(_: Random, life: Life, drafts: list[Draft]) -> Spoilt | None:
    """The start of the document check is never told."""
    start, release = _find(drafts, "DOC_CHECK_STARTED"), _release(drafts)
    if start is None or release is None or life.released is None:
        return None
    drafts.remove(start)
    return Spoilt(release.event_id, start.event_id)


def date_only_arrival(_: Random, __: Life, drafts: list[Draft]) -> Spoilt | None:
    """Of the arrival only the day is told."""
    arrived = _find(drafts, "ARRIVED")
    if arrived is None:
        return None
    arrived.at_us -= (arrived.at_us + 7 * HOUR) % DAY
    arrived.precision = "day"
    return Spoilt(arrived.event_id, "")


def officer_rounded(_: Random, __: Life, drafts: list[Draft]) -> Spoilt | None:
    """An officer types the times: back to the last 5 minutes, but never before what happened just before."""
    typed = 0
    before = 0
    for draft in sorted(drafts, key=lambda one: one.at_us):
        if draft.source == "ECUSTOMS5":
            draft.at_us = max(draft.at_us - draft.at_us % (5 * MINUTE), before)
            draft.precision, draft.clock = "minute", "OFFICER"
            typed += 1
        before = draft.at_us
    return Spoilt(None, f"{typed} times") if typed else None


def correction(chance: Random, _: Life, drafts: list[Draft]) -> Spoilt | None:
    """A time is told wrong, up to 20 minutes early, and corrected by a higher revision."""
    first = chance.choice(drafts)
    later = first.sent_us + 20 * MINUTE + int(160 * MINUTE * chance.random())
    right = _again(first, "-r1", later, revision=1)
    first.at_us -= MINUTE + int(19 * MINUTE * chance.random())
    drafts.append(right)
    return Spoilt(right.event_id, first.event_id)


def retraction(chance: Random, _: Life, drafts: list[Draft]) -> Spoilt | None:
    """An event that did not happen is told, and taken back."""
    model = chance.choice(drafts)
    shift = MINUTE + int(9 * MINUTE * chance.random())
    wrong = _again(model, "-9", model.sent_us + shift, at_us=model.at_us + shift, occurrence_no=9)
    back_us = wrong.sent_us + 5 * MINUTE + int(5 * HOUR * chance.random())
    back = _again(wrong, "-x", back_us, revision=1, op="RETRACT")
    drafts += (wrong, back)
    return Spoilt(back.event_id, wrong.event_id)


def duplicate_event(chance: Random, _: Life, drafts: list[Draft]) -> Spoilt | None:
    """A source sends an event again under a new event_id."""
    first = chance.choice(drafts)
    copy = _again(first, "-again", first.sent_us + MINUTE + int(HOUR * chance.random()))
    drafts.append(copy)
    return Spoilt(first.event_id, copy.event_id)  # the later one stands, the first one is the finding


def conflicting_id(chance: Random, _: Life, drafts: list[Draft]) -> Spoilt | None:
    """A source sends other content under an event_id that it has used."""
    first = chance.choice(drafts)
    sent_us = first.sent_us + MINUTE + int(HOUR * chance.random())
    drafts.append(_again(first, "", sent_us, attrs={**first.attrs, "team": "2"}))
    return Spoilt(first.event_id, "")


def second_source(chance: Random, _: Life, drafts: list[Draft]) -> Spoilt | None:
    """An event is entered from paper too, at the same instant; paper has no numbers and no emission time."""
    first = chance.choice(drafts)
    copy = msgspec.structs.replace(
        first,
        event_id=first.event_id.replace(first.source, "PAPER", 1),
        source="PAPER",
        sent_us=first.sent_us + MINUTE,
        message_code=None,
        numbered=False,
        tells_emission=False,
    )
    drafts.append(copy)
    return Spoilt(copy.event_id, first.event_id)


def orphan(_: Random, life: Life, drafts: list[Draft]) -> Spoilt | None:
    """The registration is never told."""
    registered = _find(drafts, "REGISTERED")
    if registered is None or life.released is None:
        return None
    drafts.remove(registered)
    return Spoilt(None, registered.event_id)


def future(chance: Random, _: Life, drafts: list[Draft]) -> Spoilt | None:
    """A message comes from a clock that runs ahead, is refused, and comes again with the right time."""
    first = chance.choice(drafts)
    first.future_first = True
    return Spoilt(first.event_id, "")


def unknown_code(chance: Random, _: Life, drafts: list[Draft]) -> Spoilt | None:
    """A message of a type that schema v1 does not know."""
    near = chance.choice(drafts)
    other = _again(
        near,
        "-u",
        near.sent_us + MINUTE,
        event_type=chance.choice(UNKNOWN_TYPES),
        message_code="VAD9ZZ",
        at_us=near.at_us + MINUTE,
        numbered=False,
    )
    drafts.append(other)
    return Spoilt(other.event_id, other.event_type)


def _green_release(life: Life, drafts: list[Draft]) -> Draft | None:
    simple = life.channel == 1 and life.first_channel is None and not life.goods.tax_vnd
    return _find(drafts, "CLEARED") if simple and life.released is not None else None


def negative(chance: Random, life: Life, drafts: list[Draft]) -> Spoilt | None:
    """A green release is told 10 to 100 seconds before the registration."""
    release = _green_release(life, drafts)
    if release is None or life.registered is None:
        return None
    release.at_us = life.registered - 10 * SECOND - int(90 * SECOND * chance.random())
    return Spoilt(release.event_id, f"{(release.at_us - life.registered) // SECOND} s")


def clamped(chance: Random, life: Life, drafts: list[Draft]) -> Spoilt | None:
    """A green release is told up to 2 seconds before the registration."""
    release = _green_release(life, drafts)
    if release is None or life.registered is None:
        return None
    release.at_us = life.registered - int((0.2 + 1.8 * chance.random()) * SECOND)
    return Spoilt(release.event_id, f"{(release.at_us - life.registered) // 1000} ms")


def before_registration(chance: Random, life: Life, drafts: list[Draft]) -> Spoilt | None:
    """The channel notice is told 5 to 60 minutes before the registration."""
    notice = _find(drafts, "CHANNEL_ASSIGNED")
    if notice is None or life.registered is None:
        return None
    notice.at_us = life.registered - 5 * MINUTE - int(55 * MINUTE * chance.random())
    return Spoilt(notice.event_id, "CHANNEL_ASSIGNED")
