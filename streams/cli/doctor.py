"""The command `doctor`: looks at the reference data, Kafka and the store, and says what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import typer
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError
from confluent_kafka import KafkaException

from streams.cli.failure import CommandError
from streams.cli.options import DataDir
from streams.core.event import Feed
from streams.kafka.extents import Extents
from streams.kafka.topics import INPUTS, SPECS, TopicError, identify
from streams.local.access import kafka_of, open_store
from streams.local.refold import stale_declarations
from streams.local.runtime import running
from streams.metrics.series import most_series, shape_of, telling
from streams.reference import ReferenceFileError, load_reference
from streams.settings import Settings
from streams.store.client import StoreUnavailableError
from streams.store.cohorts import state_of
from streams.store.condition import MOST_PARTS, conditions, stuck_mutations
from streams.store.generations import known_generation
from streams.store.reconciliation import accounted_positions
from streams.store.schema import pending


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("doctor")(doctor)


def doctor(data: DataDir = None) -> None:
    """Check the reference data and every connection, and say what is wrong; the exit code is 0 only when nothing is."""
    settings = Settings()
    checks: list[tuple[str, Callable[[], str]]] = [
        ("reference", lambda: _check_reference(settings)),
        ("metrics", lambda: _check_metrics(settings)),
        ("kafka", lambda: _check_kafka(kafka_settings(settings, data))),
        ("clickhouse", lambda: _check_store(settings, data)),
        ("cohorts", lambda: _check_cohorts(settings, data)),
        ("tables", lambda: _check_tables(settings, data)),
        ("positions", lambda: _check_positions(settings, data)),
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


def kafka_settings(settings: Settings, data: Path | None) -> Settings:
    """Return the settings with the Kafka of the pipeline that runs on a folder, or as they are where none is named."""
    runtime = running(data or settings.data_dir)
    if runtime is None:
        if data is not None:
            raise CommandError(f"no pipeline runs on {data}: start `release-monitor local --data {data}`")
        return settings
    return kafka_of(settings, runtime)


def stale_by(client: Client, settings: Settings) -> int:
    """Return how many declarations were made by other rules or reference data than the settings name now."""
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


def _check_metrics(settings: Settings) -> str:
    try:
        reference = load_reference(settings.reference_file)
    except ReferenceFileError:  # said by the check of the reference data
        return "how many series there can be hangs on the reference data"
    shape = shape_of(reference, settings.topic_partitions)
    told = telling(shape, settings.metric_series_budget)
    if most_series(shape, settings.metric_series_budget) > settings.metric_series_budget:
        raise CommandError(told)
    return told


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
        stale = stale_by(client, settings)
        if stale:
            raise CommandError(
                f"{stale:,} of {rows[0][0]:,} declarations were made by other rules or reference data:"
                " stop the workers and run `release-monitor refold`"
            )
    return f"version {version}, schema up to date, {rows[0][0]:,} declarations"


def _check_cohorts(settings: Settings, data: Path | None) -> str:
    with open_store(settings, data) as client:
        if pending(client):
            raise CommandError("the schema is not up to date: run `release-monitor migrate`")
        state = state_of(client)
    if state.failure:
        raise CommandError(
            f"ClickHouse could not make the figures of cohorts anew, the old ones are shown: {state.failure}"
        )
    return (
        "no figures yet"
        if state.computed_at is None
        else f"figures of {state.computed_at:%Y-%m-%d %H:%M} UTC"
    )


def _check_tables(settings: Settings, data: Path | None) -> str:
    with open_store(settings, data) as client:
        if pending(client):
            raise CommandError("the schema is not up to date: run `release-monitor migrate`")
        tables, stuck = conditions(client), stuck_mutations(client)
    for one in tables:
        waiting = "not counted" if one.waiting is None else f"{one.waiting:,}"
        print(
            f"       {one.name:<22} {one.rows:>13,} rows {one.parts:>5,} parts {one.bytes / 1e6:>10,.1f} MB,"
            f" {waiting} rows wait for a merge"
        )
    crowded = [f"{one.name} has {one.parts:,} parts" for one in tables if one.parts > MOST_PARTS]
    if crowded:
        raise CommandError(
            f"{', '.join(crowded)}, more than {MOST_PARTS}: merges lag behind the writing; look at disk and processor,"
            " and write fatter batches (RELEASE_MONITOR_BATCH_EVENTS)"
        )
    if stuck:
        raise CommandError(
            f"mutations do not end: {'; '.join(stuck)}; look at system.mutations, KILL MUTATION ends one for good"
        )
    size = sum(one.bytes for one in tables)
    return f"{len(tables)} tables, {sum(one.rows for one in tables):,} rows, {size / 1e6:,.1f} MB"


def _check_positions(settings: Settings, data: Path | None) -> str:
    of_kafka = kafka_settings(settings, data)
    arrived = accounted = 0
    with open_store(settings, data) as client:
        if pending(client):
            raise CommandError("the schema is not up to date: run `release-monitor migrate`")
        for name in INPUTS:
            source = identify(of_kafka, name)
            topic = Extents(of_kafka, name)
            extents = topic.now()
            topic.close()
            arrived += sum(high - low for low, high in extents.values())
            generation = known_generation(client, source.feed)
            if generation is not None:
                accounted += sum(accounted_positions(client, Feed(name, generation), extents).values())
    return f"{arrived - accounted:,} of {arrived:,} messages have no outcome in the store yet"
