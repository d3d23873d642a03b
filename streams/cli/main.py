"""Wires the commands together and turns every expected failure into one line on standard error."""

from __future__ import annotations

import sys

import structlog
import typer
from clickhouse_connect.driver.exceptions import ClickHouseError
from confluent_kafka import KafkaException
from pydantic import ValidationError
from typer.exceptions import TyperException

from streams.adapters.mapping import MappingError
from streams.adapters.record import SourceError
from streams.cli import (
    access,
    admin,
    board,
    doctor,
    export,
    feed,
    local,
    outcomes,
    publishing,
    questions,
    report,
    rules,
    simulate,
    timeline,
)
from streams.cli.failure import CommandError
from streams.kafka.load import LoadError
from streams.kafka.topics import TopicError
from streams.local.broker import BrokerError
from streams.local.children import ChildError
from streams.reference import ReferenceFileError
from streams.store.client import StoreUnavailableError
from streams.store.histories import StoreError
from streams.store.schema import SchemaError
from streams.store.sink import SinkError

app = typer.Typer(
    name="release-monitor",
    help="Measures, live, how long customs takes to release goods.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
local.register(app)
feed.register(app)
outcomes.register(app)
simulate.register(app)
questions.register(app)
export.register(app)
timeline.register(app)
board.register(app)
report.register(app)
rules.register(app)
publishing.register(app)
admin.register(app)
doctor.register(app)
access.register(app)

EXPECTED = (
    CommandError,
    BrokerError,
    ChildError,
    ClickHouseError,
    KafkaException,
    LoadError,
    MappingError,
    OSError,
    ReferenceFileError,
    SchemaError,
    SinkError,
    SourceError,
    StoreError,
    StoreUnavailableError,
    TopicError,
)


def main() -> None:
    """Run the command line; the exit code is 0 only on success."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    try:
        code = app(standalone_mode=False)
    except TyperException as error:
        words = " ".join((error.format_message() if hasattr(error, "format_message") else str(error)).split())
        print(
            f"error: {words} (`{' '.join(['release-monitor', *sys.argv[1:2]])} --help` tells more)",
            file=sys.stderr,
        )
        sys.exit(2)
    except (typer.Abort, KeyboardInterrupt):
        print("interrupted", file=sys.stderr)
        sys.exit(130)
    except ValidationError as error:
        first = error.errors()[0]
        name = "RELEASE_MONITOR_" + "_".join(str(part) for part in first["loc"]).upper()
        print(f"error: {name}: {first['msg']}", file=sys.stderr)
        sys.exit(2)
    except EXPECTED as error:
        print(f"error: {one_line(error)}", file=sys.stderr)
        sys.exit(1)
    sys.exit(code if isinstance(code, int) else 0)


def one_line(error: BaseException) -> str:
    """Say an error in one line."""
    if isinstance(error, KafkaException):
        return f"Kafka: {error.args[0].str()}"
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= 600 else text[:600] + " …"


if __name__ == "__main__":
    main()
