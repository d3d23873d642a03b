"""Commands for whoever runs the pipeline: `worker`, `migrate`, `topics`, `doctor`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError
from confluent_kafka import KafkaException

from streams.cli.failure import CommandError
from streams.cli.options import DataDir
from streams.cli.progress import counted
from streams.kafka.extents import Extents
from streams.kafka.topics import INPUTS, SPECS, TopicError, create_topics, identify
from streams.local.access import kafka_of, open_store, server_of
from streams.local.refold import refold as refold_all
from streams.local.refold import stale_declarations
from streams.local.runtime import running
from streams.local.settling import Settling
from streams.reference import ReferenceFileError, load_reference
from streams.settings import Settings
from streams.store.client import StoreUnavailableError
from streams.store.cohorts import refresh, set_schedule
from streams.store.schema import migrate as apply_migrations
from streams.store.schema import migrate_to, pending
from streams.store.window_progress import unsettle
from streams.worker.main import run_worker


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("worker")(worker)
    app.command("migrate")(migrate)
    app.command("refold")(refold)
    app.command("topics")(topics)
    app.command("doctor")(doctor)


def worker(
    bound: Annotated[
        bool,
        typer.Option("--until-stdin-closes", help="End when standard input closes, as `local` wants it."),
    ] = False,
) -> None:
    """Run one worker against the configured Kafka and ClickHouse, until SIGTERM."""
    raise typer.Exit(run_worker(Settings(), until_stdin_closes=bound))


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
        is_newest = not pending(client)
        stale = _stale(client, settings) if is_newest else 0
        if is_newest and (set_schedule(client, settings.cohort_refresh_minutes) or done):
            refresh(client)
    said = [f"took back {name}" for name in undone] + [f"applied {name}" for name in done]
    print("\n".join(said) or "the schema is up to date")
    if stale:
        print(
            f"{stale:,} declarations were made by other rules or reference data: run `release-monitor refold`"
        )


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
    made = create_topics(_kafka_settings(Settings(), data))
    print("\n".join(f"created {name}" for name in made) or "all topics are there")


def doctor(data: DataDir = None) -> None:
    """Check the reference data and every connection, and say what is wrong; the exit code is 0 only when nothing is."""
    settings = Settings()
    checks: list[tuple[str, Callable[[], str]]] = [
        ("reference", lambda: _check_reference(settings)),
        ("kafka", lambda: _check_kafka(_kafka_settings(settings, data))),
        ("clickhouse", lambda: _check_store(settings, data)),
    ]
    wrong = 0
    for name, check in checks:
        try:
            print(f"ok     {name}: {check()}")
        except (
            CommandError,
            ReferenceFileError,
            TopicError,
            StoreUnavailableError,
            KafkaException,
            ClickHouseError,
            OSError,
        ) as error:
            wrong += 1
            print(f"WRONG  {name}: {' '.join(str(error).split())[:400]}")
    if wrong:
        raise CommandError(f"{wrong} of {len(checks)} checks failed, see above")


def _kafka_settings(settings: Settings, data: Path | None) -> Settings:
    runtime = running(data or settings.data_dir)
    if runtime is None:
        if data is not None:
            raise CommandError(f"no pipeline runs on {data}: start `release-monitor local --data {data}`")
        return settings
    return kafka_of(settings, runtime)


def _stale(client: Client, settings: Settings) -> int:
    try:
        return stale_declarations(client, load_reference(settings.reference_file))
    except ReferenceFileError:  # said by the check of the reference data
        return 0


def _check_reference(settings: Settings) -> str:
    reference = load_reference(settings.reference_file)
    counts = (
        (len(reference.offices), "office"),
        (len(reference.calendars), "calendar"),
        (len(reference.targets), "target"),
    )
    told = ", ".join(f"{count} {word}{'' if count == 1 else 's'}" for count, word in counts)
    return f"{told}, from {settings.reference_file or 'shipped'}"


def _check_kafka(settings: Settings) -> str:
    for spec in SPECS:
        identify(settings, spec.name)
    held = []
    for name in INPUTS:
        extents = Extents(settings, name)
        messages = sum(high - low for low, high in extents.now().values())
        extents.close()
        held.append(f"{messages:,} messages in {name}")
    return f"{settings.kafka_bootstrap_servers} answers, {len(SPECS)} topics, {', '.join(held)}"


def _check_store(settings: Settings, data: Path | None) -> str:
    with open_store(settings, data) as client:
        lacking = pending(client)
        if lacking:
            raise CommandError(f"the schema lacks {', '.join(lacking)}: run `release-monitor migrate`")
        version = client.server_version
        rows = client.query("SELECT count() FROM release_monitor.declarations_current").result_rows
        stale = _stale(client, settings)
        if stale:
            raise CommandError(
                f"{stale:,} of {rows[0][0]:,} declarations were made by other rules or reference data:"
                " stop the workers and run `release-monitor refold`"
            )
    return f"version {version}, schema up to date, {rows[0][0]:,} declarations"
