"""Two years of a simulated department, the second made of the first: what changed between them is known exactly.

Each declaration of the second year is one of the first on another day, under another key. Its release and what follows
it comes later or earlier by an amount of its cell (office, direction, channel), its document check by another one; and
it is there as many times as its cell is to grow.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from streams.simulator.generate import generate

ZONE = dt.timezone(dt.timedelta(hours=7))
DAYS = 364
"""Whole weeks, so that both years have the same weekdays."""
OUTSIDE = ("H11", "H21", "C11", "C12", "C21", "C22")
RELEASES = ("RELEASED_CONDITIONAL", "CLEARED")

Event = dict[str, Any]


class Cell(NamedTuple):
    office: str
    direction: str
    channel: int


class Moved(NamedTuple):
    """What is other in the second year: seconds by which check and release come later, and its copies."""

    check_s: int
    release_s: int
    copies: int


class Told(NamedTuple):
    """What is to be found of one declaration, by plain Python."""

    cell: Cell
    registered: dt.datetime
    checked: dt.datetime | None
    released: dt.datetime | None
    is_cancelled: bool
    in_scope: bool
    value_usd: float
    tax_vnd: float

    @property
    def whole_s(self) -> int | None:
        return None if self.released is None else _seconds(self.released - self.registered)

    @property
    def part_s(self) -> int | None:
        if self.released is None or self.checked is None:
            return None
        return _seconds(self.released - self.checked)


class TwoYears(NamedTuple):
    """The messages of both years, and what they tell, in scope and not cancelled before the release."""

    messages: list[bytes]
    last: list[Told]
    this: list[Told]


def two_years(
    seed: int,
    declarations: int,
    first: dt.date,
    days: int,
    moved: Callable[[Cell], Moved],
    *,
    later_s: int = 0,
) -> TwoYears:
    """Make both years. In both, releases come `later_s` later than simulated: room to be earlier in the second year."""
    start = dt.datetime.combine(first, dt.time(), ZONE)
    by_key: dict[str, list[Event]] = defaultdict(list)
    for message in generate(seed, declarations, start, days):
        event = json.loads(message.value)
        for name in ("source_partition", "source_seq"):
            event.pop(name, None)
        by_key[event["declaration_key"]].append(event)
    last = {key: list(_moved(events, 0, later_s)) for key, events in by_key.items()}
    this: dict[str, list[Event]] = {}
    for number, events in enumerate(last.values()):
        cell = tell(events).cell
        if not cell.channel:  # only pre-registered
            continue
        by = moved(cell)
        for copy in range(by.copies):
            key = f"{'10' if cell.direction == 'import' else '30'}{500_000_000 + number * 10 + copy:09d}"
            this[key] = list(_renamed(_moved(events, by.check_s, by.release_s, DAYS), key))
    return TwoYears(
        [json.dumps(event).encode() for year in (last, this) for events in year.values() for event in events],
        *(
            [one for one in map(tell, year.values()) if one.in_scope and not one.is_cancelled]
            for year in (last, this)
        ),
    )


def tell(events: Iterable[Event]) -> Told:
    """Say what the events of one declaration amount to; there are no faults among them."""
    times: dict[str, list[dt.datetime]] = defaultdict(list)
    said: dict[str, Any] = {}
    codes: set[str] = set()
    for event in sorted(events, key=lambda event: dt.datetime.fromisoformat(event["occurred_at"])):
        times[event["event_type"]].append(dt.datetime.fromisoformat(event["occurred_at"]))
        said |= {name: value for name, value in event["attrs"].items() if value is not None}
        codes.add(event.get("message_code") or "")
    registered = times["REGISTERED"][0] if times["REGISTERED"] else dt.datetime.min.replace(tzinfo=ZONE)
    released = min((at for name in RELEASES for at in times[name]), default=None)
    cancelled = min(times["CANCELLED"], default=None)
    low_value = any(code.startswith(("MIC", "MEC")) for code in codes)
    return Told(
        Cell(said.get("office", "none"), said.get("direction", "none"), said.get("channel", 0)),
        registered,
        next((at for at in times["DOC_CHECK_STARTED"] if at >= registered), None),
        released,
        cancelled is not None and (released is None or cancelled < released),
        bool(times["REGISTERED"]) and said.get("kind") not in OUTSIDE and not low_value,
        said.get("value_usd") or 0,
        said.get("tax_vnd") or 0,
    )


def _moved(events: list[Event], check_s: int, release_s: int, days: int = 0) -> Iterator[Event]:
    """Move all by days, from the document check on by seconds, and from the release on by others instead."""
    told = tell(events)
    for event in events:
        at = dt.datetime.fromisoformat(event["occurred_at"])
        by = dt.timedelta(days)
        if told.released is not None and at >= told.released:
            by += dt.timedelta(seconds=release_s)
        elif told.checked is not None and at >= told.checked:
            by += dt.timedelta(seconds=check_s)
        times = {"occurred_at": at} | (
            {"emitted_at": dt.datetime.fromisoformat(event["emitted_at"])} if event.get("emitted_at") else {}
        )
        yield {**event, **{name: (time + by).isoformat() for name, time in times.items()}}


def _renamed(events: Iterable[Event], key: str) -> Iterator[Event]:
    for event in events:
        event_id = f"{event['event_id']}-{key}"
        attrs = {name: value for name, value in event["attrs"].items() if name != "replaces"}
        yield {
            **event,
            "declaration_key": key,
            "declaration_no": f"{key}0",
            "event_id": event_id,
            "attrs": attrs,
        }


def _seconds(length: dt.timedelta) -> int:
    return length // dt.timedelta(seconds=1)
