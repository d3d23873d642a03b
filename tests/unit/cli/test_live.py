"""Sending a feed whose last part is live: what goes when, and what is said."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from streams.cli.live import Way, send_live
from streams.simulator.delivery import Generated
from streams.simulator.pace import Clock, Pace

NINE = 1_773_194_400_000_000  # 09:00 on 2026-03-11 in Viet Nam
Pairs = Iterable[tuple[bytes | None, bytes]]


class Log:
    """Takes what is sent, with the second at which it is; the time goes on only when somebody waits."""

    def __init__(self) -> None:
        self.at_s = 0.0
        self.sent: list[list[tuple[bytes, float]]] = []
        self.clock = Clock(lambda: self.at_s, self.wait)

    def wait(self, seconds: float) -> None:
        self.at_s += seconds

    def send(self, pairs: Pairs, tell: Callable[[int], None]) -> int:
        part: list[tuple[bytes, float]] = []
        self.sent.append(part)
        for _, value in pairs:
            part.append((value, self.at_s))
            tell(len(part))
        return len(part)


def message(seconds: int) -> Generated:
    return Generated(b"key", b"%d" % seconds, None, NINE + seconds * 1_000_000)


def test_what_is_before_goes_at_once_and_the_rest_when_it_is_due(capsys: pytest.CaptureFixture[str]) -> None:
    log = Log()
    feed = [message(seconds) for seconds in (-7_200, -1, 0, 30, 750)]
    send_live(Way(log.send, lambda: 0), feed, Pace(NINE, 60), lambda: 0.5, log.clock)
    assert log.sent == [[(b"-7200", 0), (b"-1", 0)], [(b"0", 0), (b"30", 0.5), (b"750", 12.5)]]
    assert capsys.readouterr().err.splitlines() == [
        "2 messages before 2026-03-11 09:00 are sent; from there on 60 times as fast as they come",
        "2026-03-11 09:10:00  2 messages, in time",
        "3 messages were live, the latest 0.0 s behind",
    ]


def test_what_kafka_does_not_take_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    log = Log()
    send_live(Way(log.send, lambda: 2), [message(0), message(15)], Pace(NINE, 1), lambda: 1.0, log.clock)
    said = capsys.readouterr().err.splitlines()
    assert said[1] == "2026-03-11 09:00:10  1 messages, in time, 2 of them not yet taken by Kafka"


def test_a_feed_that_is_over_before_is_said_to_be_so(capsys: pytest.CaptureFixture[str]) -> None:
    log = Log()
    send_live(Way(log.send, lambda: 0), [message(-10), message(-5)], Pace(NINE, 1), lambda: 1.0, log.clock)
    assert log.sent == [[(b"-10", 0), (b"-5", 0)]]
    assert capsys.readouterr().err.splitlines() == [
        "nothing of this feed comes at 2026-03-11 09:00 or later: all was sent as fast as it goes"
    ]
