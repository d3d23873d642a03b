"""Late declarations against the targets: by default 95 % of the physical inspections within 8 working hours."""

from __future__ import annotations

from typing import Any

from alert_cases.case import NOBODY, SHIPPED, Alarm, Case, climb, hold, then
from streams.core.targets import Target

FAST, SLOW = "ReleaseTargetBurnFast", "ReleaseTargetBurnSlow"


def verdicts(verdict: str, office: str = "27F1", instance: str = "a") -> str:
    return (
        f'release_decisions_total{{office="{office}", direction="import", channel="3", interval="INSP",'
        f' verdict="{verdict}", instance="{instance}"}}'
    )


def target(share: float, steps: int, office: str = "all", instance: str = "a") -> dict[str, str]:
    return {
        'release_target_ratio{interval="INSP", clock="working", statistic="p95", direction="all", channel="all",'
        f' office="{office}", instance="{instance}"}}': hold(share, steps)
    }


def alarm(severity: str, office: str = "27F1") -> list[Alarm]:
    return [{"severity": severity, "office": office, "direction": "import", "interval": "INSP"}]


PAGE, TICKET = alarm("page"), alarm("ticket")


def steady(in_time: float, late: float, steps: int, **of: str) -> dict[str, str]:
    """The same in every step."""
    return {
        verdicts("within_target", **of): climb(0, in_time, steps),
        verdicts("late", **of): climb(0, late, steps),
    }


def told(alert: str, name: str, series: dict[str, str], firing: dict[str, Any], **more: Any) -> Case:
    """A case in steps of 5 minutes: an hour has 12, the 6 hours have 72."""
    return Case(name, alert, series, firing, ("targets",), **{"step": "5m", **more})


CASES = [
    told(
        FAST,
        # Minutes   0 .................... 360 ................. 480
        # in time   5 in 5 minutes          | none
        # late      none                    | 5 in 5 minutes
        "everything is late after six good hours: when it is 72 % of the last hour, the page comes",
        {
            verdicts("within_target"): then(climb(0, 5, 72), hold(355, 24)),
            verdicts("late"): then(hold(0, 72), climb(5, 5, 24)),
            **target(0.95, 96),
        },
        {"355m": NOBODY, "395m": NOBODY, "410m": PAGE, "470m": PAGE},
    ),
    told(
        FAST,
        "innocent: low traffic, three declarations in an hour, all late",
        {**steady(0, 0.25, 72), **target(0.95, 72)},
        {"60m": NOBODY, "200m": NOBODY, "355m": NOBODY},
    ),
    told(
        FAST,
        "innocent: one late declaration, and nothing else the whole day",
        {
            verdicts("within_target"): hold(0, 40),
            verdicts("late"): then(hold(0, 20), hold(1, 20)),
            **target(0.95, 40),
        },
        {"100m": NOBODY, "110m": NOBODY, "190m": NOBODY},
    ),
    told(
        FAST,
        "innocent: 4 % are late, which the target allows",
        {**steady(4.8, 0.2, 40), **target(0.95, 40)},
        {"60m": NOBODY, "190m": NOBODY},
    ),
    told(
        FAST,
        # Minutes   0 ......... 60 ......... 120 ........ 240
        # late      none        | all        | none
        # The last hour is bad until 165, its last 5 minutes until 120; six hours are, their last 30 minutes until 145.
        "ends soon after it is over",
        {
            verdicts("within_target"): then(climb(0, 5, 12), hold(55, 12), climb(60, 5, 24)),
            verdicts("late"): then(hold(0, 12), climb(5, 5, 12), hold(60, 24)),
            **target(0.95, 48),
        },
        {"115m": PAGE, "150m": NOBODY, "235m": NOBODY},
    ),
    told(
        FAST,
        # At 60 min a day is read again: its events are recognised, and no verdict is counted.
        "innocent: a replayed day",
        {
            verdicts("within_target"): then(climb(0, 5, 12), hold(55, 24)),
            verdicts("late"): hold(30, 36),
            'release_replayed_events_total{instance="a"}': then(hold(0, 12), climb(500, 500, 24)),
            'release_duplicate_events_total{instance="a"}': then(hold(0, 12), climb(500, 500, 24)),
            **target(0.95, 36),
        },
        {"65m": NOBODY, "120m": NOBODY, "175m": NOBODY},
    ),
    told(
        FAST,
        # At 90 min the worker is started anew: its counters begin at 0, after 5,000 in time and 300 late.
        "innocent: a restart of the worker",
        {
            verdicts("within_target"): then(climb(5_000, 5, 18), climb(0, 5, 18)),
            verdicts("late"): then(climb(300, 0.1, 18), hold(0, 18)),
            **target(0.95, 36),
        },
        {"85m": NOBODY, "90m": NOBODY, "100m": NOBODY, "175m": NOBODY},
    ),
    told(
        FAST,
        # Each worker has 15 an hour, too few alone. Both say the same target.
        "the verdicts of two workers are added up, their targets are one",
        {
            verdicts("late", instance="a"): climb(0, 1.25, 24),
            verdicts("late", instance="b"): climb(0, 1.25, 24),
            **target(0.95, 24),
            **target(0.95, 24, instance="b"),
        },
        {"25m": NOBODY, "115m": PAGE},
    ),
    told(
        FAST,
        "at 90 % the burn rate of 14.4 can't be reached: four fifths late are enough",
        {**steady(0.5, 4.5, 24), **target(0.90, 24)},
        {"115m": PAGE},
    ),
    told(
        FAST,
        "innocent: at 90 % a half is late",
        {**steady(2.5, 2.5, 24), **target(0.90, 24)},
        {"60m": NOBODY, "115m": NOBODY},
    ),
    told(
        FAST,
        # 60 % are late at both. 27B1 has a target of its own, by which half may be late; 27F1 goes by the general one.
        "the narrowest target counts",
        {
            **steady(2, 3, 24),
            **steady(2, 3, 24, office="27B1"),
            **target(0.99, 24),
            **target(0.50, 24, "27B1"),
        },
        {"115m": PAGE},
        targets=(
            *SHIPPED,
            Target(interval="INSP", clock="working", seconds=3_600, percent=50, office="27B1"),
        ),
    ),
    told(
        FAST,
        # It ends at 60 min. What there is no target for is nobody's fault.
        "a target that is valid no more alarms nobody",
        {**steady(0, 5, 24), **target(0.95, 12)},
        {"50m": PAGE, "115m": NOBODY},
    ),
    told(
        SLOW,
        # Steps of 30 minutes: a day has 48.
        "a fifth is late, for a day and more",
        {**steady(12, 3, 66), **target(0.95, 66)},
        {"1440m": TICKET, "1950m": TICKET},
        step="30m",
    ),
    told(
        SLOW,
        "innocent: 4 % are late, for three days",
        {**steady(14.4, 0.6, 146), **target(0.95, 146)},
        {"1500m": NOBODY, "4350m": NOBODY},
        step="30m",
    ),
    told(
        SLOW,
        # A bad day, then ten good hours: three days are still over the budget, their last 6 hours are not.
        "ends when the last hours are good, however bad the day was",
        {
            verdicts("within_target"): then(climb(0, 12, 48), climb(576, 15, 20)),
            verdicts("late"): then(climb(0, 3, 48), hold(141, 20)),
            **target(0.95, 68),
        },
        {"1410m": TICKET, "2010m": NOBODY},
        step="30m",
    ),
    told(
        SLOW,
        "innocent: low traffic, 15 in three days, 6 of them late",
        {**steady(0.06, 0.04, 146), **target(0.95, 146)},
        {"1500m": NOBODY, "4350m": NOBODY},
        step="30m",
    ),
]
