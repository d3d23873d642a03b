"""Backlog: what is open at an office now, against the same hour of the last four weeks."""

from __future__ import annotations

from typing import Final

from streams.alerts.catalogue import Alert, Group, Record
from streams.alerts.pace import Pace
from streams.alerts.shared import OPEN, WORKED_LATELY
from streams.alerts.texts import office
from streams.words import Word

LEAST_WEEKS: Final = 2
"""With fewer weeks of history there is nothing to compare with."""

SPREADS: Final = 3
"""So many standard deviations of these weeks above their mean ..."""

TIMES: Final = 1.5
"""... and so many times the mean: four weeks that were alike have no spread ..."""

MORE: Final = 20
"""... and so many declarations more: at a small office three instead of one is nothing."""

_HOUR: Final = "office:release_open_declarations:avg1h"
_WEEKS: Final = ("7d", "14d", "21d", "28d")


def backlog(pace: Pace) -> Group:
    """Return the series of the weeks before, and the alert.

    It is judged while the office works: on a holiday of its own everything waits, and nobody can help it.
    """
    weeks = "\n  or\n".join(
        f'  label_replace({_HOUR} offset {pace(week)}, "week", "{number}", "", "")'
        for number, week in enumerate(_WEEKS, 1)
    )
    mean, spread, present = (
        f"office:release_open_declarations:{what}4w" for what in ("mean", "stddev", "count")
    )
    return Group(
        "release-monitor-backlog",
        pace.every("1m"),
        (
            Record(_HOUR, f"avg_over_time({OPEN}[{pace('1h')}])"),
            *(
                Record(name, f"{operation} by (office) (\n{weeks}\n)")
                for name, operation in ((mean, "avg"), (spread, "stddev"), (present, "count"))
            ),
            Alert(
                "ReleaseBacklogHigh",
                "ticket",
                f"{OPEN}\n"
                f"and {OPEN} > {mean} + {SPREADS} * {spread}\n"
                f"and {OPEN} > {TIMES:g} * {mean}\n"
                f"and {OPEN} > {mean} + {MORE}\n"
                f"and {present} >= {LEAST_WEEKS}\n"
                f"and {WORKED_LATELY} == 1",
                pace("30m"),
                Word(
                    f"{office('vi')}: {{{{ $value }}}} tờ khai đang làm thủ tục, nhiều hơn hẳn thường lệ",
                    f"{office('en')}: {{{{ $value }}}} declarations open, far more than usual",
                ),
                Word(
                    f"So với cùng giờ của bốn tuần trước: {TIMES:g} lần mức trung bình".replace(".", ",")
                    + f", và nhiều hơn {MORE} tờ khai.",
                    f"Against the same hour of the last four weeks: {TIMES:g} times the mean, and {MORE} more.",
                ),
                "release-office/?var-office={{ $labels.office }}",
            ),
        ),
    )
