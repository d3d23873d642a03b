"""What the process of the windows tells its worker for the metrics: one line of JSON for each piece of news."""

from __future__ import annotations

from typing import Final

import msgspec

STATS: Final = ("mean", "p50", "p90", "live_p50", "live_p90")
"""The label `stat`: of what was completed in the window, and of what was registered in it (domain, section 3)."""


class WindowNews(msgspec.Struct, gc=False, tag="window"):
    """One running window, in columns, or events that came late; `given_up`: another worker has the windows now.

    Only the elapsed clock. `stats` has, for each of STATS, the seconds of each row; None is no value.
    """

    window: str = ""
    end_s: float = 0.0
    offices: list[str] = []
    directions: list[str] = []
    channels: list[str] = []
    intervals: list[str] = []
    n: list[int] = []
    stats: list[list[float | None]] = []
    late: int = 0
    given_up: bool = False


class DecisionNews(msgspec.Struct, gc=False, tag="decisions"):
    """Verdicts that were not told before: office, direction, channel, interval, verdict, and how many."""

    counts: list[tuple[str | None, str | None, int | None, str, str, int]]


class OutlookNews(msgspec.Struct, gc=False, tag="outlook"):
    """A whole outlook without its roll-ups.

    Office, direction, interval, how many are past their target, and how many are expected to miss it within each
    horizon, in the order of `outlook.HORIZONS_H`.
    """

    rows: list[tuple[str, str, str, int, list[float]]]


News = WindowNews | DecisionNews | OutlookNews

_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[News] = msgspec.json.Decoder(News)


def encode_news(news: News) -> bytes:
    """Write news as one line."""
    return _encoder.encode(news) + b"\n"


def decode_news(line: bytes) -> News:
    """Read one line. Raises msgspec.ValidationError or msgspec.DecodeError where it is none."""
    return _decoder.decode(line)
