"""The failures that a command can meet, each as one line and an exit code."""

from __future__ import annotations

from typing import NamedTuple

from clickhouse_connect.driver.exceptions import ClickHouseError
from confluent_kafka import KafkaException
from pydantic import ValidationError

from streams.adapters.mapping import MappingError
from streams.adapters.record import SourceError
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


class Said(NamedTuple):
    """What is said of a failure, and the exit code."""

    line: str
    code: int


def said(error: Exception) -> Said | None:
    """Say a failure in one line; None for one that nobody expects."""
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        name = "RELEASE_MONITOR_" + "_".join(str(part) for part in first["loc"]).upper()
        return Said(f"{name}: {first['msg']}", 2)
    return Said(_one_line(error), 1) if isinstance(error, EXPECTED) else None


def _one_line(error: Exception) -> str:
    if isinstance(error, KafkaException):
        return f"Kafka: {error.args[0].str()}"
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= 600 else text[:600] + " …"
