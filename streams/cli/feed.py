"""Commands that bring events in: `load` and `backfill`."""

from __future__ import annotations

import sys
from hashlib import sha256
from pathlib import Path
from typing import Annotated

import typer

from streams.adapters.files import open_source
from streams.adapters.mapping import load_mapping
from streams.adapters.record import Source
from streams.cli.failure import CommandError
from streams.cli.options import DataDir, MappingFile, Speed
from streams.cli.progress import counted, progress_of
from streams.kafka.load import Loader
from streams.kafka.topics import CUSTOMS, EVENTS
from streams.local.access import kafka_of, open_store, server_of
from streams.local.backfill import Backfill
from streams.local.refold import refold_stale
from streams.local.runtime import running
from streams.local.settling import Settling
from streams.reference import load_reference
from streams.settings import Settings
from streams.store.cohorts import refresh
from streams.store.reference_tables import sync
from streams.store.schema import migrate
from streams.store.window_progress import unsettle

Files = Annotated[
    list[Path],
    typer.Argument(help="Event files: .jsonl, .customs.jsonl, .csv, .xes, .xes.gz", metavar="FILE…"),
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("load")(load)
    app.command("backfill")(backfill)


def open_sources(files: list[Path], mapping: Path | None, settings: Settings) -> list[Source]:
    """Open event files. Raises SourceError or MappingError when one is missing or can't be read that way."""
    secret = settings.hash_key.get_secret_value().encode()
    rules = None if mapping is None else load_mapping(mapping, hash_key=secret or None)
    return [open_source(path, rules) for path in files]


def load(
    files: Files,
    mapping: MappingFile = None,
    speed: Speed = None,
    data: DataDir = None,
) -> None:
    """Read events from files into Kafka."""
    settings = Settings()
    runtime = running(data or settings.data_dir)
    if runtime is not None:
        settings = kafka_of(settings, runtime)
    elif data is not None:
        raise CommandError(f"no pipeline runs on {data}: start `release-monitor local --data {data}`")
    sources = open_sources(files, mapping, settings)
    loader = Loader(settings)
    for source in sources:
        with progress_of(f"loading {source.path.name}", source) as tell:
            topic = topic_of(source)
            sent = loader.load(((record.key, record.value) for record in source), speed, tell, topic)
        print(f"{source.path}: {sent:,} messages in {topic}{said_skipped(source)}")


def backfill(
    files: Files,
    mapping: MappingFile = None,
    data: DataDir = None,
) -> None:
    """Write event files straight into ClickHouse, without Kafka; the result is the same as a stream's."""
    settings = Settings()
    if running(data or settings.data_dir) is not None and (data is not None or not settings.clickhouse_host):
        raise CommandError(
            f"a pipeline runs on {data or settings.data_dir}: stop it first, or use `load` to feed it"
        )
    reference = load_reference(settings.reference_file)
    sources = open_sources(files, mapping, settings)
    with open_store(settings, data, write=True) as client:
        migrate(client, server_of(settings, data))
        sync(client, reference)
        unsettle(client)
        refold_stale(client, reference, lambda text: print(text, file=sys.stderr, flush=True))
        job = Backfill(client, reference, settings)
        for source in sources:
            with progress_of(f"backfilling {source.path.name}", source) as tell:
                job.run(source.path.name, checksum(source.path), ((r.line, r.value) for r in source), tell)
            print(f"{source.path}: done{said_skipped(source)}")
        settling = Settling(client, reference, settings)
        with counted("computing windows", settling.total) as tell:
            settling.run(tell)
        with counted("making the figures of cohorts", 1) as tell:
            refresh(client)
            tell(1)
    counts = ", ".join(f"{job.outcomes[name]:,} {name}" for name in ("stored", "duplicate", "rejected"))
    print(f"{job.messages:,} messages: {counts}")


def topic_of(source: Source) -> str:
    """Return the input topic that a file's messages belong in."""
    return CUSTOMS if source.customs else EVENTS


def said_skipped(source: Source) -> str:
    """Say how many rows no rule of the mapping wanted."""
    skipped = sum(source.skipped.values())
    return f"; {skipped:,} rows match no rule of the mapping" if skipped else ""


def checksum(path: Path) -> str:
    """Return what tells the content of a file from that of another one under the same name."""
    digest = sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()[:32]
