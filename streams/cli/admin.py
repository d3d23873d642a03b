"""Commands for whoever runs the pipeline: `migrate`, `refold`, `topics`."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from streams.cli.doctor import kafka_settings
from streams.cli.failure import CommandError
from streams.cli.options import DataDir
from streams.cli.progress import counted
from streams.kafka.topics import create_topics
from streams.local.access import open_store, server_of
from streams.local.refold import refold as refold_all
from streams.local.refold import stale_declarations
from streams.local.runtime import running
from streams.local.settling import Settling
from streams.reference import load_reference
from streams.settings import Settings
from streams.store.cohorts import refresh, set_schedule
from streams.store.housekeeping import KeepDays, apply_keep_days, sweep_attempts, sweep_windows
from streams.store.reference_tables import sync
from streams.store.schema import migrate as apply_migrations
from streams.store.schema import migrate_to, pending
from streams.store.window_progress import unsettle


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("migrate")(migrate)
    app.command("refold")(refold)
    app.command("topics")(topics)


def migrate(
    data: DataDir = None,
    to: Annotated[
        int | None,
        typer.Option(
            min=0, help="Number of the migration to come to, up or down; 0: none. (default: the newest)"
        ),
    ] = None,
    discard: Annotated[
        bool,
        typer.Option(
            "--discard", help="With --to: go down also where rows are lost that nothing brings back."
        ),
    ] = False,
) -> None:
    """Create the schema in ClickHouse, bring it up to date, or take migrations back."""
    if discard and to is None:
        raise CommandError("--discard is for going down: say --to as well")
    settings = Settings()
    keep = _keep_days(settings)
    reference = load_reference(settings.reference_file)
    server = server_of(settings, data)
    if to is not None and server is None and running(data or settings.data_dir) is not None:
        raise CommandError(
            f"a pipeline runs on {data or settings.data_dir}: stop it before taking migrations back"
        )
    with open_store(settings, data, write=True) as client:
        if to is None:
            done, undone = apply_migrations(client, server), list[str]()
        else:
            done, undone = migrate_to(client, to, server, discard=discard)
        said = [f"took back {name}" for name in undone] + [f"applied {name}" for name in done]
        said = said or ["the schema is as it was asked for" if to is not None else "the schema is up to date"]
        stale = 0
        if not pending(client):
            said += [f"wrote {name}" for name in sync(client, reference)]
            stale = stale_declarations(client, reference)
            said += apply_keep_days(client, keep)
            swept = sweep_windows(client)
            said += [f"deleted {swept:,} rows of windows that are shown no more"] if swept else []
            given_up = sweep_attempts(client, dt.datetime.now(dt.UTC))
            said += [f"deleted what {given_up:,} attempts to publish left behind"] if given_up else []
            if set_schedule(client, settings.cohort_refresh_minutes) or done:
                refresh(client)
    print("\n".join(said))
    if stale:
        print(
            f"{stale:,} declarations were made by other rules or reference data: run `release-monitor refold`"
        )


def _keep_days(settings: Settings) -> KeepDays:
    """Return what the settings say of keeping rows. Raises CommandError where windows would go that are shown."""
    keep = KeepDays(settings.keep_days_windows, settings.keep_days_rejected, settings.keep_days_late)
    shown = max(
        settings.window_days_1h, settings.window_days_24h, settings.window_days_7d, settings.window_days_30d
    )
    if 0 < keep.windows <= shown:
        raise CommandError(
            f"RELEASE_MONITOR_KEEP_DAYS_WINDOWS is {keep.windows}, and windows are shown for {shown:g} days: say more,"
            " or 0"
        )
    return keep


def refold(data: DataDir = None) -> None:
    """Make every derived row anew from the stored events, after a change of rules or of reference data."""
    settings = Settings()
    reference = load_reference(settings.reference_file)
    if running(data or settings.data_dir) is not None and (data is not None or not settings.clickhouse_host):
        raise CommandError(
            f"a pipeline runs on {data or settings.data_dir}: stop it, it folds anew by itself when it starts"
        )
    with open_store(settings, data, write=True) as client:
        apply_migrations(client, server_of(settings, data))
        sync(client, reference)
        unsettle(client)
        total = client.query("SELECT count() FROM release_monitor.declarations FINAL").result_rows[0][0]
        with counted("folding anew", int(total)) as tell:
            done = refold_all(client, reference, tell)
        settling = Settling(client, reference, settings)
        with counted("computing windows", settling.total) as tell:
            settling.run(tell)
        with counted("making the figures of cohorts", 1) as tell:
            refresh(client)
            tell(1)
    print(f"{done:,} declarations folded anew")


def topics(data: DataDir = None) -> None:
    """Create the topics that are missing."""
    made = create_topics(kafka_settings(Settings(), data))
    print("\n".join(f"created {name}" for name in made) or "all topics are there")
