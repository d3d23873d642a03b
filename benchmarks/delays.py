"""Delays as figures: percentiles of what was seen, how finely it was looked, and what was never seen."""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec


class Delays(msgspec.Struct, frozen=True):
    """Seconds from sent to seen of `seen` markers, and how many were not seen at all (`unseen`).

    The percentiles are over all markers: those unseen count as the longest, so that a percentile which falls among
    them is infinite. `look_s` is the median time between two looks, `look_p99_s` its 99th percentile: no delay is known
    finer.
    """

    what: str
    seen: int
    unseen: int
    p50_s: float
    p99_s: float
    max_s: float
    look_s: float
    look_p99_s: float


def delays(what: str, seconds: Sequence[float], unseen: int, looks_s: Sequence[float]) -> Delays | None:
    """Summarise; None where no marker was sent."""
    if not seconds and not unseen:
        return None
    everything = sorted(seconds) + [math.inf] * unseen
    looks = sorted(looks_s) or [math.inf]
    return Delays(
        what,
        len(seconds),
        unseen,
        round(percentile(everything, 0.5), 4),
        round(percentile(everything, 0.99), 4),
        round(everything[-1], 4),
        round(percentile(looks, 0.5), 4),
        round(percentile(looks, 0.99), 4),
    )


def percentile(ordered: Sequence[float], share: float) -> float:
    """Return the smallest of the ordered values that at least this share of them do not exceed (nearest rank)."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]
