"""Sends a feed whose last part is live, and says how far it is and whether it keeps up."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from streams.cli.progress import progress_over
from streams.simulator.arrivals import ZONE
from streams.simulator.delivery import Generated
from streams.simulator.pace import REAL_TIME, Clock, Live, Pace, Pacer

IN_TIME_S = 0.5
"""What comes later than that is called behind."""


Send = Callable[[Iterable[tuple[bytes | None, bytes]], Callable[[int], None]], int]
"""Sends (key, value) pairs, telling their number so far; returns it when all are acknowledged."""


class Way(NamedTuple):
    """How messages get to Kafka."""

    send: Send
    pending: Callable[[], int]
    """How many are sent and not acknowledged."""


def send_live(
    way: Way, feed: Iterable[Generated], pace: Pace, share: Callable[[], float], clock: Clock = REAL_TIME
) -> None:
    """Send a feed in order of arrival: what arrives before the live part at once, then each message at its moment.

    `share` tells how much of the feed is made, from 0 to 1. The live part begins when all before it is acknowledged.
    """
    pacer = Pacer(pace, lambda live: _say(_told(live, way.pending())), clock)
    begin = f"{_local(pace.live_from_us):%Y-%m-%d %H:%M}"
    history = 0
    for is_live, part in groupby(feed, lambda message: message.arrives_us >= pace.live_from_us):
        if is_live:
            _say(
                f"{history:,} messages before {begin} are sent; from there on {pace.times:g} times as fast as they come"
            )
            way.send(_pairs(pacer.run(part)), lambda _: None)
        else:
            with progress_over(f"sending what comes before {begin}", "made", share) as tell:
                history = way.send(_pairs(part), tell)
    if pacer.messages:
        _say(f"{pacer.messages:,} messages were live, the latest {pacer.latest_s:.1f} s behind")
    else:
        _say(f"nothing of this feed comes at {begin} or later: all was sent as fast as it goes")


def _pairs(messages: Iterable[Generated]) -> Iterator[tuple[bytes | None, bytes]]:
    return ((message.key, message.value) for message in messages)


def _told(live: Live, pending: int) -> str:
    late = "in time" if live.behind_s < IN_TIME_S else f"{live.behind_s:.1f} s behind"
    waiting = f", {pending:,} of them not yet taken by Kafka" if pending else ""
    return f"{_local(live.at_us):%Y-%m-%d %H:%M:%S}  {live.messages:,} messages, {late}{waiting}"


def _local(at_us: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(at_us / 1_000_000, ZONE)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
