"""The command `timeline`: one declaration in full."""

from __future__ import annotations

from typing import Annotated, Final

import typer
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError
from urllib3.exceptions import HTTPError

from streams.cli.failure import CommandError
from streams.cli.options import DataDir
from streams.cli.timeline_page import Told, show
from streams.core.declaration import Declaration, History
from streams.core.durations import Language
from streams.core.reference import Reference
from streams.core.timeline import revisions
from streams.local.access import open_store
from streams.reference import load_reference
from streams.settings import Settings
from streams.store.client import StoreUnavailableError
from streams.store.histories import stored_events
from streams.store.lookup import current_status, find_keys, view_findings
from streams.words import Word

FAILURES: Final = (CommandError, ClickHouseError, HTTPError, StoreUnavailableError, OSError)
"""What goes wrong where a declaration is not to be read."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("timeline")(timeline)


def timeline(
    declaration: Annotated[
        str, typer.Argument(help="Key (11 digits, or a case id) or number (12 digits) of a declaration.")
    ],
    data: DataDir = None,
    lang: Annotated[Language, typer.Option(help="Language of the page.")] = "en",
) -> None:
    """Show one declaration: events, milestones, intervals, findings, and what each event changed."""
    settings = Settings()
    reference = load_reference(settings.reference_file)
    with open_store(settings, data) as client:
        told = told_of(client, declaration, reference)
    show(told, lang)


def told_of(client: Client, declaration: str, reference: Reference) -> Told:
    """Read all that is told of a declaration. Raises CommandError where there is not one of that name."""
    keys = find_keys(client, declaration)
    if not keys:
        raise CommandError(f"there is no declaration {declaration} in the store")
    if len(keys) > 1:
        raise CommandError(
            f"{declaration} is the number of several declarations, name one by its key: {', '.join(keys)}"
        )
    key = keys[0]
    accepted = list(stored_events(client, keys))
    status, findings = current_status(client, key), view_findings(client, key)
    history = History()
    for one in accepted:
        history.add(one)
    state = history.fold(key, reference)
    if state is None:
        raise CommandError(f"nothing but signs of life (HEARTBEAT) is stored of {key}")
    return Told(
        history,
        state,
        status or state.status,
        findings,
        list(revisions(key, accepted, reference)),
        reference.calendar_of(state.office),
        _office_name(reference, state),
    )


def _office_name(reference: Reference, state: Declaration) -> Word | None:
    """Return the name that the office had when the declaration was registered."""
    if state.office is None or state.registered_us is None:
        return None
    office = reference.office_at(state.office, state.registered_us)
    return None if office is None else Word(office.name_vi, office.name_en)
