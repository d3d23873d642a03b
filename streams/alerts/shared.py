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


def shared(pace: Pace) -> Group:
    """Return the group.

    Gauges of the whole store are the same from every worker, so the greatest is taken, not the sum; of a silence the
    least: the worker that heard from the office last. Two hours of having worked bridge the break at noon.
    """
    return Group(
        "release-monitor-shared",
        pace.every("30s"),
        (
            Record(WORKING, "max by (office) (release_office_working)"),
            Record(WORKED_LATELY, f"max_over_time({WORKING}[{pace('2h')}])"),
            Record(ANYBODY_WORKING, "max(release_office_working)"),
            Record(SILENCE, "min by (office) (release_feed_silence_seconds)"),
            Record(SILENCE_LIMIT, "max by (office) (release_feed_silence_limit_seconds)"),
            Record(OPEN, "sum by (office) (max without (instance) (release_open_declarations))"),
            Record(
                OPEN_IN_STAGE,
                "sum by (office, stage, waiting_on) (max without (instance) (release_open_declarations))",
            ),
            Record(
                STUCK,
                "sum by (office, stage, waiting_on) (max without (instance) (release_stuck_declarations))",
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
