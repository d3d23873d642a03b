"""Simulated declarations for views of figures: fed in pieces that stay apart, and then corrected, moved and retracted."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Sequence
from random import Random
from typing import Any, NamedTuple

from clickhouse_connect.driver.client import Client

from streams.local.backfill import Backfill
from streams.reference import load_reference
from streams.settings import Settings
from streams.simulator.generate import FAULTS, generate

START = dt.datetime(2025, 11, 20, tzinfo=dt.UTC)
DAYS = 70
"""From autumn over the end of a year, so that there are cohorts of several months and of two years."""
FOLLOWED = dt.timedelta(days=25)
"""So long before the last event stands the watermark: some declarations have had their 30 days, others have not."""

TABLES = (
    "declaration_events",
    "declarations",
    "declaration_intervals",
    "duplicate_deliveries",
    "event_position_sets",
    "window_progress",
)
"""What a test empties before it feeds other declarations."""

Row = dict[str, Any]


class Exported(NamedTuple):
    """Rows of `declarations_current` by declaration, those of `intervals` by declaration and code, and the watermark."""

    declarations: dict[str, Row]
    intervals: dict[str, dict[str, Row]]
    watermark: dt.datetime


def messages(seed: int, declarations: int = 250) -> list[bytes]:
    """Messages of a feed with every fault, which ends while some declarations are open."""
    cut_us = int((START + dt.timedelta(days=DAYS, hours=3)).timestamp() * 1_000_000)
    return [one.value for one in generate(seed, declarations, START, DAYS, FAULTS) if one.arrives_us < cut_us]


def feed(client: Client, name: str, told: Sequence[bytes]) -> None:
    """Write messages as one file; as none of the parts is merged, what it replaces stays beside it."""
    for table in TABLES:
        client.command(f"SYSTEM STOP MERGES release_monitor.{table}")
    Backfill(client, load_reference(None), Settings()).run(name, name, list(enumerate(told)))


def follow(client: Client) -> None:
    """Put the watermark where some have had their 30 days and others have not."""
    ((latest,),) = client.query("SELECT max(occurred_at) FROM release_monitor.declaration_events").result_rows
    client.command(
        "INSERT INTO release_monitor.window_progress (id, watermark, settled, version) VALUES (1, {at:DateTime64(3)}, 1, 1)",
        parameters={"at": latest - FOLLOWED},
    )


def told_later(client: Client, seed: int, many: int = 60) -> list[bytes]:
    """Draw corrections of what is stored: other times, offices and channels, cancellations and retractions."""
    chance = Random(f"{seed} told later")
    stored: dict[str, list[str]] = defaultdict(list)
    for key, canonical in client.query(
        "SELECT declaration_key, canonical FROM release_monitor.declaration_events FINAL ORDER BY ALL"
    ).result_rows:
        stored[key].append(canonical)
    drawn = [_bare(seed)]
    for number, key in enumerate(chance.sample(sorted(stored), many)):
        content = json.loads(chance.choice(stored[key]))
        content.pop("emitted_at", None)
        content |= {"event_id": f"later-{seed}-{number}", "revision": 9, "occurred_precision": "second"}
        at = dt.datetime.fromisoformat(content["occurred_at"])
        match number % 6:
            case 0 | 1:
                at += dt.timedelta(hours=chance.uniform(-800, 100))
            case 2:
                content["op"] = "RETRACT"
            case 3:
                content["event_type"] = "CANCELLED"
                at += dt.timedelta(hours=chance.uniform(0, 60))
            case 4:
                attrs = {"office": "27F2", "direction": "export", "transport": 3, "kind": "B11"}
                content["attrs"] = {**(content.get("attrs") or {}), **attrs}
            case _:
                content["event_type"] = chance.choice(
                    ("RELEASED_CONDITIONAL", "CHANNEL_CHANGED", "REGISTERED")
                )
                content["attrs"] = {"channel": 3, "office": "27F1"}
                at -= dt.timedelta(hours=chance.uniform(0, 30))
        content["occurred_at"] = at.isoformat()
        drawn.append(json.dumps(content).encode())
    return drawn


def _bare(seed: int) -> bytes:
    """A registration that says nothing but that it was."""
    at = (START + dt.timedelta(days=seed)).isoformat()
    content = {
        "event_id": f"bare-{seed}",
        "schema_version": 1,
        "source": "PAPER",
        "declaration_key": f"bare-{seed}",
    }
    return json.dumps({**content, "event_type": "REGISTERED", "occurred_at": at}).encode()


def export(client: Client) -> Exported:
    """Return what the two views show, each row once, without what figures are not about."""
    declarations = rows(client, "declarations_current")
    intervals: dict[str, dict[str, Row]] = defaultdict(dict)
    for row in rows(client, "intervals"):
        assert row["interval_code"] not in intervals[row["declaration_key"]]
        intervals[row["declaration_key"]][row["interval_code"]] = row
    known = {row["declaration_key"]: row for row in declarations}
    assert len(known) == len(declarations)
    ((watermark,),) = client.query("SELECT watermark FROM release_monitor.watermark").result_rows
    counted = {key: row for key, row in known.items() if row["in_scope"] and row["registered_on"] is not None}
    return Exported(counted, intervals, watermark)


def rows(client: Client, view: str) -> list[Row]:
    """Return every row of a view."""
    return list(client.query(f"SELECT * FROM release_monitor.{view}").named_results())
