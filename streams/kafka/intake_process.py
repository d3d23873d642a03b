"""The intake as a process of its own, so that judging messages and folding them use two cores.

Run as `python -m streams.kafka.intake_process` by a worker. It writes a line for each sign of life to standard output
and ends when standard input closes, so it never outlives the worker.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
import time

from confluent_kafka import KafkaException

from streams.kafka.intake import DeliveryError, Intake
from streams.kafka.topics import TopicError
from streams.settings import Settings


def main() -> int:
    """Run one intake until standard input closes; exit code 1 with one line on standard error when it can't go on."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the worker decides when it is time
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    threading.Thread(target=_until_worker_is_gone, args=(stop,), daemon=True).start()
    gc.freeze()
    gc.set_threshold(
        200_000, 50, 100
    )  # events hold no cycles, there is nothing to look for among thousands of them
    last = 0.0
    read = 0

    def beat(messages: int) -> None:
        nonlocal last, read
        read += messages
        now = time.monotonic()
        if now - last >= 0.5:
            last = now
            print(read, flush=True)

    try:
        Intake(Settings()).run(beat, stop.is_set)
    except (KafkaException, DeliveryError, TopicError) as error:
        print(f"error: intake: {error}", file=sys.stderr, flush=True)
        return 1
    except BrokenPipeError:
        return 0
    return 0


def _until_worker_is_gone(stop: threading.Event) -> None:
    while sys.stdin.readline():
        pass
    stop.set()
    time.sleep(5)
    os._exit(0)  # stuck in a call to a broker that is gone, with nobody left to wait for


if __name__ == "__main__":
    raise SystemExit(main())
