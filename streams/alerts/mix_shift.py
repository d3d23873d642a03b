"""The mix of channels: how much goes to yellow and red in a day, against the four weeks before it.

A change of the risk profile is a decision; one that nobody took is a fault of the selection, or of what is declared.
"""

from __future__ import annotations

from typing import Final

from streams.alerts.catalogue import Alert, Group, Record
from streams.alerts.pace import Pace
from streams.alerts.texts import office, word
from streams.words import Word

LEAST_TODAY: Final = 100
"""Channel notices in the day; fewer say nothing."""

LEAST_BEFORE: Final = 1_000
"""Channel notices in the weeks before, so that there is something to compare with."""

FARTHEST: Final = 4
"""Standard errors between the two shares that may be chance. Many shares are compared: 2 would be daily."""

LEAST_SHIFT: Final = 0.03
"""A smaller difference of the shares matters to nobody, however sure it is ..."""

LEAST_RELATIVE_SHIFT: Final = 0.25
"""... nor one that is smaller in proportion to the share before."""

_PLACE: Final = "office, direction"
_HOURLY: Final = "office_direction_channel:release_channel_assigned:increase1h"


def mix_shift(pace: Pace) -> Group:
    """Return the shares, and the alert on each office, direction and channel."""
    day, month, hour = pace("1d"), pace("28d"), pace("1h")
    periods = {"1d": f"{_HOURLY}[{day}:{hour}]", "28d": f"{_HOURLY}[{month}:{hour}] offset {day}"}
    rules: list[Record | Alert] = [
        Record(
            _HOURLY,
            f"sum by ({_PLACE}, channel) (increase(release_channel_assigned_total[{hour}]))",
        )
    ]
    for name, period in periods.items():
        rules += [
            Record(_count(name), f"sum by ({_PLACE}) (sum_over_time({period}))"),
            Record(
                _share(name),
                f"sum_over_time({period.replace(_HOURLY, _HOURLY + '{channel=~' + chr(34) + '2|3' + chr(34) + '}')})\n"
                f"/ on ({_PLACE}) group_left () ({_count(name)} > 0)",
            ),
        ]
    to_all = f"on ({_PLACE}) group_left ()"
    pooled = (
        f"(({_share('1d')} * {to_all} {_count('1d')} + {_share('28d')} * {to_all} {_count('28d')})\n"
        f"    / {to_all} ({_count('1d')} + {_count('28d')}))"
    )
    shift = f"abs({_share('1d')} - {_share('28d')})"
    rules += [
        Record(_POOLED, pooled),
        Record(
            _Z,
            f"({_share('1d')} - {_share('28d')})\n"
            f"/ sqrt({_POOLED} * (1 - {_POOLED}) * {to_all} (1 / {_count('1d')} + 1 / {_count('28d')}))",
        ),
        Alert(
            "ReleaseChannelMixShift",
            "ticket",
            f"{_share('1d')}\n"
            f"and abs({_Z}) > {FARTHEST}\n"
            f"and {shift} > clamp_min({LEAST_RELATIVE_SHIFT:g} * {_share('28d')}, {LEAST_SHIFT:g})\n"
            f"and on ({_PLACE}) {_count('1d')} >= {LEAST_TODAY}\n"
            f"and on ({_PLACE}) {_count('28d')} >= {LEAST_BEFORE}",
            pace("30m"),
            Word(
                f"{office('vi')}, {word('direction', 'vi')}: tỷ lệ luồng {word('channel', 'vi', '23')} là"
                " {{ $value | humanizePercentage }}, khác hẳn bốn tuần trước",
                f"{office('en')}, {word('direction', 'en')}: {{{{ $value | humanizePercentage }}}} go to"
                f" {word('channel', 'en', '23')}, unlike the four weeks before",
            ),
            Word(
                "Tính trên thông báo phân luồng lần đầu của 24 giờ qua.",
                "Of the first channel notices of the last 24 hours.",
            ),
            "release-office/?var-office={{ $labels.office }}&var-direction={{ $labels.direction }}",
        ),
    ]
    return Group("release-monitor-mix", pace.every("5m"), tuple(rules))


def _count(period: str) -> str:
    return f"office_direction:release_channel_assigned:increase{period}"


def _share(period: str) -> str:
    return f"office_direction_channel:release_channel_assigned:share{period}"


_POOLED: Final = "office_direction_channel:release_channel_assigned:share29d"
_Z: Final = "office_direction_channel:release_channel_assigned:zscore1d"
