"""What is said of a failure."""

from __future__ import annotations

import pytest
from confluent_kafka import KafkaError, KafkaException

from streams.cli.expected import EXPECTED, said
from streams.cli.failure import CommandError


@pytest.mark.parametrize("kind", [one for one in EXPECTED if one is not KafkaException])
def test_an_expected_failure_is_one_line(kind: type[Exception]) -> None:
    told = said(kind("two\n  lines"))
    assert told == ("two lines", 1)


def test_kafka_tells_in_words_of_its_own() -> None:
    told = said(KafkaException(KafkaError(KafkaError._ALL_BROKERS_DOWN, "nobody is there")))
    assert told == ("Kafka: nobody is there", 1)


def test_a_failure_without_words_has_its_name() -> None:
    assert said(OSError()) == ("OSError", 1)


def test_a_long_failure_is_cut() -> None:
    told = said(CommandError("x" * 2_000))
    assert told is not None
    assert told.line == "x" * 600 + " …"


def test_what_nobody_expects_is_nobodys_line() -> None:
    assert said(KeyError("x")) is None
