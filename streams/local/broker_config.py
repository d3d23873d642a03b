"""What the local Kafka runs with: its properties, its ports, the flags of its JVM."""

from __future__ import annotations

import random
import socket
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final

LOOPBACK: Final = "127.0.0.1"
OFFSETS_PARTITIONS: Final = 4
_MEGABYTE: Final = 1024 * 1024

# Below the range from which systems take ports for outgoing connections (Linux: from 32768). A client that keeps
# dialling a stopped broker there can end up connected to itself, and then holds the very port the broker wants back.
_PORTS: Final = range(20_000, 32_000)


def is_free(port: int) -> bool:
    """Tell whether a server could listen on this loopback port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As Java does: connections of the last run that are still winding down do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def free_port(wanted: int = 0, avoid: Collection[int] = ()) -> int:
    """Return `wanted` if it is free, else any free port that is not in `avoid`. Raises OSError when there is none."""
    if wanted and wanted not in avoid and is_free(wanted):
        return wanted
    for port in random.sample(_PORTS, 200):
        if port not in avoid and is_free(port):
            return port
    raise OSError("no free port on 127.0.0.1")


def server_properties(
    log_dir: Path, port: int, controller_port: int, extra: Mapping[str, str]
) -> dict[str, str]:
    """Return the properties of a single KRaft node, broker and controller in one, on loopback only.

    `extra` wins over everything here.
    """
    largest = str(8 * _MEGABYTE)
    return {
        "process.roles": "broker,controller",
        "node.id": "1",
        "controller.quorum.voters": f"1@{LOOPBACK}:{controller_port}",
        "listeners": f"PLAINTEXT://{LOOPBACK}:{port},CONTROLLER://{LOOPBACK}:{controller_port}",
        "advertised.listeners": f"PLAINTEXT://{LOOPBACK}:{port}",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "controller.listener.names": "CONTROLLER",
        "log.dirs": str(log_dir),
        # Topics are made on purpose, with their partitions; a misspelt name must not make one.
        "auto.create.topics.enable": "false",
        "message.max.bytes": largest,
        "replica.fetch.max.bytes": largest,
        # Events are kept for good: a rebuild reads them all again.
        "log.retention.ms": "-1",
        # There is one node.
        "default.replication.factor": "1",
        "offsets.topic.replication.factor": "1",
        "transaction.state.log.replication.factor": "1",
        "transaction.state.log.min.isr": "1",
        "share.coordinator.state.topic.replication.factor": "1",
        "share.coordinator.state.topic.min.isr": "1",
        # Few internal partitions (the defaults are 50 each): every one costs files and time at start.
        "offsets.topic.num.partitions": str(OFFSETS_PARTITIONS),
        "transaction.state.log.num.partitions": "2",
        "share.coordinator.state.topic.num.partitions": "1",
        # A worker that joins or dies is noticed at once.
        "group.initial.rebalance.delay.ms": "0",
        "group.min.session.timeout.ms": "1000",
        # After kill -9 the controller refuses the new start until the session of the dead one ends (default 9 s).
        "broker.session.timeout.ms": "3000",
        "broker.heartbeat.interval.ms": "500",
        # Sized for two cores and a small heap; the cleaner alone would take 128 MB.
        "num.network.threads": "2",
        "num.io.threads": "4",
        "background.threads": "2",
        "log.cleaner.dedupe.buffer.size": str(16 * _MEGABYTE),
        **extra,
    }


def render(properties: Mapping[str, str]) -> str:
    """Return the properties as a file that Java reads. Raises ValueError for what such a line cannot hold."""
    for name, value in properties.items():
        if "\n" in name + value or not name.strip():
            raise ValueError(f"not a property: {name!r}")
    return "".join(f"{name}={value.replace(chr(92), chr(92) * 2)}\n" for name, value in properties.items())


def jvm_flags(heap_mb: int) -> list[str]:
    """Return the flags of a small JVM, with `heap_mb` megabytes of heap at most.

    Measured on two cores, start to healthy with data there, CPU for 2,000,000 messages of 300 bytes in and out:
    serial collector 2.2 s and 6.9 s; G1 2.3 s, parallel 2.5 s; serial with only the compiler's first tier 1.8 s and
    3.9 s, and producing was 1.2 times as fast, because the second tier competes with our own work for the cores.
    """
    return [
        f"-Xmx{heap_mb}m",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Xshare:auto",
        "-XX:+ExitOnOutOfMemoryError",
        "-Djava.awt.headless=true",
        "-Dfile.encoding=UTF-8",
    ]
