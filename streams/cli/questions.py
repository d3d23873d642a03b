"""Commands that ask the store: `query` and `rejected`."""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from typing import Annotated

import typer
from clickhouse_connect.driver.exceptions import ClickHouseError

from streams.cli.failure import CommandError
from streams.cli.options import DataDir
from streams.core.printable import printable
from streams.customs.feeds import holds_customs_messages
from streams.kafka.load import Loader
from streams.kafka.topics import CUSTOMS, EVENTS
from streams.local.access import kafka_of, open_store
from streams.local.runtime import running
from streams.pipeline.judging import judge_of
from streams.settings import Settings
from streams.store.access import views_of
from streams.store.guard import refuse
from streams.store.rejected import count_rejected, replayable
from streams.store.schema import DATABASE

_FORMAT = re.compile(r"\bFORMAT\s+\w+\s*$", re.IGNORECASE)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("query")(query)
    app.command("rejected")(rejected)


def query(
    sql: Annotated[
        str, typer.Argument(help="One reading statement; views are in the database release_monitor.")
    ],
    data: DataDir = None,
    format: Annotated[str, typer.Option("--format", help="Any ClickHouse output format.")] = "PrettyCompact",
) -> None:
    """Ask the store in SQL, read-only; also while the pipeline runs."""
    if not format.isalnum():
        raise CommandError(f"--format {format!r} is not a ClickHouse format")
    with open_store(Settings(), data, guarded=True) as client:
        if not views_of(client):
            raise CommandError("the store has no schema yet: run `release-monitor migrate`")
        client.database = DATABASE
        refusal = refuse(client, sql)
        if refusal is not None:
            raise CommandError(refusal)
        statement = sql.strip().rstrip(";")
        try:
            answer = client.raw_query(statement, fmt=None if _FORMAT.search(statement) else format)
        except ClickHouseError as error:
            if "UNKNOWN_TABLE" in str(error):
                raise CommandError(
                    f"{error}; where this program has such a view, run `release-monitor migrate`"
                ) from error
            raise
    sys.stdout.buffer.write(answer)
    sys.stdout.buffer.flush()


def rejected(
    action: Annotated[str, typer.Argument(help="list or replay")] = "list",
    data: DataDir = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many messages to list.")] = 20,
) -> None:
    """Show what did not get in and why, or try it again (`replay`) after a change of rule."""
    settings = Settings()
    folder = data or settings.data_dir
    if action not in ("list", "replay"):
        raise CommandError(f"rejected {action}: say list or replay")
    with open_store(settings, data) as client:
        counts = count_rejected(client)
        if action == "list":
            print(f"{sum(counts.values())} messages rejected")
            for reason, count in counts.items():
                print(f"  {count:>8,}  {reason}")
            for row in replayable(client, None, limit):
                shown = printable(row.payload[:100].decode(errors="replace"))
                place = f"{row.topic}/{row.partition}/{row.offset}"
                print(f"{place}  {row.reason}: {printable(row.detail)}  {shown}")
            return
        settings_of = settings
        runtime = running(folder)
        if runtime is not None:
            settings_of = kafka_of(settings, runtime)
        elif data is not None:
            raise CommandError(
                f"no pipeline runs on {data}: start `release-monitor local --data {data}`, then replay"
            )
        again: dict[str, list[bytes]] = defaultdict(list)
        for row in replayable(client, lambda feed: judge_of(feed, settings), None):
            again[CUSTOMS if holds_customs_messages(row.topic) else EVENTS].append(row.payload)
    if not again:
        print("nothing to replay: every rejected message would be rejected again")
        return
    loader = Loader(settings_of)
    for topic, payloads in again.items():
        sent = loader.load(((None, payload) for payload in payloads), topic=topic)
        print(f"{sent} messages sent to {topic} again")
