"""Hand-written cases in one line each: a drawn timeline and what it must come to.

    name :: 08:00 R | 08:30 R | 09:00 C :: REG_REL=1:00/1:00; status=cleared

A timeline is events in the order of reading, each a time, a sign and marks. Times are of Monday 2 March 2026 in Viet
Nam; `13.02 16:30` is another day of 2026, `31.12.2025 16:30` of another year, `01:00Z` is told in UTC. Signs:

    P pre-registered      R registered          N1 N2 N3 channel assigned (N: without)   H1 H2 H3 channel changed
    D dossier complete    [ ] document check    a? a! amendment requested, amended
    i? i/ inspection ordered, cancelled         G goods presented      i( i) inspection started, completed
    o( o) other agency started, result          t? t! tax due, secured
    W to storage   q release requested   L released conditionally   C cleared   V release reverted
    h( h) hold placed, lifted   A arrived   g( g) gate in, out   x? cancellation requested   X cancelled
    F manual fallback   Z amended after clearance   . heartbeat

Marks: `#2` occurrence (else counted by source and type), `^1` revision (of occurrence 1, unless said), `~` retracts,
`@day` `@minute` precision, `+b` backfill, `officer` clock, `emit=09:30` emission, `src=` source, `seq=` source_seq,
`by=` actor, `id=` event_id (else the sign with its marks: `C`, `C#2`, `C^1`), `no=` declaration_no, and attributes:
`office=` `kind=` `dir=` `tax=` `usd=` `rep=` `channel=`.

What it must come to, divided by `;`. What is not named is not judged, but for the findings: those named are all.

    REG_REL=2:30/1:00 backfill   elapsed and working hours:minutes[:seconds], then the flags
    REG_REL=null deemed          a row without lengths, then its flags         REG_REL=none   no row
    AMEND@=09:00..-              start and end of the row, - where missing
    M4=09:30   M4=-              a milestone
    status=open   stage=declarant:amendment   stage=nobody:done   stage=none   channel=1>3 (initial, in force)
    since=09:30                  when an open one came into its stage; - when it is not open
    office=27F1                  an attribute, by the names of the marks
    counts=R,C^1                 the events that count, in rule-2 order
    finding=negative C REG_REL: -10 s     word, event_id, detail where it has a fixed form
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from oracle import Finding

SIGNS = {
    "P": "PRE_REGISTERED",
    "R": "REGISTERED",
    "N": "CHANNEL_ASSIGNED",
    "H": "CHANNEL_CHANGED",
    "D": "DOSSIER_COMPLETE",
    "[": "DOC_CHECK_STARTED",
    "]": "DOC_CHECK_COMPLETED",
    "a?": "AMENDMENT_REQUESTED",
    "a!": "AMENDED",
    "i?": "INSPECTION_ORDERED",
    "i/": "INSPECTION_ORDER_CANCELLED",
    "G": "GOODS_PRESENTED",
    "i(": "INSPECTION_STARTED",
    "i)": "INSPECTION_COMPLETED",
    "o(": "OGA_STARTED",
    "o)": "OGA_RESULT",
    "t?": "TAX_DUE",
    "t!": "TAX_SECURED",
    "W": "MOVED_TO_STORAGE",
    "q": "RELEASE_REQUESTED",
    "L": "RELEASED_CONDITIONAL",
    "C": "CLEARED",
    "V": "RELEASE_REVERTED",
    "h(": "HOLD_PLACED",
    "h)": "HOLD_LIFTED",
    "A": "ARRIVED",
    "g(": "GATE_IN",
    "g)": "GATE_OUT",
    "x?": "CANCEL_REQUESTED",
    "X": "CANCELLED",
    "F": "MANUAL_FALLBACK",
    "Z": "POST_CLEARANCE_AMENDED",
    ".": "HEARTBEAT",
}
FIELDS = {
    "src": "source",
    "by": "actor",
    "id": "event_id",
    "no": "declaration_no",
    "emit": "emitted_at",
    "ingested": "ingested_at",
    "seq": "source_seq",
}
ATTRIBUTES = {
    "office": "office",
    "kind": "kind",
    "dir": "direction",
    "tax": "tax_vnd",
    "usd": "value_usd",
    "rep": "replaces",
    "channel": "channel",
    "no": "declaration_no",
}
KEY = "10000000001"
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_DAY = re.compile(r"(\d\d)\.(\d\d)(?:\.(\d{4}))?")
_LENGTH = re.compile(r"(\d+):(\d\d)(?::(\d\d))?")


@dataclass(frozen=True)
class Case:
    """One line of a table."""

    name: str
    drawn: str
    wanted: str

    def messages(self) -> list[bytes]:
        counted: Counter[tuple[str, str]] = Counter()
        return [_message(text.split(), counted) for text in self.drawn.split("|")]

    def expectations(self) -> list[tuple[str, str]]:
        """The parts by name and value; the findings are told by `findings`."""
        parts = [tuple(part.strip().split("=", 1)) for part in self.wanted.split(";") if part.strip()]
        return [(name, value) for name, value in parts if name != "finding"]

    def findings(self) -> set[Finding]:
        told = [part.strip()[8:].split(" ", 2) for part in self.wanted.split(";") if "finding=" in part]
        return {Finding(*one, *[""] * (3 - len(one))) for one in told}


def cases(folder: Path) -> list[Case]:
    """Read every table of a folder; lines that begin with `# ` are headings."""
    found = []
    for path in sorted(folder.glob("*.txt")):
        for line in path.read_text().splitlines():
            if line.strip() and not line.startswith("# "):
                name, drawn, wanted = line.split(" :: ")
                found.append(Case(f"{path.stem}: {name.strip()}", drawn, wanted))
    return found


def instant(day: str | None, clock: str) -> str:
    """An RFC 3339 instant, of a day such as 13.02 and a time such as 08:00 or 01:00Z."""
    date = "2026-03-02"
    if day is not None:
        match = _DAY.fullmatch(day)
        assert match is not None, day
        date = f"{match[3] or '2026'}-{match[2]}-{match[1]}"
    zone = "Z" if clock.endswith("Z") else "+07:00"
    clock = clock.removesuffix("Z")
    return f"{date}T{clock}{':00' if clock.count(':') == 1 else ''}{zone}"


def microseconds(text: str) -> int | None:
    """An instant as it is written in what a case must come to, such as `13.02 16:30`; None for `-`."""
    if text == "-":
        return None
    *day, clock = text.split()
    at = dt.datetime.fromisoformat(instant(day[0] if day else None, clock))
    return (at - _EPOCH) // dt.timedelta(microseconds=1)


def length(text: str) -> int:
    """Seconds, of hours, minutes and perhaps seconds; `0` is nothing."""
    if text == "0":
        return 0
    match = _LENGTH.fullmatch(text)
    assert match is not None, text
    return int(match[1]) * 3600 + int(match[2]) * 60 + int(match[3] or 0)


def _message(tokens: list[str], counted: Counter[tuple[str, str]]) -> bytes:
    day = tokens.pop(0) if _DAY.fullmatch(tokens[0]) else None
    clock, sign, *marks = tokens
    content: dict[str, Any] = {
        "schema_version": 1,
        "source": "SIM",
        "declaration_key": KEY,
        "occurred_at": instant(day, clock),
    }
    attrs: dict[str, Any] = {}
    if sign[0] in "NH":
        content["event_type"] = SIGNS[sign[0]]
        if len(sign) > 1:
            attrs["channel"] = int(sign[1])
    else:
        content["event_type"] = SIGNS[sign]
    for mark in marks:
        _mark(mark, content, attrs, day)
    if attrs:
        content["attrs"] = attrs
    place = (content["source"], content["event_type"])
    if "revision" not in content and "occurrence_no" not in content:
        counted[place] += 1
        content["occurrence_no"] = counted[place]
    occurrence = content.setdefault("occurrence_no", 1)
    if "event_id" not in content:
        suffix = f"^{content['revision']}" if "revision" in content else ""
        content["event_id"] = sign + (f"#{occurrence}" if occurrence > 1 else "") + suffix
    return json.dumps(content).encode()


def _mark(mark: str, content: dict[str, Any], attrs: dict[str, Any], day: str | None) -> None:
    name, _, value = mark.partition("=")
    if mark == "~":
        content["op"] = "RETRACT"
    elif mark == "+b":
        content["is_backfill"] = True
    elif mark == "officer":
        content["clock"] = "OFFICER"
    elif mark[0] == "#":
        content["occurrence_no"] = int(mark[1:])
    elif mark[0] == "^":
        content["revision"] = int(mark[1:])
    elif mark[0] == "@":
        content["occurred_precision"] = mark[1:]
    elif name in FIELDS:
        at = name in ("emit", "ingested")
        content[FIELDS[name]] = instant(day, value) if at else int(value) if name == "seq" else value
    else:
        number = name in ("tax", "usd", "channel")
        attrs[ATTRIBUTES[name]] = int(value) if number else value
