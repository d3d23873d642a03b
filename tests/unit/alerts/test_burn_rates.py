"""What a budget allows, and which target a place has; how alerts behave over time is in tests/alert_cases."""

from __future__ import annotations

import pytest

from streams.alerts.burn_rates import FAST, SLOW, WORST_SHARE, burn_rates, cap, late_share
from streams.alerts.catalogue import Record
from streams.alerts.pace import Pace
from streams.core.targets import Target

ALLOWED = "office_direction_channel_interval:release_decisions_late_allowed:ratio"


@pytest.mark.parametrize(("percent", "highest"), [(95, 20), (90, 10), (50, 2), (99, 100)])
def test_everything_late_burns_so_many_times_the_budget(percent: int, highest: float) -> None:
    assert cap(percent) == pytest.approx(highest)


@pytest.mark.parametrize(
    ("percent", "factor", "share"),
    [
        (95, 14.4, 0.72),
        (95, 6, 0.30),
        (95, 3, 0.15),
        (95, 1, 0.05),
        (99, 14.4, 0.144),
        (90, 14.4, 0.8),
        (90, 6, 0.6),
        (80, 6, 0.8),
        (50, 1, 0.5),
    ],
)
def test_the_share_at_which_an_alert_fires_can_always_be_reached(
    percent: int, factor: float, share: float
) -> None:
    assert late_share(percent, factor) == pytest.approx(share)


@pytest.mark.parametrize("percent", range(50, 100))
def test_no_factor_asks_for_more_than_the_worst_share(percent: int) -> None:
    for window in (*FAST, *SLOW):
        assert 0 < late_share(percent, window.factor) <= WORST_SHARE


def allowed(*targets: Target) -> str:
    return next(
        rule.expr
        for rule in burn_rates(targets, Pace()).rules
        if isinstance(rule, Record) and rule.name == ALLOWED
    )


def target(**narrowed: object) -> Target:
    return Target(interval="INSP", clock="working", seconds=3_600, **narrowed)  # type: ignore[arg-type]


def test_a_general_target_is_matched_by_its_interval() -> None:
    assert "or" not in allowed(target()).split()
    assert "on (interval)" in allowed(target())


def test_narrower_targets_go_first() -> None:
    expr = allowed(target(), target(direction="import"), target(office="27F1"), target(channel=3))
    keys = [line.split("on (")[1].split(")")[0] for line in expr.splitlines() if " on (" in line]
    assert keys == ["office, interval", "channel, interval", "direction, interval", "interval"]


def test_targets_of_the_same_kind_need_one_rule() -> None:
    assert allowed(target(office="27F1"), target(office="27B1")) == allowed(target(office="27F2"))
