"""Settings of the Kafka clients, for librdkafka."""

from __future__ import annotations

from typing import Final

from streams.settings import Settings

MAX_MESSAGE_BYTES: Final = 16_000_000
"""Largest message we write: one refused payload of 8 MB, and a pack around it."""


def client_config(settings: Settings) -> dict[str, str | int | float | bool]:
    """Return what every librdkafka client needs to reach the brokers."""
    config: dict[str, str | int | float | bool] = {
        "bootstrap.servers": settings.kafka_bootstrap_servers,
        "security.protocol": settings.kafka_security_protocol,
        "client.id": "release-monitor",
        "log_level": 2,  # what fails is said by us, once; the library would repeat it at every attempt
    }
    if settings.kafka_security_protocol.startswith("SASL"):
        config["sasl.mechanism"] = settings.kafka_sasl_mechanism
        config["sasl.username"] = settings.kafka_sasl_username
        config["sasl.password"] = settings.kafka_sasl_password.get_secret_value()
    if settings.kafka_ssl_ca is not None:
        config["ssl.ca.location"] = str(settings.kafka_ssl_ca)
    return config


def producer_config(settings: Settings) -> dict[str, str | int | float | bool]:
    """Return a producer's settings: nothing is acknowledged that is not durable, and nothing is given up.

    `murmur2_random` is what Java's clients do, so one declaration lands on one partition whoever sends it.
    """
    return {
        **client_config(settings),
        "enable.idempotence": True,
        "acks": "all",
        "message.timeout.ms": 0,
        "message.max.bytes": MAX_MESSAGE_BYTES,
        "compression.type": "lz4",
        "linger.ms": 5,
        "partitioner": "murmur2_random",
        "queue.buffering.max.kbytes": 131_072,
    }


def consumer_config(settings: Settings, group: str) -> dict[str, str | int | float | bool]:
    """Return a consumer's settings: offsets are committed by hand, from the beginning where there are none."""
    return {
        **client_config(settings),
        "group.id": f"{settings.kafka_group_prefix}-{group}",
        "enable.auto.commit": False,
        "enable.auto.offset.store": False,
        "auto.offset.reset": "earliest",
        "session.timeout.ms": int(settings.kafka_session_timeout_s * 1000),
        "heartbeat.interval.ms": max(100, int(settings.kafka_session_timeout_s * 1000 / 5)),
        "queued.max.messages.kbytes": 65_536,
        "fetch.message.max.bytes": 8_000_000,
        "fetch.min.bytes": 262_144,
        "fetch.wait.max.ms": 100,
    }
