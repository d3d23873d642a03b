"""What the commands of the benchmarks share: progress lines, how they are stopped, and what goes wrong in one line."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable
from typing import Final

from clickhouse_connect.driver.exceptions import ClickHouseError
from confluent_kafka import KafkaException
from pydantic import ValidationError

from benchmarks.span import BenchmarkError
from streams.kafka.load import LoadError
from streams.kafka.topics import TopicError
from streams.local.broker import BrokerError
from streams.local.children import ChildError
from streams.store.client import StoreUnavailableError

FAULTS: Final = (
    BenchmarkError,
    BrokerError,
    ChildError,
    ClickHouseError,
    LoadError,
    StoreUnavailableError,
    TopicError,
    KafkaException,
    OSError,
    ValidationError,
)
"""What ends a benchmark in one line on standard error."""


def sayer() -> Callable[[str], None]:
    """Return what prints a progress line on standard error, with the seconds since this call."""
    begin = time.monotonic()

    def say(text: str) -> None:
        print(f"{time.monotonic() - begin:7.1f} s  {text}", file=sys.stderr, flush=True)

    return say


def end_like_ctrl_c() -> None:
    """Make SIGTERM end the command as Ctrl-C does, in order."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
