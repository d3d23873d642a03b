"""A silent office, and a feed that has stopped. Steps of five minutes: an hour has 12."""

from __future__ import annotations

from typing import Any

from alert_cases.case import NOBODY, Case, absent, climb, hold, then

SILENT, STOPPED = "ReleaseFeedSilent", "ReleaseFeedStopped"
PAGE = [{"severity": "page", "office": "27B1"}]
STOP = [{"severity": "page"}]


def silence(values: str, instance: str = "a", office: str = "27B1") -> dict[str, str]:
    return {f'release_feed_silence_seconds{{office="{office}", instance="{instance}"}}': values}


def limit(hours: float, steps: int, office: str = "27B1") -> dict[str, str]:
    return {
        f'release_feed_silence_limit_seconds{{office="{office}", instance="a"}}': hold(hours * 3_600, steps)
    }


def working(values: str, office: str = "27B1") -> dict[str, str]:
    return {f'release_office_working{{office="{office}", instance="a"}}': values}


def events(values: str, instance: str = "a") -> dict[str, str]:
    return {
        f'release_events_total{{source="VNACCS", event_type="REGISTERED", instance="{instance}"}}': values
    }


def silent(name: str, series: dict[str, str], firing: dict[str, Any]) -> Case:
    return Case(name, SILENT, series, firing, ("shared", "feed"), step="5m")


def stopped(name: str, series: dict[str, str], firing: dict[str, Any]) -> Case:
    return Case(name, STOPPED, series, firing, ("shared", "feed"), step="5m")


CASES = [
    silent(
        # One minute of working time a minute; two hours are over at minute 120.
        "two working hours without an event: page five minutes later",
        {**silence(climb(0, 300, 36)), **limit(2, 36), **working(hold(1, 36))},
        {"120m": NOBODY, "125m": NOBODY, "130m": PAGE, "175m": PAGE},
    ),
    silent(
        # Minutes  0 ... works ... 60 ... night, in which no working time passes ... 400
        "innocent: a night, with an hour of silence before it",
        {
            **silence(then(climb(0, 300, 12), hold(3_600, 68))),
            **limit(2, 80),
            **working(then(hold(1, 12), hold(0, 68))),
        },
        {"200m": NOBODY, "395m": NOBODY},
    ),
    silent(
        # The worker learns of the silence in the night only, from events that came late.
        "never begins in the night",
        {
            **silence(then(hold(0, 12), hold(10_000, 24))),
            **limit(2, 36),
            **working(hold(0, 36)),
        },
        {"100m": NOBODY, "175m": NOBODY},
    ),
    silent(
        "innocent: a holiday",
        {**silence(hold(0, 36)), **limit(2, 36), **working(hold(0, 36))},
        {"100m": NOBODY, "175m": NOBODY},
    ),
    silent(
        # Minutes  0 .. works, silent since long .. 60 .. noon .. 150 .. works .. 200, and at 220 an event
        "does not end at noon, but with the first event",
        {
            **silence(then(hold(8_000, 44), hold(0, 6))),
            **limit(2, 50),
            **working(then(hold(1, 12), hold(0, 18), hold(1, 20))),
        },
        {"55m": PAGE, "100m": PAGE, "145m": PAGE, "215m": PAGE, "220m": NOBODY},
    ),
    silent(
        # Worker b has had no event of 27B1 for days: its declarations are on the partitions of worker a.
        "innocent: two workers, and only one hears of the office",
        {
            **silence(hold(600, 12)),
            **silence(hold(90_000, 12), instance="b"),
            **limit(2, 12),
            **working(hold(1, 12)),
        },
        {"30m": NOBODY, "55m": NOBODY},
    ),
    silent(
        # Both are silent for three hours.
        "each office by its own limit",
        {
            **silence(hold(10_800, 6)),
            **silence(hold(10_800, 6), office="27ZZ"),
            **limit(2, 6),
            **limit(8, 6, office="27ZZ"),
            **working(hold(1, 6)),
            **working(hold(1, 6), office="27ZZ"),
        },
        {"25m": PAGE},
    ),
    silent(
        # The other office works, 27B1 does not.
        "innocent: another office works",
        {
            **silence(hold(10_800, 6)),
            **limit(2, 6),
            **working(hold(0, 6)),
            **working(hold(1, 6), office="27F1"),
        },
        {"25m": NOBODY},
    ),
    stopped(
        # Events until minute 60.
        "a quarter of an hour without any event in working hours: page five minutes later",
        {**events(then(climb(0, 100, 12), hold(1_100, 12))), **working(hold(1, 24))},
        {"55m": NOBODY, "70m": NOBODY, "75m": STOP, "115m": STOP},
    ),
    stopped(
        # An office that works round the clock may be silent for 6 hours at night; its last event is of minute 60.
        "innocent: the only office that works is often quiet, and is for 40 minutes",
        {
            **events(then(climb(0, 100, 12), hold(1_100, 8), climb(1_200, 100, 4))),
            **silence(then(hold(0, 12), climb(300, 300, 8), hold(0, 4))),
            **limit(6, 24),
            **working(hold(1, 24)),
        },
        {"75m": NOBODY, "95m": NOBODY, "115m": NOBODY},
    ),
    stopped(
        # Minutes  0 .. 27B1 works .. 60 silence .......... from 100 on 27F1 works too, heard of just before its night
        "an office that is often quiet is missed after an eighth of its limit; another one's morning does not end it",
        {
            **events(then(climb(0, 100, 12), hold(1_100, 24))),
            **silence(then(hold(0, 12), climb(300, 300, 24))),
            **silence(then(hold(60, 20), climb(360, 300, 16)), office="27F1"),
            **limit(4, 36),
            **limit(2, 36, office="27F1"),
            **working(hold(1, 36)),
            **working(then(hold(0, 20), hold(1, 16)), office="27F1"),
        },
        {"85m": NOBODY, "95m": STOP, "100m": STOP, "110m": STOP, "175m": STOP},
    ),
    stopped(
        "innocent: nobody works, so nothing arrives",
        {**events(hold(5_000, 24)), **working(hold(0, 24))},
        {"60m": NOBODY, "115m": NOBODY},
    ),
    stopped(
        # Minutes  0 .. works .. 60 .. noon .. 150 .. works; the first event at 165
        "innocent: the first minutes after the break at noon",
        {
            **events(then(climb(0, 100, 12), hold(1_100, 21), climb(1_200, 100, 7))),
            **working(then(hold(1, 12), hold(0, 18), hold(1, 10))),
        },
        {"145m": NOBODY, "160m": NOBODY, "165m": NOBODY, "195m": NOBODY},
    ),
    stopped(
        # Stops at 40; at 60 the evening begins; at 200 the source is repaired.
        "does not end in the evening, but with the first event",
        {
            **events(then(climb(0, 100, 8), hold(700, 32), climb(800, 100, 4))),
            **working(then(hold(1, 13), hold(0, 31))),
        },
        {"60m": STOP, "190m": STOP, "205m": NOBODY},
    ),
    stopped(
        "innocent: low traffic, an event every ten minutes",
        {**events(" ".join(hold(count, 2) for count in range(12))), **working(hold(1, 24))},
        {"60m": NOBODY, "115m": NOBODY},
    ),
    stopped(
        "innocent: a restart of the worker begins to count at 0",
        {**events(then(climb(9_000, 100, 12), climb(0, 100, 12))), **working(hold(1, 24))},
        {"60m": NOBODY, "75m": NOBODY, "115m": NOBODY},
    ),
    stopped(
        # Prometheus was started at minute 100.
        "innocent: missing history",
        {**events(then(absent(20), climb(7_000, 2.5, 4))), **working(then(absent(20), hold(1, 4)))},
        {"100m": NOBODY, "110m": NOBODY, "115m": NOBODY},
    ),
]
