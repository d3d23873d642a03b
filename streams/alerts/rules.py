"""All rules for some reference data, and the files they are written to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

import yaml

from streams.alerts.backlog import backlog
from streams.alerts.burn_rates import FAST, SLOW, burn_rates, cap, late_share
from streams.alerts.catalogue import Group
from streams.alerts.feed import feed
from streams.alerts.mix_shift import mix_shift
from streams.alerts.pace import Pace
from streams.alerts.pipeline import pipeline
from streams.alerts.servers import RULES_FILE, Addresses, alertmanager, prometheus
from streams.alerts.shared import shared
from streams.alerts.stuck import stuck
from streams.alerts.texts import Links
from streams.core.targets import Target


def groups(targets: Sequence[Target], pace: Pace) -> tuple[Group, ...]:
    """Return all groups. A later one reads what an earlier one has recorded."""
    return (
        shared(pace),
        burn_rates(targets, pace),
        stuck(pace),
        backlog(pace),
        mix_shift(pace),
        feed(pace),
        pipeline(pace),
    )


def files(
    targets: Sequence[Target], pace: Pace, links: Links, addresses: Addresses, scrape_every: str = "15s"
) -> Mapping[PurePosixPath, str]:
    """Return what is to be written, by its place: rules and configuration of Prometheus and of Alertmanager."""
    rules = {"groups": [group.document(links) for group in groups(targets, pace)]}
    return {
        PurePosixPath("prometheus", RULES_FILE): _head(targets, pace) + _yaml(rules),
        PurePosixPath("prometheus", "prometheus.yml"): _MADE
        + _yaml(prometheus(addresses, scrape_every, pace.every("30s"))),
        PurePosixPath("alertmanager", "alertmanager.yml"): _MADE + _yaml(alertmanager(addresses, pace)),
    }


_MADE = "# Made by `release-monitor rules`: change what it is made from, not this file.\n"


def _head(targets: Sequence[Target], pace: Pace) -> str:
    lines = [_MADE]
    if pace.factor > 1:
        lines.append(f"# For drills and tests: every length is divided by {pace.factor}.\n")
    lines.append("#\n# Shares of late declarations at which an alert on a target fires:\n")
    for target in targets:
        fast, slow = (
            " or ".join(
                f"{late_share(target.percent, window.factor):.0%} in {window.long}" for window in windows
            )
            for windows in (FAST, SLOW)
        )
        lines.append(
            f"#   {_said(target)}: page {fast}; ticket {slow} (burns {cap(target.percent):.3g} times at most)\n"
        )
    return "".join(lines)


def _said(target: Target) -> str:
    channel = None if target.channel is None else f"channel {target.channel}"
    places = [place for place in (target.direction, channel, target.office) if place is not None]
    return " ".join(
        [target.interval, *places, f"{target.percent} % within {target.seconds:,} s {target.clock}"]
    )


class _Dumper(yaml.SafeDumper):
    """Writes expressions of several lines as blocks, and everything in the order it was said."""


def _text(dumper: _Dumper, value: str) -> yaml.ScalarNode:
    style = "|" if "\n" in value else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)


def _yaml(document: Any) -> str:
    return yaml.dump(
        document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100_000, default_flow_style=False
    )
