"""Messages to measure with: schema v1, about 600 bytes and 8 a declaration, the lives of declarations interleaved.

12,000 declarations a day: 35 times what the department registers. A batch of 8,000 events is then some two hours of
the feed, so most declarations come back in several batches, which is what costs the pipeline most. 0.5 % of the
messages are repeated, and for 1 % a revision with a corrected time follows.
"""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import msgspec

DECLARATIONS_A_DAY: Final = 12_000
BEGIN: Final = dt.datetime(2026, 3, 2, tzinfo=dt.timezone(dt.timedelta(hours=7)))
"""When the first declaration is begun."""

_EVENTS_A_DECLARATION: Final = 7.5  # a little less than there are, so that enough are made
_REPEATED: Final = 0.005
_REVISED: Final = 0.01

_json = msgspec.json.Encoder()


class Message(NamedTuple):
    """A message for the topic."""

    key: bytes
    value: bytes


class _Step(NamedTuple):
    """One event of a life: what, from whom, and the median minutes since the event before (log-normal)."""

    event_type: str
    source: str
    actor: str
    code: str | None
    minutes: float


_BEGUN: Final = (
    _Step("PRE_REGISTERED", "VNACCS", "DECLARANT", "VAD0AP", 0.0),
    _Step("REGISTERED", "VNACCS", "DECLARANT", "VAD0AC", 45.0),
    _Step("CHANNEL_ASSIGNED", "VCIS", "SYSTEM", "VAD1AC", 0.05),
)
_CHECKED: Final = (
    _Step("DOSSIER_COMPLETE", "ECUSTOMS5", "DECLARANT", None, 30.0),
    _Step("DOC_CHECK_STARTED", "ECUSTOMS5", "CUSTOMS", None, 60.0),
    _Step("DOC_CHECK_COMPLETED", "ECUSTOMS5", "CUSTOMS", None, 25.0),
)
_INSPECTED: Final = (
    _Step("INSPECTION_ORDERED", "ECUSTOMS5", "CUSTOMS", "VAD487", 5.0),
    _Step("GOODS_PRESENTED", "VASSCM", "DECLARANT", None, 480.0),
    _Step("INSPECTION_STARTED", "ECUSTOMS5", "CUSTOMS", None, 20.0),
    _Step("INSPECTION_COMPLETED", "ECUSTOMS5", "CUSTOMS", None, 150.0),
)
_ENDED: Final = (
    _Step("TAX_DUE", "VNACCS", "SYSTEM", None, 0.1),
    _Step("TAX_SECURED", "ETAX", "BANK", None, 60.0),
    _Step("CLEARED", "VNACCS", "CUSTOMS", "VAD1AG", 1.0),
    _Step("GATE_OUT", "VASSCM", "PORT", None, 300.0),
)
_LIVES: Final = {
    1: (*_BEGUN, *_ENDED),
    2: (*_BEGUN, *_CHECKED, *_ENDED),
    3: (*_BEGUN, *_CHECKED, *_INSPECTED, *_ENDED),
}


def generate(count: int, seed: int = 1) -> list[Message]:
    """Return exactly `count` messages in the order in which they are sent, the same for the same seed."""
    randomness = random.Random(seed)
    declarations = int(count / _EVENTS_A_DECLARATION) + 100
    made: list[tuple[dt.datetime, Message]] = []
    for number in range(declarations):
        begin = BEGIN + dt.timedelta(days=(number + randomness.random()) / DECLARATIONS_A_DAY)
        made.extend(_life(number, begin, randomness))
    made.sort(key=lambda one: one[0])
    return [message for _, message in made[:count]]


def one_day(declarations: int = DECLARATIONS_A_DAY, seed: int = 1) -> list[tuple[dt.datetime, Message]]:
    """Return the whole lives of the declarations of one day, with the times at which messages are sent, in their order.

    Fewer declarations are spread over the day as well.
    """
    randomness = random.Random(seed)
    made: list[tuple[dt.datetime, Message]] = []
    for number in range(declarations):
        made.extend(_life(number, BEGIN + dt.timedelta(days=number / declarations), randomness))
    made.sort(key=lambda one: one[0])
    return made


def _life(
    number: int, begin: dt.datetime, randomness: random.Random
) -> Iterator[tuple[dt.datetime, Message]]:
    """Yield the messages of one declaration with the times at which they are sent."""
    imported = randomness.random() < 0.47
    channel = randomness.choices((1, 2, 3), (66.6, 29.6, 3.8))[0]
    key = f"{10 if imported else 30}{number:09d}"
    attrs = {
        "direction": "import" if imported else "export",
        "office": randomness.choice(("27F1", "27F2", "27B1")),
        "team": f"team-{number % 7}",
        "kind": "A11" if imported else "E62",
        "transport": randomness.choice((1, 2, 3, 4)),
        "hs2": f"{1 + number % 97:02d}",
        "trader_hash": f"{randomness.getrandbits(64):016x}",
        "tax_vnd": randomness.randrange(0, 90_000_000, 1000),
        "value_usd": round(randomness.uniform(500, 90_000), 2),
    }
    occurred = begin
    for place, step in enumerate(_LIVES[channel]):
        occurred += dt.timedelta(minutes=step.minutes * randomness.lognormvariate(0, 1.0))
        sent = occurred + dt.timedelta(seconds=randomness.lognormvariate(3.0, 0.8))
        said = attrs
        if step.event_type == "CHANNEL_ASSIGNED":
            said = {**attrs, "channel": channel}
        elif step.source == "ECUSTOMS5":
            said = {**attrs, "officer_hash": f"{number % 251:016x}"}
        event: dict[str, Any] = {
            "event_id": str(uuid.UUID(int=randomness.getrandbits(128), version=4)),
            "schema_version": 1,
            "source": step.source,
            "source_seq": number * 20 + place,
            "declaration_no": key + "0",
            "declaration_key": key,
            "event_type": step.event_type,
            "occurrence_no": 1,
            "revision": 0,
            "op": "ASSERT",
            "occurred_at": occurred.isoformat(timespec="milliseconds"),
            "occurred_precision": "second",
            "clock": "SYSTEM",
            "emitted_at": sent.isoformat(timespec="milliseconds"),
            "is_backfill": False,
            "actor": step.actor,
            "attrs": said,
        }
        if step.code is not None:
            event["message_code"] = step.code
        message = Message(key.encode(), _json.encode(event))
        yield sent, message
        if randomness.random() < _REPEATED:
            yield sent + dt.timedelta(seconds=randomness.uniform(1, 600)), message
        if randomness.random() < _REVISED:
            later = sent + dt.timedelta(minutes=randomness.uniform(1, 120))
            event["event_id"] = str(uuid.UUID(int=randomness.getrandbits(128), version=4))
            event["revision"] = 1
            event["occurred_at"] = (occurred - dt.timedelta(seconds=30)).isoformat(timespec="milliseconds")
            event["emitted_at"] = later.isoformat(timespec="milliseconds")
            yield later, Message(key.encode(), _json.encode(event))
