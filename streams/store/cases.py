"""Declarations with their effective events, read page by page: never more in memory than a page of declarations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

import msgspec
from clickhouse_connect.driver.client import Client

from streams.core.decode import decode_event
from streams.core.event import Event
from streams.core.order import in_order
from streams.store.histories import StoreError
from streams.store.schema import DATABASE

PAGE: Final = 1_000
"""How many declarations are read at once; at about ten events each that is 10 MB."""

_COLUMNS: Final = (
    "declaration_key, declaration_no, direction, office, kind, channel_initial, channel_final, status, tax_vnd,"
    " value_usd, replaces"
)
_EVENTS: Final = (
    f"SELECT canonical FROM {DATABASE}.declaration_events FINAL"
    " WHERE declaration_key IN {keys:Array(String)} AND state = 'effective' AND event_type != 'HEARTBEAT'"
)


class Wanted(NamedTuple):
    """Which declarations: of an office, registered at or after an instant and before another. None is all.

    A declaration that was never registered is wanted only where no instant is given.
    """

    office: str | None = None
    since: dt.datetime | None = None
    before: dt.datetime | None = None


ALL: Final = Wanted()


class CaseEvent(NamedTuple):
    """An effective event, and what it says that `Event` leaves out: its time with the source's offset, all attrs."""

    event: Event
    occurred_at: dt.datetime
    attrs: Mapping[str, Any]


class Case(NamedTuple):
    """One declaration: its columns of `declarations_current`, and its effective events in rule-2 order."""

    columns: Mapping[str, Any]
    events: list[CaseEvent]


class _Told(msgspec.Struct):
    occurred_at: dt.datetime
    attrs: dict[str, Any] | None = None


_told = msgspec.json.Decoder(_Told)


class StoredCases:
    """The declarations that are wanted, in order of their key. Signs of life (HEARTBEAT) are no events of a case.

    Each page is as the store is when it is read: of a store that is being written, later pages are newer.
    """

    def __init__(self, client: Client, wanted: Wanted = ALL, page: int = PAGE) -> None:
        self._client = client
        self._where, self._parameters = _condition(wanted)
        self._pages: list[tuple[str, str]] = []
        self.count = 0
        """How many declarations there are, as of now."""
        for first, last, count in client.query(
            "SELECT min(declaration_key), max(declaration_key), count() FROM ("
            "SELECT declaration_key, intDiv(row_number() OVER (ORDER BY declaration_key) - 1, {page:UInt32}) AS page"
            f" FROM {DATABASE}.declarations_current WHERE {self._where}) GROUP BY page ORDER BY page",
            parameters={**self._parameters, "page": page},
        ).result_rows:
            self._pages.append((first, last))
            self.count += count

    def __iter__(self) -> Iterator[Case]:
        """Give the declarations. Raises StoreError where a stored event can't be read."""
        for first, last in self._pages:
            answer = self._client.query(
                f"SELECT {_COLUMNS} FROM {DATABASE}.declarations_current WHERE {self._where}"
                " AND declaration_key BETWEEN {first:String} AND {last:String} ORDER BY declaration_key",
                parameters={**self._parameters, "first": first, "last": last},
            )
            events = self._events([row[0] for row in answer.result_rows])
            for row in answer.result_rows:
                yield Case(dict(zip(answer.column_names, row, strict=True)), _ordered(events.pop(row[0], [])))

    def _events(self, keys: list[str]) -> dict[str, list[CaseEvent]]:
        found: dict[str, list[CaseEvent]] = {}
        for (canonical,) in self._client.query(_EVENTS, parameters={"keys": keys}).result_rows:
            content = canonical.encode()
            event = decode_event(content, max_bytes=2**30)
            if not isinstance(event, Event):
                raise StoreError(f"a stored event can't be read: {event.detail}")
            told = _told.decode(content)
            found.setdefault(event.declaration_key, []).append(
                CaseEvent(event, told.occurred_at, told.attrs or {})
            )
        return found


def _condition(wanted: Wanted) -> tuple[str, dict[str, Any]]:
    """Write what is wanted as a condition on `declarations_current`, with its parameters."""
    conditions, parameters = ["1"], dict[str, Any]()
    if wanted.office is not None:
        conditions.append("office = {office:String}")
        parameters["office"] = wanted.office
    for name, sign, instant in (("since", ">=", wanted.since), ("before", "<", wanted.before)):
        if instant is not None:
            conditions.append(f"registered_at {sign} fromUnixTimestamp64Milli({{{name}:Int64}})")
            parameters[name] = int(instant.timestamp() * 1000)
    return " AND ".join(conditions), parameters


def _ordered(events: list[CaseEvent]) -> list[CaseEvent]:
    by_id = {one.event.event_id: one for one in events}
    order = [one.event for one in events]
    in_order(order)
    return [by_id[event.event_id] for event in order]
