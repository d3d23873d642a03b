"""Reads what was published, and what differs from it now."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from typing import Any, Final, NamedTuple

from clickhouse_connect.driver.client import Client

from streams.core.period import Period
from streams.store.schema import DATABASE

OF_PERIOD: Final = "year = {year:UInt16} AND month = {month:UInt8} AND office = {office:String}"
"""Chooses a period in the views of publications; `of_period` has its parameters."""

_PUBLICATION: Final = (
    "year, month, office, revision, against, toUnixTimestamp64Milli(published_at), is_provisional, declarations,"
    f" open_n, sha256, publication_id FROM {DATABASE}.publications"
)
_NOW: Final = f"{DATABASE}.publication_differences WHERE settled_by_revision IS NULL"


class Publication(NamedTuple):
    """One revision of a published period; `declarations` were counted, `open_n` of them not released then."""

    period: Period
    revision: int
    against: int
    published_at: dt.datetime
    is_provisional: bool
    declarations: int
    open_n: int
    sha256: str
    publication_id: uuid.UUID


class Difference(NamedTuple):
    """A measure of a declaration that is not as it was published; see the view `publication_differences`."""

    declaration_key: str
    measure: str
    old: str | None
    new: str | None
    cause: str
    event_id: str | None
    known_at: dt.datetime | None


def of_period(period: Period) -> dict[str, Any]:
    """Return a period as parameters of a statement; `end` is the day after its last."""
    return {
        "year": period.year,
        "month": period.month,
        "office": period.office,
        "begin": period.begin(),
        "end": period.end(),
    }


def publications(client: Client) -> list[Publication]:
    """Return every publication, by period and revision."""
    rows = client.query(f"SELECT {_PUBLICATION} ORDER BY year, month, office, revision").result_rows
    return [_publication(*row) for row in rows]


def last_publication(client: Client, period: Period) -> Publication | None:
    """Return the newest publication of a period, None where there is none."""
    rows = client.query(
        f"SELECT {_PUBLICATION} WHERE {OF_PERIOD} ORDER BY revision DESC LIMIT 1",
        parameters=of_period(period),
    ).result_rows
    return _publication(*rows[0]) if rows else None


def published_figures(client: Client, publication: Publication) -> bytes:
    """Return the figures of a publication, as they were published."""
    rows = client.query(
        f"SELECT figures FROM {DATABASE}.published_reports FINAL WHERE publication_id = {{id:UUID}}",
        parameters={"id": publication.publication_id},
    ).result_rows
    return str(rows[0][0]).encode()


def differences(client: Client, period: Period) -> list[Difference]:
    """Return what differs now from the newest publication of a period, by declaration and measure."""
    rows = client.query(
        "SELECT declaration_key, measure, old, new, cause, event_id, toUnixTimestamp64Milli(known_at)"
        f" FROM {_NOW} AND {OF_PERIOD} ORDER BY declaration_key, measure",
        parameters=of_period(period),
    ).result_rows
    return [
        Difference(key, measure, old, new, cause, event_id, None if known is None else _instant(known))
        for key, measure, old, new, cause, event_id, known in rows
    ]


def differences_of_all(client: Client) -> Counter[tuple[Period, int]]:
    """Count the differences from every revision of every period: to the next revision, from the newest to now."""
    rows = client.query(
        f"SELECT year, month, office, revision, count() FROM {DATABASE}.publication_differences"
        " GROUP BY year, month, office, revision"
    ).result_rows
    return Counter({(Period(*period), int(revision)): int(count) for *period, revision, count in rows})


def settled_figures_of_all(client: Client) -> Counter[tuple[Period, int]]:
    """Count the figures in which every revision that has a next one differs from that."""
    rows = client.query(
        f"SELECT year, month, office, revision, count() FROM {DATABASE}.publication_figure_differences"
        " GROUP BY year, month, office, revision"
    ).result_rows
    return Counter({(Period(*period), int(revision)): int(count) for *period, revision, count in rows})


def _publication(
    year: int, month: int, office: str, revision: int, against: int, at_ms: int, *rest: Any
) -> Publication:
    return Publication(Period(year, month, office), revision, against, _instant(at_ms), *rest)


def _instant(milliseconds: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(milliseconds / 1000, dt.UTC)
