"""What of a stored declaration goes into an event log, and under which key (decision 0014).

Only what is named here leaves the store: attributes with other names are a stranger's and may name people.
`mappings/exported.yaml` reads the keys back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from streams.adapters.xes_writer import Attributes, Value
from streams.store.cases import Case, CaseEvent

PREFIX: Final = "release:"
"""What our own keys begin with, those that no extension of the standard has."""

_OF_CASES: Final = (
    "declaration_no",
    "direction",
    "office",
    "kind",
    "channel_initial",
    "channel_final",
    "status",
    "value_usd",
    "tax_vnd",
    "replaces",
)
_OF_EVENTS: Final = (
    "channel",
    "direction",
    "office",
    "team",
    "kind",
    "transport",
    "hs2",
    "trader_hash",
    "officer_hash",
    "priority",
    "oga",
    "tax_vnd",
    "value_usd",
    "replaces",
)
_AMOUNTS: Final = frozenset({"tax_vnd", "value_usd"})
_LARGEST: Final = 2**63


def of_case(case: Case) -> Attributes:
    """Return the attributes of the trace: the declaration as it stands."""
    columns = case.columns
    return {"concept:name": columns["declaration_key"], **dict(_own(columns, _OF_CASES))}


def of_event(place: int, told: CaseEvent) -> Attributes:
    """Return the attributes of an event, the `place`-th of its declaration in rule-2 order, 1 first.

    org:resource is who did it, the keyed hash of an officer where there is one, else the kind of actor; org:group is
    the team, else the office.
    """
    event, attrs = told.event, told.attrs
    found: dict[str, Value] = {
        "concept:name": event.event_type,
        "time:timestamp": told.occurred_at,
        "lifecycle:transition": "complete",
    }
    for key, value in (
        ("org:resource", attrs.get("officer_hash") or event.actor),
        ("org:role", event.actor),
        ("org:group", attrs.get("team") or attrs.get("office")),
        (PREFIX + "declaration_no", event.declaration_no),
        (PREFIX + "message_code", event.message_code),
        (PREFIX + "event_id", event.event_id),
        (PREFIX + "source", event.source),
        (PREFIX + "occurrence_no", event.occurrence_no),
        (PREFIX + "place", place),
        (PREFIX + "precision", event.precision),
        (PREFIX + "clock", event.clock),
        (PREFIX + "is_backfill", event.is_backfill),
    ):
        if value is not None:
            found[key] = value
    found.update(_own(attrs, _OF_EVENTS))
    return found


def _own(values: Mapping[str, Any], names: tuple[str, ...]) -> Iterator[tuple[str, Value]]:
    for name in names:
        value = values.get(name)
        if value is not None:
            yield PREFIX + name, float(value) if name in _AMOUNTS else _plain(value)


def _plain(value: Any) -> Value:
    """Return a value that an attribute can have; what has no such form (schema v1 lets it through) as JSON text."""
    if isinstance(value, (str, bool, float)) or (isinstance(value, int) and -_LARGEST <= value < _LARGEST):
        return value
    return msgspec.json.encode(value).decode()
