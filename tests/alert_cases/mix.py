"""Channels of a day against four weeks.

But for one case the hourly increases are given, and rules evaluated once a day: reading 29 days of a counter takes
promtool seconds.
"""

from __future__ import annotations

from typing import Any

from alert_cases.case import NOBODY, Case, absent, climb, hold, then

MIX = "ReleaseChannelMixShift"
DAYS, WEEKS = 3, 29
AT, EARLIER = f"{(WEEKS + 2) * 24}h", f"{(WEEKS - 1) * 24}h"
"""Two days after the mix changed, and a day before."""

HOURLY = 'office_direction_channel:release_channel_assigned:increase1h{office="27F1", direction="import"'
COUNTER = 'release_channel_assigned_total{office="27F1", direction="import", instance="a"'

Channels = tuple[float, float, float]
"""Green, yellow and red declarations an hour."""

USUAL = (5.5, 4.0, 0.5)


def shifted(channel: str) -> dict[str, str]:
    return {"severity": "ticket", "office": "27F1", "direction": "import", "channel": channel}


def told(name: str, before: Channels, now: Channels, firing: dict[str, Any], days: int = WEEKS) -> Case:
    """So many days as before, and then as now."""
    unknown = (WEEKS - days) * 24
    series = {
        f'{HOURLY}, channel="{channel}"}}': then(
            *([absent(unknown)] if unknown else []), hold(was, days * 24), hold(is_, DAYS * 24)
        )
        for channel, was, is_ in zip("123", before, now, strict=True)
    }
    return Case(name, MIX, series, firing, ("mix",), step="1h", evaluated="1d")


CASES = [
    told(
        "red 5 % for weeks, 15 % in a day: ticket for red, none for yellow",
        USUAL,
        (4.5, 4, 1.5),
        {EARLIER: NOBODY, AT: [shifted("3")]},
    ),
    told("red disappears, which is a shift, too", (11, 8, 1), (12, 8, 0), {AT: [shifted("3")]}),
    told("innocent: twice as many as ever, in the same mix", USUAL, (11, 8, 1), {AT: NOBODY}),
    told("innocent: red 5 % becomes 7 %", (55, 40, 5), (54, 39, 7), {AT: NOBODY}),
    told("innocent: low traffic, 48 in a day, 7 of them red", (2.2, 1.6, 0.2), (1, 0.7, 0.3), {AT: NOBODY}),
    told("innocent: missing history, three days of it", USUAL, (4.5, 4, 1.5), {AT: NOBODY}, days=3),
    Case(
        # Six days as ever; then red 15 %. In the middle of the second day of it the worker begins to count at 0.
        "counters, over a restart of the worker",
        MIX,
        {
            f'{COUNTER}, channel="{channel}"}}': then(
                climb(0, was, 144), climb(was * 143 + now, now, 36), climb(0, now, 12)
            )
            for channel, was, now in zip("123", (11, 8, 1), (9, 8, 3), strict=True)
        },
        {"140h": NOBODY, "170h": [shifted("3")], "185h": [shifted("3")]},
        ("mix",),
        step="1h",
    ),
    Case(
        "innocent: a restart of the worker",
        MIX,
        {
            f'{COUNTER}, channel="{channel}"}}': then(climb(0, hourly, 144), climb(0, hourly, 24))
            for channel, hourly in zip("123", (11, 8, 1), strict=True)
        },
        {"146h": NOBODY, "167h": NOBODY},
        ("mix",),
        step="1h",
    ),
]
