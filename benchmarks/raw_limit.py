"""The limit: consume with confluent-kafka in lists, as its documentation shows, and decode every value.

Says on standard output `begun` when it has its first messages and `done N` when all N are decoded.
"""

from __future__ import annotations

from confluent_kafka import Consumer, KafkaException

from benchmarks.message import TOPIC, Job, decode


def main() -> None:
    """Read the topic from its beginning until all messages are decoded."""
    job = Job.of_environment()
    consumer = Consumer(
        {
            "bootstrap.servers": job.bootstrap,
            "group.id": "benchmark-limit",
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
        }
    )
    consumer.subscribe([TOPIC])
    seen = 0
    try:
        while seen < job.events:
            messages = consumer.consume(num_messages=1000, timeout=1.0)
            if seen == 0 and messages:
                print("begun", flush=True)
            for message in messages:
                if message.error():
                    raise KafkaException(message.error())
                decode(message.value() or b"")
            seen += len(messages)
        print("done", seen, flush=True)
    finally:
        consumer.close()


if __name__ == "__main__":
    main()
