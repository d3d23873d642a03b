"""The local Kafka as clients see it: both client libraries, restarts, kills, and what goes wrong."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer
from confluent_kafka import Consumer, Producer
from confluent_kafka.admin import AdminClient, NewTopic  # type: ignore[attr-defined]

from streams.local.broker import BrokerError, LocalBroker
from streams.local.guarded_process import identify

pytestmark = pytest.mark.integration


def make_topic(bootstrap: str, partitions: int = 2) -> str:
    name = f"test-{uuid.uuid4().hex[:8]}"
    # In a variable: a client that is let go before its answer came fails the answer.
    admin = AdminClient({"bootstrap.servers": bootstrap})
    admin.create_topics([NewTopic(name, partitions, 1)])[name].result(10)
    return name


def produce(bootstrap: str, topic: str, values: list[bytes], compression: str = "none") -> None:
    producer = Producer({"bootstrap.servers": bootstrap, "compression.type": compression, "linger.ms": 5})
    for number, value in enumerate(values):
        producer.produce(topic, value, key=str(number))
    assert producer.flush(10) == 0


def consume(bootstrap: str, topic: str, count: int, group: str = "") -> list[bytes]:
    """Read `count` values in a consumer group and commit; fewer come back if they do not come in 20 seconds."""
    consumer = Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": group or uuid.uuid4().hex,
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
        }
    )
    consumer.subscribe([topic])
    values: list[bytes] = []
    deadline = time.monotonic() + 20
    while len(values) < count and time.monotonic() < deadline:
        for message in consumer.consume(1000, 0.2):
            assert message.error() is None
            values.append(message.value() or b"")
    if values:
        consumer.commit(asynchronous=False)
    consumer.close()
    return values


async def consume_aio(bootstrap: str, topic: str, count: int) -> list[bytes]:
    values: list[bytes] = []
    async with AIOKafkaConsumer(
        topic, bootstrap_servers=bootstrap, group_id=uuid.uuid4().hex, auto_offset_reset="earliest"
    ) as consumer:
        async with asyncio.timeout(20):
            while len(values) < count:
                for batch in (await consumer.getmany(timeout_ms=200)).values():
                    values += [message.value for message in batch]
    return values


def until(condition: Callable[[], bool], seconds: float = 15) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return condition()


VALUES = [f"value {number} ".encode() * 20 for number in range(500)]


@pytest.mark.parametrize("compression", ["none", "lz4", "zstd", "snappy", "gzip"])
def test_both_client_libraries_read_what_was_written(bootstrap: str, compression: str) -> None:
    topic = make_topic(bootstrap)
    produce(bootstrap, topic, VALUES, compression)
    assert sorted(consume(bootstrap, topic, len(VALUES))) == sorted(VALUES)
    assert sorted(asyncio.run(consume_aio(bootstrap, topic, len(VALUES)))) == sorted(VALUES)


def test_a_group_can_be_coordinated_the_moment_start_returns(tmp_path: Path) -> None:
    with LocalBroker(tmp_path) as fresh:
        topic = make_topic(fresh.bootstrap)
        produce(fresh.bootstrap, topic, VALUES)
        assert len(consume(fresh.bootstrap, topic, len(VALUES))) == len(VALUES)


def test_an_unknown_topic_is_not_made(bootstrap: str) -> None:
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": uuid.uuid4().hex})
    consumer.subscribe(["misspelt"])
    (message,) = consumer.consume(1, 10)
    assert message.error() is not None
    consumer.close()
    assert "misspelt" not in AdminClient({"bootstrap.servers": bootstrap}).list_topics(timeout=10).topics


def test_the_broker_is_reachable_on_loopback_only(broker: LocalBroker) -> None:
    host, _, port = broker.bootstrap.partition(":")
    assert host == "127.0.0.1"
    # Another address of the same machine: a listener on all addresses would answer there too.
    with socket.socket() as client:
        assert client.connect_ex(("127.0.0.2", int(port))) != 0


def test_stop_and_start_keep_data_offsets_and_port(tmp_path: Path) -> None:
    local = LocalBroker(tmp_path)
    with local:
        address = local.bootstrap
        topic = make_topic(address)
        produce(address, topic, VALUES)
        assert len(consume(address, topic, len(VALUES), group="g")) == len(VALUES)
    assert not local.alive()
    with LocalBroker(tmp_path) as again:
        assert again.bootstrap == address
        produce(address, topic, [b"new"])
        assert consume(address, topic, 1, group="g") == [b"new"]
        assert len(consume(address, topic, len(VALUES) + 1)) == len(VALUES) + 1
    assert "started" in again.log_path.read_text()


def test_killed_kafka_comes_back_with_its_data(tmp_path: Path) -> None:
    local = LocalBroker(tmp_path)
    with local:
        topic = make_topic(local.bootstrap)
        produce(local.bootstrap, topic, VALUES)
        assert local.pid is not None
        os.kill(local.pid, signal.SIGKILL)
        assert until(lambda: not local.alive())
        local.start()
        assert len(consume(local.bootstrap, topic, len(VALUES))) == len(VALUES)


def test_a_taken_port_is_replaced_and_the_data_stays(tmp_path: Path) -> None:
    with LocalBroker(tmp_path) as local:
        topic = make_topic(local.bootstrap)
        produce(local.bootstrap, topic, VALUES)
        port = int(local.bootstrap.partition(":")[2])
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", port))
        taken.listen()
        with LocalBroker(tmp_path) as moved:
            assert moved.bootstrap != f"127.0.0.1:{port}"
            assert len(consume(moved.bootstrap, topic, len(VALUES))) == len(VALUES)


def test_two_owners_of_one_folder_are_refused(tmp_path: Path) -> None:
    with LocalBroker(tmp_path) as first:
        with pytest.raises(BrokerError, match="another run"):
            LocalBroker(tmp_path).start()
        assert first.alive()


def test_a_bad_setting_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(BrokerError, match=r"Invalid value nonsense .*log\.segment\.bytes") as caught:
        LocalBroker(tmp_path, extra={"log.segment.bytes": "nonsense"}).start()
    assert "\n" not in str(caught.value)


def test_a_heap_that_cannot_be_is_one_line_with_the_log(tmp_path: Path) -> None:
    with pytest.raises(BrokerError, match=r"Too small maximum heap.*kafka\.log") as caught:
        LocalBroker(tmp_path, heap_mb=1).start()
    assert "\n" not in str(caught.value)


OWNER = """
import sys, time
from pathlib import Path
from streams.local.broker import LocalBroker
broker = LocalBroker(Path(sys.argv[1])).start()
if sys.argv[2] == "unguarded":
    broker._process._guard.kill()
print(broker.pid, flush=True)
time.sleep(600)
"""


def kafka_of_a_killed_run(folder: Path, how: str) -> int:
    """Start a Kafka in a process of its own, kill that process, and return the id of its Kafka."""
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(folder), how], stdout=subprocess.PIPE, text=True
    )
    assert owner.stdout is not None
    pid = int(owner.stdout.readline())
    owner.kill()
    owner.wait()
    owner.stdout.close()
    return pid


def test_kafka_ends_with_its_owner(tmp_path: Path) -> None:
    pid = kafka_of_a_killed_run(tmp_path, "guarded")
    assert until(lambda: identify(pid) is None), "Kafka outlived its owner"


def test_a_leftover_is_stopped_by_the_next_start(tmp_path: Path) -> None:
    pid = kafka_of_a_killed_run(tmp_path, "unguarded")
    time.sleep(1)
    assert identify(pid) is not None
    with LocalBroker(tmp_path) as again:
        assert identify(pid) is None
        assert again.alive()
