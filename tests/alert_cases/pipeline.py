"""The pipeline itself: behind, refusing, stalled, losing, down. Steps of a minute."""

from __future__ import annotations

from typing import Any

from alert_cases.case import NOBODY, Case, climb, hold, then

LAG, REJECTS, SINK, GAP = (
    "ReleasePipelineLag",
    "ReleaseRejectsHigh",
    "ReleaseSinkStalled",
    "ReleaseReconciliationGap",
)
DOWN, READY, WINDOWS, BUDGET = (
    "ReleaseWorkerDown",
    "ReleaseWorkerNotReady",
    "ReleaseWindowsStandStill",
    "ReleaseMetricSeriesBudget",
)
NOW = 1_772_420_400  # a Monday morning of event time


def one(metric: str, values: str, instance: str = "a", **labels: str) -> dict[str, str]:
    of = ", ".join(f'{name}="{value}"' for name, value in {**labels, "instance": instance}.items())
    return {f"{metric}{{{of}}}": values}


def up(values: str, instance: str = "a") -> dict[str, str]:
    return one("up", values, instance, job="release-monitor")


def events(values: str) -> dict[str, str]:
    return one("release_events_total", values, source="VNACCS", event_type="REGISTERED")


def rejected(values: str) -> dict[str, str]:
    return one("release_rejected_total", values, reason="broken_json")


def clock(steps: int) -> dict[str, str]:
    return one("release_clock_timestamp_seconds", climb(NOW, 60, steps))


def working(value: float, steps: int) -> dict[str, str]:
    return one("release_office_working", hold(value, steps), office="27F1")


def alarm(severity: str, **labels: str) -> list[dict[str, str]]:
    return [{"severity": severity, **labels}]


def told(alert: str, name: str, series: dict[str, str], firing: dict[str, Any], step: str = "1m") -> Case:
    return Case(name, alert, series, firing, ("shared", "pipeline"), step)


def lag(values: str, topic: str = "declaration-events", **of: str) -> dict[str, str]:
    return one("release_lag_events", values, topic=topic, partition="0", **of)


BEHIND = alarm("page", signal="messages", topic="declaration-events")

CASES = [
    told(
        LAG,
        "30,000 messages behind for ten minutes: page",
        lag(then(hold(0, 5), hold(30_000, 25))),
        {"14m": NOBODY, "16m": BEHIND, "29m": BEHIND},
    ),
    told(
        LAG,
        "packs are counted apart: a hundred of them are too many",
        lag(hold(100, 30), topic="release-monitor-packed"),
        {"29m": alarm("page", signal="messages", topic="release-monitor-packed")},
    ),
    told(
        LAG,
        "innocent: a back-fill that is done in eight minutes",
        lag(then(hold(60_000, 8), hold(0, 22))),
        {"7m": NOBODY, "12m": NOBODY, "29m": NOBODY},
    ),
    told(
        LAG,
        "innocent: two workers say the same 12,000",
        {**lag(hold(12_000, 30)), **lag(hold(12_000, 30), instance="b")},
        {"29m": NOBODY},
    ),
    told(
        LAG,
        # Events come, but one partition gets none: the watermark stands.
        "the watermark stands while an office works: ticket",
        {
            **clock(120),
            **working(1, 120),
            **events(climb(0, 10, 120)),
            **one("release_watermark_timestamp_seconds", hold(NOW - 60, 120)),
        },
        {"59m": NOBODY, "119m": alarm("ticket", signal="watermark")},
    ),
    told(
        LAG,
        "innocent: a night, in which a late message or two comes",
        {
            **clock(120),
            **working(0, 120),
            **events(climb(0, 0.05, 120)),
            **one("release_watermark_timestamp_seconds", hold(NOW - 60, 120)),
        },
        {"119m": NOBODY},
    ),
    told(
        REJECTS,
        "one in ten is refused: ticket",
        {**events(climb(0, 90, 60)), **rejected(then(hold(0, 20), climb(0, 10, 40)))},
        {"19m": NOBODY, "59m": alarm("ticket", signal="share")},
    ),
    told(
        REJECTS,
        "innocent: one in two hundred is refused",
        {**events(climb(0, 199, 60)), **rejected(climb(0, 1, 60))},
        {"59m": NOBODY},
    ),
    told(
        REJECTS,
        "innocent: low traffic, three of six are refused",
        {**events(climb(0, 0.2, 60)), **rejected(climb(0, 0.2, 60))},
        {"59m": NOBODY},
    ),
    told(
        REJECTS,
        # A million were accepted.
        "a burst: page, and no ticket beside it",
        {**events(climb(0, 70_000, 30)), **rejected(then(hold(0, 10), climb(300, 300, 20)))},
        {"9m": NOBODY, "29m": alarm("page", signal="burst")},
    ),
    told(
        REJECTS,
        # 40,000 were refused in its first life.
        "innocent: a restart of the worker begins to count at 0",
        {**events(climb(0, 90, 60)), **rejected(then(hold(40_000, 30), hold(0, 30)))},
        {"31m": NOBODY, "40m": NOBODY, "59m": NOBODY},
    ),
    told(
        SINK,
        "ClickHouse takes nothing for two minutes: page",
        {
            **one("release_sink_stalled", then(hold(0, 5), hold(1, 10))),
            **one("release_sink_stalled", hold(0, 15), instance="b"),
        },
        {"4m": NOBODY, "6m": NOBODY, "7m": alarm("page")},
    ),
    told(
        SINK,
        "innocent: a hiccup of a minute",
        one("release_sink_stalled", then(hold(0, 5), hold(1, 1), hold(0, 9))),
        {"5m": NOBODY, "7m": NOBODY, "14m": NOBODY},
    ),
    told(
        GAP,
        "5,000 messages without an outcome, and not fewer: page",
        {
            **events(climb(0, 100, 60)),
            **one("release_reconciliation_gap_events", then(hold(0, 10), hold(5_000, 50))),
        },
        {"29m": NOBODY, "59m": alarm("page", signal="growing")},
    ),
    told(
        GAP,
        # A hundred thousand after an outage, 1,500 fewer each minute.
        "innocent: the gap is falling",
        {**events(climb(0, 100, 60)), **one("release_reconciliation_gap_events", climb(100_000, -1_500, 60))},
        {"40m": NOBODY, "59m": NOBODY},
    ),
    told(
        GAP,
        # 200,000 messages a minute; 8,000 on their way are the work of 2.4 seconds.
        "innocent: a busy feed, of which some is always on its way",
        {**events(climb(0, 200_000, 60)), **one("release_reconciliation_gap_events", hold(8_000, 60))},
        {"59m": NOBODY},
    ),
    told(
        GAP,
        # Nothing arrives any more, and one message has had no outcome for hours.
        "one message is lost: ticket after six hours",
        {
            **events(hold(9_000, 90)),
            **one("release_reconciliation_gap_events", then(hold(0, 3), hold(1, 87))),
        },
        {"370m": NOBODY, "445m": alarm("ticket", signal="remaining")},
        step="5m",
    ),
    told(
        GAP,
        "innocent: two workers say the same, and it is 0 now and then",
        {
            **events(climb(0, 100, 60)),
            **one("release_reconciliation_gap_events", " ".join([hold(900, 5), hold(0, 5)] * 6)),
            **one(
                "release_reconciliation_gap_events", " ".join([hold(900, 5), hold(0, 5)] * 6), instance="b"
            ),
        },
        {"59m": NOBODY},
    ),
    told(
        DOWN,
        "the only worker does not answer: page",
        up(then(hold(1, 5), hold(0, 10))),
        {"4m": NOBODY, "6m": NOBODY, "7m": alarm("page", signal="all", job="release-monitor")},
    ),
    told(
        DOWN,
        "no worker is known: page",
        {"something_else": hold(1, 15)},
        {"14m": alarm("page", signal="all", job="release-monitor")},
    ),
    told(
        DOWN,
        "one of two does not answer: ticket",
        {**up(hold(1, 15)), **up(then(hold(1, 5), hold(0, 10)), "b")},
        {"9m": NOBODY, "14m": alarm("ticket", signal="one", job="release-monitor", instance="b")},
    ),
    told(
        DOWN,
        "innocent: a restart of one minute",
        up(then(hold(1, 5), hold(0, 1), hold(1, 9))),
        {"5m": NOBODY, "7m": NOBODY, "14m": NOBODY},
    ),
    told(
        READY,
        "a worker is not ready for five minutes: ticket",
        {
            **one("release_worker_ready", hold(0, 10)),
            **one("release_worker_ready", hold(1, 10), instance="b"),
        },
        {"4m": NOBODY, "6m": alarm("ticket", instance="a")},
    ),
    told(
        READY,
        "innocent: a start that takes three minutes",
        one("release_worker_ready", then(hold(0, 3), hold(1, 7))),
        {"2m": NOBODY, "6m": NOBODY, "9m": NOBODY},
    ),
    told(
        WINDOWS,
        # Events go on, the running window does not.
        "the running window ends a quarter of an hour before the latest event: ticket",
        {
            **clock(60),
            **events(climb(0, 100, 60)),
            **one("release_last_event_timestamp_seconds", climb(NOW, 60, 60), source="VNACCS", office="27F1"),
            **one("release_window_end_timestamp_seconds", hold(NOW + 60, 60), window="1h"),
        },
        {"15m": NOBODY, "29m": alarm("ticket")},
    ),
    told(
        WINDOWS,
        "no worker computes windows: ticket",
        {**clock(30), **events(climb(0, 100, 30))},
        {"29m": alarm("ticket")},
    ),
    told(
        WINDOWS,
        "innocent: a night, in which event time holds",
        {
            **clock(60),
            **events(hold(900, 60)),
            **one("release_last_event_timestamp_seconds", hold(NOW, 60), source="VNACCS", office="27F1"),
            **one("release_window_end_timestamp_seconds", hold(NOW + 60, 60), window="1h"),
        },
        {"29m": NOBODY, "59m": NOBODY},
    ),
    told(
        WINDOWS,
        # One source has a clock that is seven hours fast.
        "innocent: an event from the future",
        {
            **clock(60),
            **events(climb(0, 100, 60)),
            **one("release_last_event_timestamp_seconds", climb(NOW, 60, 60), source="VNACCS", office="27F1"),
            **one(
                "release_last_event_timestamp_seconds", hold(NOW + 25_200, 60), source="ETAX", office="27F1"
            ),
            **one("release_window_end_timestamp_seconds", climb(NOW + 60, 60, 60), window="1h"),
        },
        {"59m": NOBODY},
    ),
    told(
        BUDGET,
        "95 % of the budget: ticket",
        {
            **one("release_metric_series", hold(47_500, 30)),
            **one("release_metric_series_budget", hold(50_000, 30)),
        },
        {"14m": NOBODY, "16m": alarm("ticket", instance="a")},
    ),
    told(
        BUDGET,
        "innocent: half of the budget in each of two workers",
        {
            **one("release_metric_series", hold(25_000, 30)),
            **one("release_metric_series_budget", hold(50_000, 30)),
            **one("release_metric_series", hold(25_000, 30), instance="b"),
            **one("release_metric_series_budget", hold(50_000, 30), instance="b"),
        },
        {"29m": NOBODY},
    ),
]
