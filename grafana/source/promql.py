"""What boards ask of Prometheus: how metrics are put together over workers, and against which clock ages run.

Gauges that every worker tells alike are taken once, by naming all their labels: `max by (office, ...)`, not a sum over
workers. Ages are against the clock of the feed, which a replay has too; `time()` is nowhere.
"""

from __future__ import annotations

from typing import Final

CLOCK: Final = "scalar(max(release_clock_timestamp_seconds))"

OFFICE: Final = 'office=~"${office:regex}"'
PLACE: Final = f'{OFFICE},direction=~"$direction.*"'
CELL: Final = f'{PLACE},channel=~"$channel.*"'
"""Selected offices, direction and channel, of metrics without a roll-up (see `variables`)."""

ROLLED: Final = f'{OFFICE},direction=~"$direction",channel=~"$channel"'
"""The same of gauges of windows, which have a roll-up `all` of directions and channels."""

_STAGES: Final = "office, direction, channel, stage, waiting_on"


def counted(metric: str, by: str, where: str, labels: str = _STAGES) -> str:
    """Add up a gauge that every worker tells alike. `labels` are all labels of the metric but those of workers."""
    return f"sum by ({by}) (max by ({labels}) ({metric}{{{where}}}))"


def total(metric: str, where: str, labels: str = _STAGES) -> str:
    """Add up all of such a gauge; 0 where there is none."""
    return f"sum(max by ({labels}) ({metric}{{{where}}})) or vector(0)"


def open_by(by: str, where: str = PLACE) -> str:
    """Ask how many are open."""
    return counted("release_open_declarations", by, where)


def stuck_by(by: str, where: str = PLACE) -> str:
    """Ask how many are open past the limit of their stage."""
    return counted("release_stuck_declarations", by, where)


def oldest_by(by: str, where: str = PLACE) -> str:
    """Ask for the age in days of the oldest one that is open."""
    return f"({CLOCK} - min by ({by}) (release_oldest_open_timestamp_seconds{{{where}}})) / 86400"


def older(age: str, where: str = PLACE) -> str:
    """Ask how many are open for longer than one of the fixed ages."""
    return total("release_open_older_declarations", f'{where},age="{age}"', "office, direction, channel, age")


def past_target_by(by: str, where: str = PLACE) -> str:
    """Ask how many open intervals have missed their target."""
    return counted("release_past_target_declarations", by, where, "office, direction, interval")


def expected_by(by: str, hours: str, where: str = PLACE) -> str:
    """Ask how many will miss it within some hours, at the rate of the last week."""
    labels = "office, direction, interval, horizon"
    return counted("release_expected_breaches", by, f'{where},horizon="{hours}"', labels)


def window(stat: str, size: str, where: str, by: str) -> str:
    """Ask for a statistic in seconds of the running window. It comes from the one worker that computes windows."""
    return f'max by ({by}) (release_window_seconds{{stat="{stat}",window="{size}",{where}}})'


def throughput(size: str, where: str, by: str) -> str:
    """Ask how many ended in the running window."""
    return f'max by ({by}) (release_window_declarations{{window="{size}",{where}}})'


def share_within(by: str, where: str = CELL, over: str = "$window") -> str:
    """Ask which share of what was judged kept its target. A place where nothing was judged has no row."""
    judged = f"sum by ({by}) (increase(release_decisions_total{{{where}}}[{over}]))"
    within = f'sum by ({by}) (increase(release_decisions_total{{{where},verdict="within_target"}}[{over}]))'
    return f"{within} / ({judged} > 0)"


def required(by: str = "interval") -> str:
    """Ask which share has to keep the target; where it is set several times, the strictest."""
    return f"max by ({by}) (release_target_ratio)"


def budget_left(by: str, where: str = CELL, over: str = "$window") -> str:
    """Ask which part of the misses that the target allows is left: 1 all of it, 0 nothing, below 0 it is missed."""
    missed = f"(1 - {share_within(by, where, over)})"
    return f"1 - {missed} / on (interval) group_left () (1 - {required()})"


# What makes the data incomplete. Each part is a number of its own, so that a board can say which it is.

SILENT: Final = (
    "count(min by (office) (release_feed_silence_seconds) > on (office) "
    "max by (office) (release_feed_silence_limit_seconds)) or vector(0)"
)
"""Offices that are silent for longer than their limit, in their own working time."""

WAITING: Final = "max(release_reconciliation_gap_events)"
"""Messages of the feed that have no outcome in the store yet."""
MOST_WAITING: Final = 5_000
"""More than a burst that is worked off in some seconds."""

BEHIND: Final = (
    f"clamp_min(max(release_last_event_timestamp_seconds <= {CLOCK})"
    ' - max(release_window_end_timestamp_seconds{window="1h"}), 0)'
)
"""Seconds by which the newest window ends before the latest event: what arrived is not in the windows yet."""
MOST_BEHIND: Final = 900

STALLED: Final = "max(release_sink_stalled)"

NOT_READY: Final = (
    '(count(release_worker_ready == 0) or vector(0)) + (count(up{job="release-monitor"} == 0) or vector(0))'
)
"""Workers that say they can't work, and those that don't answer."""

DATA_ALERTS: Final = 'count(ALERTS{alertstate="firing",component=~"feed|pipeline"}) or vector(0)'
"""Alerts of the feed and the pipeline: what they know over time, such as that nothing arrives from anybody."""

INCOMPLETE: Final = " + ".join(
    (
        f"(({SILENT}) > bool 0)",
        f"(({WAITING}) > bool {MOST_WAITING} or vector(1))",
        f"(({BEHIND}) > bool {MOST_BEHIND} or vector(1))",
        f"(({STALLED}) > bool 0 or vector(1))",
        f"(({NOT_READY}) > bool 0)",
        f"(({DATA_ALERTS}) > bool 0)",
    )
)
"""How many of these six hold. A metric that is missing counts as one: what can't be told is not well."""
