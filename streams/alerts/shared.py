"""Series that boards and several alerts ask for: who works now, whose feed is silent, what is open."""

from __future__ import annotations

from streams.alerts.catalogue import Group, Record
from streams.alerts.pace import Pace

WORKING = "office:release_office_working:max"
WORKED_LATELY = "office:release_office_working:max2h"
ANYBODY_WORKING = "all:release_office_working:max"
SILENCE = "office:release_feed_silence_seconds:min"
SILENCE_LIMIT = "office:release_feed_silence_limit_seconds:max"
OPEN = "office:release_open_declarations:sum"
OPEN_IN_STAGE = "office_stage_waiting_on:release_open_declarations:sum"
STUCK = "office_stage_waiting_on:release_stuck_declarations:sum"
INPUT = "all:release_input_messages:increase15m"


def latest(series: str, pace: Pace) -> str:
    """Return a gauge as it was last told, in the last two minutes.

    A scrape that fails, or a worker that is started anew, would else take it away for a moment, and every alert on it
    would begin to wait from its beginning.
    """
    return f"last_over_time({series}[{pace.at_least('2m', '10s')}])"


def firing(alert: str) -> str:
    """Return the series that Prometheus itself keeps of an alert that fires."""
    return f'ALERTS{{alertname="{alert}", alertstate="firing"}}'


def shared(pace: Pace) -> Group:
    """Return the group.

    Gauges of the whole store are the same from every worker, so the greatest is taken, not the sum; of a silence the
    least: the worker that heard from the office last. Two hours of having worked bridge the break at noon.
    """
    working, silence, limit, opened, stuck = (
        latest(f"release_{name}", pace)
        for name in (
            "office_working",
            "feed_silence_seconds",
            "feed_silence_limit_seconds",
            "open_declarations",
            "stuck_declarations",
        )
    )
    return Group(
        "release-monitor-shared",
        pace.every("30s"),
        (
            Record(WORKING, f"max by (office) ({working})"),
            Record(WORKED_LATELY, f"max_over_time({WORKING}[{pace('2h')}])"),
            Record(ANYBODY_WORKING, f"max({working})"),
            Record(SILENCE, f"min by (office) ({silence})"),
            Record(SILENCE_LIMIT, f"max by (office) ({limit})"),
            Record(OPEN, f"sum by (office) (max without (instance) ({opened}))"),
            Record(
                OPEN_IN_STAGE,
                f"sum by (office, stage, waiting_on) (max without (instance) ({opened}))",
            ),
            Record(
                STUCK,
                f"sum by (office, stage, waiting_on) (max without (instance) ({stuck}))",
            ),
            Record(
                INPUT,
                " + ".join(
                    f"(sum(increase({counter}[{pace('15m')}])) or vector(0))"
                    for counter in (
                        "release_events_total",
                        "release_duplicate_events_total",
                        "release_rejected_total",
                    )
                ),
            ),
        ),
    )
