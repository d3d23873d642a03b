"""Lays one declaration out for people: its events, milestones, intervals, findings and revisions, as tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import StringIO
from itertools import compress
from operator import not_
from typing import Any, Final, NamedTuple

import msgspec
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from streams import words
from streams.core.declaration import Declaration, History
from streams.core.durations import Language, written
from streams.core.event import Event
from streams.core.order import in_order
from streams.core.printable import printable
from streams.core.timeline import STATE, Change, Length, Reached, Revision, Value, reached
from streams.core.working_time import WorkingCalendar
from streams.report.numbers import ABSENT
from streams.store.lookup import ViewFinding

Cell = str | Sequence[str]
"""What stands in a table: a text, or several, which a terminal gets one below the other."""

_PLAIN_WIDTH: Final = 10_000
_TIMES: Final = frozenset({"time", "from", "to", "received"})
_NOT_BRIEF: Final = frozenset({"event_id", "source", "from", "to"})
_NUMBERS: Final = frozenset({"elapsed", "working", "revision"})


class Told(NamedTuple):
    """All that is told of a declaration; `office_name` is the name of its office, `status` that by the watermark."""

    history: History
    declaration: Declaration
    status: str
    findings: Sequence[ViewFinding]
    revisions: Sequence[Revision]
    calendar: WorkingCalendar
    office_name: words.Word | None


class Page:
    """The page of one declaration in one language.

    Where it is `plain`, each row is to be one line. Where it is `brief`, for a terminal of 80 columns, it leaves out
    ids, sources and code names of events, parts of a second, and of intervals what the milestones tell.
    """

    def __init__(self, told: Told, language: Language, *, plain: bool = False, brief: bool = False) -> None:
        self._told = told
        self._language = language
        self._between = "; " if plain else "\n"
        self._brief = brief
        events = [accepted.event for accepted in told.history.accepted]
        self._offset_us = told.calendar.offset_us(min(event.occurred_us for event in events))

    def render(self) -> RenderableType:
        """Return the whole page."""
        return Group(
            self._head(),
            *self._section(
                "events", self._events(), "time", "event", "source", "actor", "says", "note", "event_id"
            ),
            *self._section("milestones", self._milestones(), "milestone", "", "time", "event_id"),
            *self._section(
                "intervals", self._intervals(), "interval", "", "from", "to", "elapsed", "working", "note"
            ),
            *self._section("findings", self._findings(), "finding", "", "event_id", "detail"),
            *self._section("revisions", self._revisions(), "revision", "received", "event", "change"),
        )

    def _head(self) -> Table:
        d = self._told.declaration
        number = "" if d.declaration_no is None else f" ({d.declaration_no})"
        office, name = d.office, self._told.office_name
        channel = None if d.channel_final is None else self._word(words.CHANNELS, str(d.channel_final))
        if channel is not None and d.channel_initial != d.channel_final:
            first = self._word(words.CHANNELS, str(d.channel_initial))
            channel += f" ({self._label('first_channel')}: {first})"
        rows = {
            "declaration": d.declaration_key + number,
            "direction": None if d.direction is None else self._word(words.DIRECTIONS, d.direction),
            "office": office if office is None or name is None else f"{office} {name.in_(self._language)}",
            "kind": d.kind,
            "channel": channel,
            "value_usd": None if d.value_usd is None else f"{d.value_usd:,.2f}",
            "tax_vnd": None if d.tax_vnd is None else f"{d.tax_vnd:,.0f}",
            "replaces": d.replaces,
            "status": self._word(words.STATUSES, self._told.status),
            "stage": None if d.stage is None else self._word(words.STAGES, d.stage),
            "waiting_on": None if d.waiting_on is None else self._word(words.WAITING_ON, d.waiting_on),
            "revision": str(d.revision),
            "zone": _zone(self._offset_us),
        }
        grid = Table.grid(padding=(0, 2))
        for label, value in rows.items():
            if value is not None:
                grid.add_row(Text(self._label(label), style="dim"), Text(printable(value)))
        return grid

    def _events(self) -> Iterator[Sequence[str]]:
        history = self._told.history
        order = [accepted.event for accepted in history.accepted]
        in_order(order)
        said: dict[str, Any] = {}
        for event in order:
            state = history.state_of(event)
            attrs = msgspec.json.decode(event.canonical).get("attrs") or {}
            news = {
                name: value for name, value in attrs.items() if value is not None and said.get(name) != value
            }
            if state == "effective":
                said.update(news)
            yield (
                self._time(event.occurred_us, event.precision),
                self._event(event),
                event.source,
                "" if event.actor is None else self._word(words.ACTORS, event.actor),
                " ".join(f"{name}={_short(value)}" for name, value in news.items()),
                ", ".join(self._notes(event, state)),
                event.event_id,
            )

    def _notes(self, event: Event, state: str) -> Iterator[str]:
        if event.retract:
            yield self._label("retraction")
        if state != "effective" and not (event.retract and state == "retracted"):
            yield self._word(words.STATES, state)
        if event.revision:
            yield f"{self._label('correction')} {event.revision}"
        if event.precision == "day":
            yield self._label("day")
        if event.clock == "OFFICER":
            yield self._label("officer")
        if event.is_backfill:
            yield self._word(words.FLAGS, "backfill")

    def _milestones(self) -> Iterator[Sequence[str]]:
        found = reached(self._told.history.milestones(), self._told.calendar)
        for code, name in words.MILESTONES.items():
            one = found.get(code)
            said_by = (
                "" if one is None else self._label("deemed") if one.event is None else one.event.event_id
            )
            value = self._value(one)
            if self._brief and one is not None and one.event is None:
                value += f"; {said_by}"
            yield code, name.in_(self._language), value, said_by

    def _intervals(self) -> Iterator[Sequence[str]]:
        for one in self._told.declaration.intervals:
            yield (
                one.code,
                self._word(words.INTERVALS, one.code),
                self._maybe_time(one.started_us),
                self._maybe_time(one.ended_us),
                self._length(one.elapsed_s),
                self._length(one.working_s),
                ", ".join(self._word(words.FLAGS, flag) for flag in one.flags),
            )

    def _findings(self) -> Iterator[Sequence[str]]:
        for one in self._told.findings:
            yield one.finding, self._word(words.FINDINGS, one.finding), one.event_id or "", one.detail

    def _revisions(self) -> Iterator[Sequence[Cell]]:
        for one in self._told.revisions:
            event = one.accepted.event
            changes = [self._change(change) for change in one.changes]
            what = f"{self._event(event)} {self._time(event.occurred_us, event.precision)}"
            if event.retract:
                what = f"{self._label('retraction')}: {what}"
            yield (
                str(one.number),
                self._time(one.accepted.received_us),
                what,
                changes or self._label("nothing"),
            )

    def _change(self, change: Change) -> str:
        name = self._label(change.name) if change.name in STATE else change.name
        after = self._value(change.after, change.name)
        if change.before is None:
            return f"{name}: {after}"
        return f"{name}: {self._value(change.before, change.name)} → {after}"

    def _value(self, value: Value, name: str = "") -> str:
        match value:
            case None:
                return ABSENT
            case Reached():
                return self._time(
                    value.instant_us, "second" if value.event is None else value.event.precision
                )
            case Length():
                working = f"{self._label('working').lower()} {written(value.working_s, self._language)}"
                return f"{written(value.elapsed_s, self._language)} ({working})"
            case _:
                return self._word(_CATALOGUE[name], str(value))

    def _event(self, event: Event) -> str:
        name = self._word(words.EVENT_TYPES, event.event_type)
        return name if self._brief else f"{name} ({event.event_type})"

    def _length(self, seconds: int | None) -> str:
        return ABSENT if seconds is None else written(seconds, self._language)

    def _maybe_time(self, instant_us: int | None) -> str:
        return ABSENT if instant_us is None else self._time(instant_us)

    def _time(self, instant_us: int, precision: str = "second") -> str:
        """Write an instant as the clock of the office shows it, no finer than it is known."""
        offset_us = self._told.calendar.offset_us(instant_us)
        local = dt.datetime.fromtimestamp(0, dt.UTC) + dt.timedelta(microseconds=instant_us + offset_us)
        if precision == "day":
            return f"{local:%Y-%m-%d}"
        text = f"{local:%Y-%m-%d %H:%M}" if precision == "minute" else f"{local:%Y-%m-%d %H:%M:%S}"
        if precision == "second" and local.microsecond >= 1000 and not self._brief:
            text += f".{local.microsecond // 1000:03d}"
        return text if offset_us == self._offset_us else f"{text} {_zone(offset_us)}"

    def _section(self, title: str, rows: Iterable[Sequence[Cell]], *columns: str) -> Iterator[RenderableType]:
        yield Text(f"\n{self._label(title)}", style="bold")
        table = Table(box=None, pad_edge=False, header_style="dim")
        left_out = [column in _NOT_BRIEF and self._brief for column in columns]
        for column in compress(columns, map(not_, left_out)):
            table.add_column(
                self._label(column) if column else "",
                justify="right" if column in _NUMBERS else "left",
                overflow="fold",  # an id that is cut short is no id
                no_wrap=column in _TIMES or (self._brief and column in _NUMBERS),
            )
        for row in rows:
            table.add_row(*map(self._text, compress(row, map(not_, left_out))))
        yield table if table.row_count else Text(self._label("none"))

    def _text(self, cell: Cell) -> Text:
        """Write a cell so that what strangers wrote neither steers the terminal nor is read as markup."""
        return Text(self._between.join(map(printable, (cell,) if isinstance(cell, str) else cell)))

    def _word(self, catalogue: Mapping[str, words.Word], name: str) -> str:
        return catalogue[name].in_(self._language)

    def _label(self, name: str) -> str:
        return self._word(words.LABELS, name)


_CATALOGUE: Final[Mapping[str, words.Words]] = {
    "status": words.STATUSES,
    "stage": words.STAGES,
    "waiting_on": words.WAITING_ON,
    "channel_final": words.CHANNELS,
}


def show(told: Told, language: Language) -> None:
    """Print the page: fitted to a terminal; elsewhere each row on one line, without colours."""
    console = Console()
    if console.is_terminal:
        console.print(Page(told, language).render())
        return
    plain = StringIO()
    Console(file=plain, width=_PLAIN_WIDTH, color_system=None).print(
        Page(told, language, plain=True).render()
    )
    print("\n".join(line.rstrip() for line in plain.getvalue().splitlines()))


def _zone(offset_us: int) -> str:
    minutes = abs(offset_us) // 60_000_000
    return f"{'-' if offset_us < 0 else '+'}{minutes // 60:02d}:{minutes % 60:02d}"


def _short(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
