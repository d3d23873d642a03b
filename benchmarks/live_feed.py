"""A live feed at a given rate: everything that it sends happens now. Markers among it are said with their moment.

Run as `python -m benchmarks.live_feed`; it ends when standard input closes. The lives of a day are sent in their order,
as fast as the rate says, each message with the present time, so a declaration is registered now and released soon
after. What is repeated on purpose in the made messages is left out: at another time it would be another event.

A marker is a declaration of the office MARKED, which nothing else belongs to: registered, assigned to channel 1 and
cleared in this very moment. Markers are numbered from 1 in the order of sending, so that a count of that office says
which of them are in it. On standard output, one line each: `begun`; `marker NUMBER KEY NANOSECONDS MILLISECONDS`, by
the monotonic clock just before it was handed to the producer, and when it was cleared, since the epoch; `sent N` every
second.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
import threading
import time
from collections.abc import Iterator
from typing import Final, NamedTuple

import msgspec
from confluent_kafka import Producer

from benchmarks.endless import Blank, Sending, blank_of, blanks_of, endless, stamp
from benchmarks.events import Message, one_day
from benchmarks.message import DeclarationEvent, decode
from streams.kafka.config import producer_config
from streams.kafka.topics import EVENTS
from streams.settings import Settings

MARKED: Final = "27B1"
_ANOTHER: Final = "27F1"
_TICK_S: Final = 0.005
_LONGEST_QUEUE: Final = 50_000
_MARKER_STEPS: Final = ("REGISTERED", "CHANNEL_ASSIGNED", "CLEARED")
_SEED: Final = 11


class LiveJob(msgspec.Struct, frozen=True):
    """What the feed is asked to do; it comes in the environment. Rates are a second."""

    bootstrap: str
    rate: float
    markers: float

    def environment(self) -> dict[str, str]:
        """Return the variables that carry it."""
        return {
            "BENCH_BOOTSTRAP": self.bootstrap,
            "BENCH_RATE": str(self.rate),
            "BENCH_MARKERS": str(self.markers),
        }

    @classmethod
    def of_environment(cls) -> LiveJob:
        """Read it back."""
        return cls(
            os.environ["BENCH_BOOTSTRAP"], float(os.environ["BENCH_RATE"]), float(os.environ["BENCH_MARKERS"])
        )


class Lives(NamedTuple):
    """What the feed is made of: messages of the load, and the steps of a marker's life."""

    load: list[Blank]
    marker: list[Blank]


def lives_of(day: list[tuple[dt.datetime, Message]]) -> Lives:
    """Part a day's messages: the load without repeats and without the marked office; the steps of one marked life.

    Raises ValueError when no declaration among them can be a marker: imported, channel 1.
    """
    told: set[bytes] = set()
    load: list[tuple[dt.datetime, Message]] = []
    lives: dict[str, list[tuple[DeclarationEvent, Message]]] = {}
    for sent, message in day:
        if message.value in told:
            continue
        told.add(message.value)
        load.append((sent, _of_office(message, MARKED, _ANOTHER)))
        event = decode(message.value)
        if event.event_type in _MARKER_STEPS and event.revision == 0:
            lives.setdefault(event.declaration_key, []).append((event, message))
    for steps in lives.values():
        attrs = [event.attrs or {} for event, _ in steps]
        plain = len(steps) == len(_MARKER_STEPS) and any(one.get("channel") == 1 for one in attrs)
        if plain and attrs[0]["direction"] == "import":
            return Lives(blanks_of(load), [blank_of(_marked(message)) for _, message in steps])
    raise ValueError("no declaration among these can be a marker")


def _of_office(message: Message, old: str, new: str) -> Message:
    return Message(
        message.key, message.value.replace(b'"office":"%b"' % old.encode(), b'"office":"%b"' % new.encode())
    )


def _marked(message: Message) -> Message:
    """Return a message of the marked office, under a key that the load does not have."""
    key = b"20" + message.key[2:]
    office = decode(message.value).attrs or {}
    moved = _of_office(message, str(office["office"]), MARKED)
    return Message(key, moved.value.replace(b'":"%b' % message.key, b'":"%b' % key))


class Feed:
    """Sends; `tick` is called every few milliseconds, with the seconds since the beginning."""

    def __init__(self, producer: Producer, lives: Lives, job: LiveJob) -> None:
        self._producer = producer
        self._load: Iterator[Sending] = endless(lives.load)
        self._marker = lives.marker
        self._job = job
        self.sent = self.markers = 0

    def tick(self, elapsed_s: float) -> None:
        """Send what is due by now: load first, then markers."""
        now = stamp(dt.datetime.now(dt.UTC))
        for _ in range(int(elapsed_s * self._job.rate) - self.sent):
            sending = next(self._load)
            self._send(sending.blank.filled(sending.day, now, now))
            self.sent += 1
        for _ in range(int(elapsed_s * self._job.markers) - self.markers):
            self.markers += 1
            self._mark()

    def _mark(self) -> None:
        now = dt.datetime.now(dt.UTC)
        at = stamp(now)
        messages = [blank.filled(self.markers, at, at) for blank in self._marker]
        moment = time.monotonic_ns()
        for message in messages:
            self._send(message)
        milliseconds = int(now.timestamp() * 1000)
        print("marker", self.markers, messages[0].key.decode(), moment, milliseconds, flush=True)

    def _send(self, message: Message) -> None:
        self._producer.produce(EVENTS, key=message.key, value=message.value)


def _until_stdin_closes(ended: threading.Event) -> None:
    sys.stdin.read()
    ended.set()


def main() -> None:
    """Feed until standard input closes."""
    job = LiveJob.of_environment()
    lives = lives_of(one_day(seed=_SEED))
    ended = threading.Event()
    threading.Thread(target=_until_stdin_closes, args=(ended,), daemon=True).start()
    settings = Settings(kafka_bootstrap_servers=job.bootstrap)
    producer = Producer(
        producer_config(settings) | {"queue.buffering.max.messages": 2 * _LONGEST_QUEUE, "linger.ms": 50}
    )
    feed = Feed(producer, lives, job)
    print("begun", flush=True)
    begin = said = time.monotonic()
    while not ended.wait(_TICK_S):
        now = time.monotonic()
        if len(producer) < _LONGEST_QUEUE:
            feed.tick(now - begin)
        producer.poll(0)
        if now - said >= 1.0:
            said = now
            print("sent", feed.sent, flush=True)
    producer.flush(10)
    print("sent", feed.sent, flush=True)


if __name__ == "__main__":
    main()
