"""What differs from a publication, against a computation from the events: simulated feeds, cut in two."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

import pytest
from clickhouse_connect.driver.client import Client

from builders import VIETNAM
from feeding import FILLED, reach
from streams.core.declaration import Declaration, History
from streams.core.event import Accepted
from streams.core.period import Period
from streams.core.timeline import arrived_as
from streams.local.backfill import Backfill
from streams.reference import load_reference
from streams.settings import Settings
from streams.simulator.generate import FAULTS, generate
from streams.store.histories import stored_events
from streams.store.publications import differences
from streams.store.published import publish

pytestmark = pytest.mark.integration

TABLES = FILLED
START = dt.datetime(2026, 3, 2, tzinfo=VIETNAM)
MARCH = Period(2026, 3)
REFERENCE = load_reference(None)
Measures = dict[str, str | None]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_differences_are_those_of_the_events_that_came_after(client: Client, seed: int) -> None:
    reach(client, dt.datetime(2027, 1, 1, tzinfo=dt.UTC))
    client.command("SYSTEM STOP MERGES release_monitor.declarations")
    client.command("SYSTEM STOP MERGES release_monitor.declaration_intervals")
    lines = [one.value for one in generate(seed, 400, START, 8, FAULTS)]
    job = Backfill(client, REFERENCE, Settings())
    cut = len(lines) * 6 // 10
    job.run("first.jsonl", "1", enumerate(lines[:cut]))
    publish(client, MARCH, 2025, lambda: b"{}", zone=VIETNAM)
    assert differences(client, MARCH) == []
    job.run("second.jsonl", "2", enumerate(lines[cut:]))

    told = {(one.declaration_key, one.measure): one for one in differences(client, MARCH)}
    wanted: dict[tuple[str, str], tuple[str | None, str | None]] = {}
    histories = defaultdict[str, list[Accepted]](list)
    keys = client.query("SELECT DISTINCT declaration_key FROM release_monitor.declaration_events").result_rows
    for one in stored_events(client, [row[0] for row in keys]):
        histories[one.event.declaration_key].append(one)
    named_exactly = 0
    for key, accepted in histories.items():
        known = [one for one in accepted if one.feed.topic == "file:first.jsonl"]
        before, after = measures(key, known), measures(key, accepted)
        for name in before:
            if before[name] == after[name]:
                continue
            wanted[key, name] = (before[name], after[name])
            difference = told[key, name]
            (by,) = (
                one for one in accepted if one.event.event_id == difference.event_id and one not in known
            )
            kin = [
                one
                for one in known
                if (one.event.source, one.event.event_type, one.event.occurrence_no)
                == (by.event.source, by.event.event_type, by.event.occurrence_no)
                or one.event.event_id == by.event.event_id
            ]
            cause = "retraction" if by.event.retract else "correction" if kin else "late_event"
            assert (difference.cause, difference.known_at) == (cause, instant(by.received_us)), difference
            without = [one for one in accepted if one is not by]
            named_exactly += measures(key, without)[name] != after[name]
    assert {of: (one.old, one.new) for of, one in told.items()} == wanted
    assert len(wanted) > 500
    assert named_exactly > 0.95 * len(wanted), "without the event that is named it would be another value"


def measures(key: str, accepted: Sequence[Accepted]) -> Measures:
    """What a report of March 2026 counts of a declaration, by the events: in the texts of the view."""
    history = History()
    for one in arrived_as(accepted):
        history.add(one)
    return counted_of(history.fold(key, REFERENCE))


def counted_of(state: Declaration | None) -> Measures:
    names = (
        "counted", "direction", "office", "channel", "is_open", "has_document_check", "reg_rel_elapsed_s",
        "reg_rel_working_s", "doc_rel_elapsed_s", "doc_rel_working_s", "value_usd", "tax_vnd",
    )  # fmt: skip
    if state is None or state.registered_us is None or not state.in_scope or state.withdrawn:
        return {**dict.fromkeys(names), "counted": "false"}
    day = (instant(state.registered_us) + dt.timedelta(hours=7)).date()
    if (day.year, day.month) != (2026, 3):
        return {**dict.fromkeys(names), "counted": "false"}
    spans = {one.code: one for one in state.intervals}
    whole, part = spans["REG_REL"], spans.get("DOC_REL")
    values = (
        True, state.direction, state.office, state.channel_final, state.released_us is None, part is not None,
        whole.elapsed_s, whole.working_s, part and part.elapsed_s, part and part.working_s,
        amount(state.value_usd), amount(state.tax_vnd),
    )  # fmt: skip
    return {
        name: None if value is None else str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in zip(names, values, strict=True)
    }


def amount(value: float | None) -> str | None:
    """A sum as the engine writes it: two places, no zeros at the end."""
    return None if value is None else f"{Decimal(value):.2f}".rstrip("0").rstrip(".")


def instant(microseconds: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(microseconds // 1000 / 1000, dt.UTC)
