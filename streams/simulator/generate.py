"""A generated feed: seeded, with the faults that are asked for, in the order in which it would arrive."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from random import Random
from typing import Any, Final

import msgspec

from streams.simulator.faults import DECLARATION_FAULTS, Draft, instant
from streams.simulator.histories import DAY, Case, Step, make_case
from streams.simulator.poison import POISONS

FAULTS: Final = frozenset({*DECLARATION_FAULTS, "poison"})
"""The names of all faults."""

_POISON_SHARE: Final = 0.02

_encoder = msgspec.json.Encoder()


class Generated(msgspec.Struct, frozen=True):
    """One message of the feed. `reason` is why it must be refused, None for a good one."""

    key: bytes | None
    value: bytes
    reason: str | None


def generate(
    seed: int, declarations: int, start: dt.datetime, days: int, faults: frozenset[str] = frozenset()
) -> Iterator[Generated]:
    """Yield the messages of some declarations, registered evenly over some days, about eight a declaration.

    The same arguments give the same bytes. The whole feed is made before the first message is given, about 1 kB a
    message. Raises ValueError for the name of a fault that there is not.
    """
    unknown = faults - FAULTS
    if unknown:
        raise ValueError(
            f"no such fault: {', '.join(sorted(unknown))}; there are {', '.join(sorted(FAULTS))}"
        )
    chance = Random(seed)
    first_us = round(start.timestamp()) * 1_000_000
    feed: list[tuple[int, int, Generated]] = []
    for serial in range(declarations):
        registered_us = (
            first_us + round(serial / max(1, declarations) * days * DAY) + chance.randrange(1_000_000)
        )
        case = make_case(chance, serial + 1, registered_us)
        for draft in _drafts(chance, case, faults):
            key, value = case.key.encode(), _encoder.encode(draft.content)
            feed.append((draft.arrives_us, len(feed), Generated(key, value, None)))
            if "poison" in faults and chance.random() < _POISON_SHARE / 8 * 2:
                reason, spoil = chance.choice(POISONS)
                bad = Generated(key, spoil(draft.content, chance), reason.value)
                feed.append((draft.arrives_us, len(feed), bad))
    feed.sort(key=lambda item: item[:2])
    return (message for _, _, message in feed)


def _drafts(chance: Random, case: Case, faults: frozenset[str]) -> list[Draft]:
    drafts = [_write(case, step, number) for number, step in enumerate(case.steps)]
    for draft in drafts:
        draft.arrives_us += int(20_000_000 * chance.lognormvariate(0, 0.8))
    for name, (share, fault) in DECLARATION_FAULTS.items():
        if name in faults and chance.random() < share:
            fault(chance, case, drafts, _write)
    return drafts


def _write(case: Case, step: Step, number: int) -> Draft:
    content: dict[str, Any] = {
        "event_id": f"{case.key}-{step.event_type}-{step.occurrence_no}",
        "schema_version": 1,
        "source": "SIM",
        "source_partition": case.office,
        "source_seq": number + 1,
        "declaration_no": case.number,
        "declaration_key": case.key,
        "event_type": step.event_type,
        "occurrence_no": step.occurrence_no,
        "revision": 0,
        "op": "ASSERT",
        "occurred_at": instant(step.at_us),
        "occurred_precision": step.precision,
        "clock": "SYSTEM",
        "emitted_at": instant(step.at_us + 1_000_000),
        "is_backfill": False,
        "actor": step.actor,
        "attrs": step.attrs,
    }
    return Draft(content, step.at_us + 1_000_000, step.at_us)
