"""The rows of the views for many messages, and the comparison with what the views show."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from event_schema import instant_us
from oracle.declaration import Row, declare_told
from oracle.findings import FREE_DETAIL, WORDS, Finding
from oracle.intervals import Interval
from oracle.told import Told, refusal
from oracle.working import Offices

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass
class Expected:
    """The rows of each view by their keys, the findings of each declaration, and the refusals by reason."""

    events: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    declarations: dict[str, dict[str, Any]] = field(default_factory=dict)
    intervals: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    findings: set[tuple[str, Finding]] = field(default_factory=set)
    rejected: Counter[str] = field(default_factory=Counter)
    may_expire: set[str] = field(default_factory=set)  # orphans that are pre-registered only


def compute(messages: list[bytes], offices: Offices | None = None) -> Expected:
    """Compute everything the views must show for these messages; `offices` have calendars of their own."""
    expected = Expected()
    by_case: dict[str, list[Told]] = defaultdict(list)
    for raw in messages:
        reason = refusal(raw)
        if reason is not None:
            expected.rejected[reason] += 1
        else:
            told = Told(raw)
            by_case[told.c["declaration_key"]].append(told)
    for key, told_all in by_case.items():
        row = declare_told(told_all, offices)
        for content in row.effective:
            expected.events[key, content["event_id"]] = content
        if all(told.type == "HEARTBEAT" for told in told_all):
            continue  # signs of life, no declaration
        expected.declarations[key] = _declaration(row)
        for code, interval in row.intervals.items():
            expected.intervals[key, code] = _interval(interval, expected.declarations[key])
        expected.findings |= {(key, finding) for finding in row.findings}
        if row.may_expire:
            expected.may_expire.add(key)
    return expected


def _declaration(row: Row) -> dict[str, Any]:
    return row.attributes | {
        "channel_initial": row.channel_initial,
        "channel_final": row.channel_final,
        "registered_at": _ms(row.milestones["M1"]),
        "released_at": _ms(row.milestones["M8"]),
        "cleared_at": _ms(row.milestones["M9"]),
        "exited_at": _ms(row.milestones["M10"]),
        "cancelled_at": _ms(row.milestones["MX"]),
        "status": row.status,
        "stage": row.stage,
        "waiting_on": row.waiting_on,
        "registered_on": row.registered_on,
        "released_on": row.released_on,
    }


def _interval(interval: Interval, row: dict[str, Any]) -> dict[str, Any]:
    return {
        "seq": 1,
        "direction": row["direction"],
        "office": row["office"],
        "channel": row["channel_final"],
        "kind": row["kind"],
        "registered_at": row["registered_at"],
        "registered_on": row["registered_on"],
        "transport": row["transport"],
        "started_at": _ms(interval.start_us),
        "ended_at": _ms(interval.end_us),
        "elapsed_s": interval.elapsed_s,
        "working_s": interval.working_s,
        "flags": list(interval.flags),
    }


def _ms(us: int | None) -> dt.datetime | None:
    """The instant as DateTime64(3) keeps it: naive UTC, milliseconds, floored."""
    if us is None:
        return None
    return (_EPOCH + dt.timedelta(microseconds=us // 1000 * 1000)).replace(tzinfo=None)


def compare(expected: Expected, views: dict[str, list[tuple[Any, ...]]], columns: dict[str, str]) -> None:
    """Assert that the views show exactly what was computed; `columns` names the columns of each view's rows.

    `data_quality` is compared where it was read, in the findings that one declaration has by itself. A declaration that
    is only pre-registered may have expired: that is up to the watermark.
    """
    found = {
        view: [dict(zip(re.split(r",\s*", columns[view]), row, strict=True)) for row in rows]
        for view, rows in views.items()
        if view in columns
    }
    _compare_events(expected, found["events"])
    _compare_declarations(expected, found["declarations_current"])
    intervals = {(row["declaration_key"], row["interval_code"]): row for row in found["intervals"]}
    assert len(intervals) == len(found["intervals"])
    assert intervals.keys() == expected.intervals.keys()
    for place, wanted in expected.intervals.items():
        assert {name: intervals[place][name] for name in wanted} == wanted, place
    if "data_quality" in found:
        _compare_findings(expected, found["data_quality"])


def _compare_events(expected: Expected, events: list[dict[str, Any]]) -> None:
    assert len(events) == len(expected.events)
    for found in events:
        wanted = expected.events[found["declaration_key"], found["event_id"]]
        assert found["occurred_at"] == _ms(instant_us(wanted["occurred_at"]))
        assert json.loads(found["attrs"]) == (wanted.get("attrs") or {})
        for name in ("source", "event_type", "declaration_no", "actor"):
            assert found[name] == wanted.get(name), found
        numbers = (wanted.get("occurrence_no", 1), wanted.get("revision", 0))
        assert (found["occurrence_no"], found["revision"]) == numbers
        assert found["op"] == "ASSERT"


def _compare_declarations(expected: Expected, rows: list[dict[str, Any]]) -> None:
    declarations = {row["declaration_key"]: row for row in rows}
    assert len(declarations) == len(rows)
    assert declarations.keys() == expected.declarations.keys()
    for key, wanted in expected.declarations.items():
        found = declarations[key]
        for name, value in wanted.items():
            if name in ("tax_vnd", "value_usd"):
                same = _same_amount(found[name], value)
            elif name == "status" and key in expected.may_expire:
                same = found[name] in (value, "expired")
            else:
                same = found[name] == value
            assert same, (key, name, found[name], value)


def _compare_findings(expected: Expected, rows: list[dict[str, Any]]) -> None:
    found = Counter(
        (row["declaration_key"], row["finding"], row["event_id"], _said(row["finding"], row["detail"]))
        for row in rows
        if row["finding"] in WORDS
    )
    wanted = Counter((key, one.finding, one.event_id, one.detail) for key, one in expected.findings)
    assert found == wanted, ((found - wanted).most_common(5), (wanted - found).most_common(5))


def _said(finding: str, detail: str) -> str:
    return "" if finding in FREE_DETAIL else detail


def _same_amount(found: Any, wanted: Any) -> bool:
    if wanted is None or found is None:
        return found is wanted
    return abs(float(found) - float(wanted)) < 0.005 + 1e-9
