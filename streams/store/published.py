"""Publishes a period: freezes its figures, and what they count of each declaration, under a revision (rule 12).

What belongs to a publication is written first, under an id of its own; the row that gives it a revision comes last and
makes it one. So a publication that was cut off is none, and nothing that was published is ever changed (decision 0023).
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any, Final, NamedTuple

from clickhouse_connect.driver.client import Client

from streams.core.figure_changes import FigureChange, changed_figures, figure_changes
from streams.core.period import Period
from streams.store.publications import (
    OF_PERIOD,
    Publication,
    last_publication,
    of_period,
    published_figures,
)
from streams.store.schema import DATABASE
from streams.store.sink import INSERT_SETTINGS

_ATTEMPTS: Final = 5
_MEASURES: Final = (
    "declaration_key, direction, office, channel, is_open, has_document_check, reg_rel_elapsed_s, reg_rel_working_s,"
    " doc_rel_elapsed_s, doc_rel_working_s, value_usd, tax_vnd"
)
_REPORTED: Final = (
    f"{DATABASE}.reported_declarations WHERE registered_on >= {{begin:Date}} AND registered_on < {{end:Date}}"
    " AND ({office:String} = 'all' OR office = {office:String})"
)
_FROZEN: Final = f"{DATABASE}.published_declarations FINAL WHERE publication_id = {{attempt:UUID}}"
_SURELY: Final = "SETTINGS async_insert = 0, insert_deduplicate = 1"


class PublicationError(Exception):
    """The period can't be published; the message says why and what to do. What was published before is untouched."""


class Maturity(NamedTuple):
    """Whether a period's figures are official: they are once the watermark has reached `mature_at`.

    `declarations` are counted of the period so far, `open_n` of them are not released.
    """

    mature_at: dt.datetime
    watermark: dt.datetime | None
    declarations: int
    open_n: int

    @property
    def is_mature(self) -> bool:
        """Whether every declaration of the period was followed for 30 days."""
        return self.watermark is not None and self.watermark >= self.mature_at


class Published(NamedTuple):
    """What came of publishing: the newest publication, and whether it was made now.

    `differences` to declarations are those from the revision before; in `figures` the figures are others than there.
    """

    publication: Publication
    is_new: bool
    differences: int
    figures: int


def maturity(client: Client, period: Period, zone: dt.tzinfo) -> Maturity:
    """Tell whether a period is mature, by the watermark of the store; its last day ends at midnight in `zone`."""
    watermark = client.query(
        f"SELECT toUnixTimestamp64Milli(watermark) FROM {DATABASE}.watermark"
    ).result_rows[0][0]
    counted, open_n = client.query(
        f"SELECT count(), countIf(is_open) FROM {_REPORTED}", parameters=of_period(period)
    ).result_rows[0]
    return Maturity(
        period.mature_at(zone).astimezone(dt.UTC),
        None if watermark is None else dt.datetime.fromtimestamp(watermark / 1000, dt.UTC),
        int(counted),
        int(open_n),
    )


def publish(
    client: Client,
    period: Period,
    against: int,
    figures: Callable[[], bytes],
    *,
    zone: dt.tzinfo,
    provisional: bool = False,
) -> Published:
    """Publish a period as it stands now, compared with the year `against`; where nothing differs, nothing is done.

    `figures` computes the report as canonical JSON. It is asked before and after the declarations are frozen, so that
    both are of one state; as long as the store changes in between, all is done again. Nothing is frozen before two
    looks at the store have found the same. A period that is not mature is published only as `provisional`; one that is
    mature never is provisional. Raises PublicationError where it is not mature, has no declarations, or does not stand
    still, and what the client raises.
    """
    for _ in range(_ATTEMPTS):
        last = last_publication(client, period)
        counted = _digest(client, _REPORTED, of_period(period))
        state = maturity(client, period, zone)
        _judge(state, provisional)
        made = figures()
        before = None if last is None else published_figures(client, last)
        moved = last is not None and counted != _digest(client, _FROZEN, {"attempt": last.publication_id})
        changed = before is not None and bool(changed_figures(before, made))
        is_same = last is not None and (last.against, last.is_provisional) == (against, not state.is_mature)
        if last is not None and is_same and not moved and not changed:
            return Published(last, False, 0, 0)
        if _digest(client, _REPORTED, of_period(period)) != counted or figures() != made:
            continue
        attempt = uuid.uuid4()
        published_at = dt.datetime.now(dt.UTC)
        _freeze_positions(client, attempt)
        settled, declarations = _settle(client, attempt, period) if moved else (0, 0)
        changes = [] if before is None else figure_changes(before, made, declarations)
        if last is not None:
            _log_figures(client, attempt, last.revision, changes)
        _freeze(client, attempt, period)
        if _digest(client, _FROZEN, {"attempt": attempt}) != counted or figures() != made:
            continue
        _write_report(client, attempt, period, against, state, published_at, made)
        if _claim(client, attempt, period, 1 if last is None else last.revision + 1):
            newest = last_publication(client, period)
            assert newest is not None
            return Published(newest, True, settled, len(changes))
    raise PublicationError(
        "the declarations of the period keep changing while they are published: try again when less is coming in"
    )


def _judge(state: Maturity, provisional: bool) -> None:
    if not state.declarations:
        raise PublicationError("no declarations were registered in this period: there is nothing to publish")
    if state.is_mature or provisional:
        return
    known = "unknown" if state.watermark is None else f"{state.watermark:%Y-%m-%d %H:%M} UTC"
    raise PublicationError(
        f"the period is mature on {state.mature_at:%Y-%m-%d %H:%M} UTC, 30 days after its end, and the store is at"
        f" {known}; {state.open_n:,} of {state.declarations:,} declarations are open: wait, or publish it as"
        " provisional with --provisional"
    )


def _freeze_positions(client: Client, attempt: uuid.UUID) -> None:
    """Write what is known of the feeds, before anything else of a publication.

    What comes in from then on may be counted and is not known, and so never taken for what was there before. By these
    rows an attempt is found that came to nothing.
    """
    client.command(
        f"INSERT INTO {DATABASE}.published_positions"
        f" (publication_id, kafka_topic, generation, kafka_partition, positions, begun_at) {_SURELY}"
        " SELECT {attempt:UUID}, kafka_topic, generation, kafka_partition, groupBitmapMergeState(positions), now()"
        f" FROM {DATABASE}.event_position_sets GROUP BY kafka_topic, generation, kafka_partition",
        parameters={"attempt": attempt},
    )


def _freeze(client: Client, attempt: uuid.UUID, period: Period) -> None:
    """Write what is counted of each declaration."""
    client.command(
        f"INSERT INTO {DATABASE}.published_declarations (publication_id, {_MEASURES}) {_SURELY}"
        f" SELECT {{attempt:UUID}}, {_MEASURES} FROM {_REPORTED}",
        parameters={"attempt": attempt, **of_period(period)},
    )


def _settle(client: Client, attempt: uuid.UUID, period: Period) -> tuple[int, int]:
    """Write the differences from the last revision into the log; return how many, and of how many declarations."""
    client.command(
        f"INSERT INTO {DATABASE}.publication_log"
        f" (publication_id, revision, declaration_key, measure, old, new, cause, event_id, known_at) {_SURELY}"
        " SELECT {attempt:UUID}, revision, declaration_key, measure, old, new, cause, event_id, known_at"
        f" FROM {DATABASE}.publication_differences WHERE {OF_PERIOD} AND settled_by_revision IS NULL",
        parameters={"attempt": attempt, **of_period(period)},
    )
    rows = client.query(
        f"SELECT count(), uniqExact(declaration_key) FROM {DATABASE}.publication_log FINAL"
        " WHERE publication_id = {attempt:UUID}",
        parameters={"attempt": attempt},
    ).result_rows
    return int(rows[0][0]), int(rows[0][1])


def _log_figures(client: Client, attempt: uuid.UUID, revision: int, changes: Sequence[FigureChange]) -> None:
    """Write the figures that differ from the last revision into the log."""
    if not changes:
        return
    client.insert(
        "publication_figure_log",
        [
            [attempt, revision, "/".join(one.path), one.old, one.new, list(one.causes), one.declarations]
            for one in changes
        ],
        column_names=["publication_id", "revision", "figure", "old", "new", "causes", "declarations"],
        database=DATABASE,
        settings=dict(INSERT_SETTINGS),
    )


def _digest(client: Client, source: str, named: dict[str, Any]) -> tuple[Any, ...]:
    """Return what tells whether two sets of declarations are counted alike."""
    rows = client.query(
        f"SELECT count(), sum(sipHash64(({_MEASURES}))) FROM {source}", parameters=named
    ).result_rows
    return tuple(rows[0])


def _write_report(
    client: Client,
    attempt: uuid.UUID,
    period: Period,
    against: int,
    state: Maturity,
    published_at: dt.datetime,
    figures: bytes,
) -> None:
    row: dict[str, Any] = {
        "publication_id": attempt,
        "against": against,
        "begins_on": period.begin(),
        "ends_before": period.end(),
        "published_at": published_at,
        "watermark": state.watermark,
        "is_provisional": not state.is_mature,
        "declarations": state.declarations,
        "open_n": state.open_n,
        "figures": figures.decode(),
        "sha256": sha256(figures).hexdigest(),
    }
    client.insert(
        "published_reports",
        [list(row.values())],
        column_names=list(row),
        database=DATABASE,
        settings=dict(INSERT_SETTINGS),
    )


def _claim(client: Client, attempt: uuid.UUID, period: Period, revision: int) -> bool:
    """Make a publication of what was written, and say whether it is one.

    Of several who claim one revision the engine keeps the first row: the others have the same token.
    """
    named = {"attempt": attempt, "revision": revision, **of_period(period)}
    token = f"{period.year}-{period.month}-{revision}-{period.office.encode().hex()}"
    client.command(
        f"INSERT INTO {DATABASE}.publication_revisions (year, month, office, revision, publication_id)"
        f" {_SURELY}, insert_deduplication_token = '{token}'"
        " SELECT {year:UInt16}, {month:UInt8}, {office:String}, {revision:UInt32}, {attempt:UUID}",
        parameters=named,
    )
    rows = client.query(
        f"SELECT publication_id FROM {DATABASE}.publication_revisions"
        f" WHERE {OF_PERIOD} AND revision = {{revision:UInt32}}",
        parameters=named,
    ).result_rows
    return rows == [(attempt,)]
