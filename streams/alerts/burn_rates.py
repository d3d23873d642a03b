"""Targets: how much is late, how fast that uses up what a target allows, and the alerts on it.

A target that 95 % shall meet allows 5 % to be late: its budget. The burn rate is the share that is late, divided by the
share that may be. An alert looks at a long and a short time together: the long one says that it matters, the short one
that it still goes on (Google's SRE workbook, "Alerting on SLOs").
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from streams.alerts.catalogue import Alert, Group, Record, Severity
from streams.alerts.pace import Pace
from streams.alerts.shared import latest
from streams.alerts.texts import bilingual, office, word
from streams.core.targets import Target
from streams.words import Word

LEAST_DECISIONS: Final = 20
"""Fewer verdicts in the long time say nothing: one late declaration of three would be a third."""

WORST_SHARE: Final = 0.8
"""Where a factor asks for a greater share of late ones, this share is enough.

Everything late burns 1 / (1 - ratio) times the budget: 20 times at 95 %, 10 times at 90 %. So 14.4 times can't be
reached at 90 %, and 6 times not at 80 %.
"""


@dataclass(frozen=True)
class BurnWindow:
    """Late too fast over `long` and over `short`: `factor` times what the target allows."""

    long: str
    short: str
    factor: float


FAST: Final = (BurnWindow("1h", "5m", 14.4), BurnWindow("6h", "30m", 6))
"""2 % of the budget of 30 days gone in an hour, or 5 % in 6 hours."""

SLOW: Final = (BurnWindow("1d", "2h", 3), BurnWindow("3d", "6h", 1))
"""10 % of the budget of 30 days gone in a day, or in 3 days."""

_COUNTED: Final = ("5m", "30m", "1h", "2h", "6h")
"""Times that are counted from the counters themselves."""

_SUMMED: Final = ("1d", "3d")
"""Times that are summed up from the half hours: reading 3 days of every scrape would cost seconds each time."""

_LEVEL: Final = "office_direction_interval"
_PLACE: Final = "office, direction, interval"


def cap(percent: int) -> float:
    """Return the highest burn rate there can be where `percent` shall meet the target: when everything is late."""
    return 1 / (1 - percent / 100)


def late_share(percent: int, factor: float) -> float:
    """Return the share of late ones at which an alert of this factor fires."""
    return min(factor / cap(percent), WORST_SHARE)


def burn_rates(targets: Sequence[Target], pace: Pace) -> Group:
    """Return the recorded series of all times, and the two alerts."""
    rules: list[Record | Alert] = [_allowed(targets, pace)]
    for time in _COUNTED:
        rules += _counted(time, pace)
    for time in _SUMMED:
        rules += _summed(time, pace)
    for time in (*_COUNTED, *_SUMMED):
        rules += [
            Record(
                _named("release_decisions_late", f"ratio{time}"),
                f"{_named('release_decisions_late', f'increase{time}')}"
                f" / ({_named('release_decisions', f'increase{time}')} > 0)",
            ),
            Record(
                _named("release_target_burn", f"ratio{time}"),
                f"{_named('release_decisions_late', f'increase{time}')}"
                f" / ({_named('release_decisions_late_allowed', f'increase{time}')} > 0)",
            ),
        ]
    hours, days = Word("1 hoặc 6 giờ", "1 or 6 hours"), Word("1 hoặc 3 ngày", "1 or 3 days")
    codes = tuple(dict.fromkeys(target.interval for target in targets))
    rules += [
        _alert("ReleaseTargetBurnFast", "page", FAST, pace("2m"), hours, codes),
        _alert("ReleaseTargetBurnSlow", "ticket", SLOW, pace("15m"), days, codes),
    ]
    return Group("release-monitor-targets", pace.every("1m"), tuple(rules))


def _named(metric: str, operation: str) -> str:
    return f"{_LEVEL}:{metric}:{operation}"


_ALLOWED: Final = "office_direction_channel_interval:release_decisions_late_allowed:ratio"


def _allowed(targets: Sequence[Target], pace: Pace) -> Record:
    """Record the share that may be late at each place: of the narrowest target that is valid there now."""
    counted = f"group by (office, direction, channel, interval) ({latest('release_decisions_total', pace)})"
    shapes = {_narrowed(target) for target in targets} or {()}
    narrowest_first = sorted(shapes, key=lambda shape: [label in shape for label in _LABELS], reverse=True)

    def of(shape: Sequence[str]) -> str:
        place = ", ".join((*shape, "interval"))
        shall = latest(f"release_target_ratio{{{_selector(shape)}}}", pace)
        return f"({counted}\n  - on ({place}) group_left () max by ({place}) ({shall}))"

    return Record(_ALLOWED, "\nor\n".join(of(shape) for shape in narrowest_first))


_LABELS: Final = ("office", "channel", "direction")
"""What a target may be narrowed to; the first goes before the others."""


def _narrowed(target: Target) -> tuple[str, ...]:
    said = {"office": target.office, "channel": target.channel, "direction": target.direction}
    return tuple(label for label in _LABELS if said[label] is not None)


def _selector(shape: Collection[str]) -> str:
    return ", ".join(f'{label}{"!=" if label in shape else "="}"all"' for label in _LABELS)


def _counted(time: str, pace: Pace) -> list[Record]:
    length = pace(time)
    return [
        Record(
            _named("release_decisions", f"increase{time}"),
            f"sum by ({_PLACE}) (increase(release_decisions_total[{length}]))",
        ),
        Record(
            _named("release_decisions_late", f"increase{time}"),
            f'sum by ({_PLACE}) (increase(release_decisions_total{{verdict="late"}}[{length}]))',
        ),
        Record(
            _named("release_decisions_late_allowed", f"increase{time}"),
            f"sum by ({_PLACE}) (\n"
            f"  sum by (office, direction, channel, interval) (increase(release_decisions_total[{length}]))\n"
            f"  * {_ALLOWED}\n)",
        ),
    ]


def _summed(time: str, pace: Pace) -> list[Record]:
    return [
        Record(
            _named(metric, f"increase{time}"),
            f"sum_over_time({_named(metric, 'increase30m')}[{pace(time)}:{pace('30m')}])",
        )
        for metric in ("release_decisions", "release_decisions_late", "release_decisions_late_allowed")
    ]


def _alert(
    name: str,
    severity: Severity,
    windows: Sequence[BurnWindow],
    lasting: str,
    lately: Word,
    intervals: Sequence[str],
) -> Alert:
    whose = bilingual(lambda to: f"{office(to)}, {word('direction', to)}")
    what = bilingual(lambda to: word("interval", to, intervals))
    return Alert(
        name,
        severity,
        "\nor\n".join(_burning(window) for window in windows),
        lasting,
        Word(
            f"{whose.vi}: quá nhiều tờ khai trễ hạn, {what.vi}",
            f"{whose.en}: too many are late, {what.en}",
        ),
        Word(
            f"{{{{ $value | humanizePercentage }}}} trễ hạn trong {lately.vi} gần đây.",
            f"{{{{ $value | humanizePercentage }}}} were late in the last {lately.en}.",
        ),
        "release-office/?var-office={{ $labels.office }}&var-direction={{ $labels.direction }}"
        "&var-interval={{ $labels.interval }}",
    )


def _burning(window: BurnWindow) -> str:
    def too_fast(time: str) -> str:
        burn = _named("release_target_burn", f"ratio{time}")
        late = _named("release_decisions_late", f"ratio{time}")
        return f"({burn} > {window.factor:g} or ({burn} and {late} > {WORST_SHARE:g}))"

    return (
        "(\n"
        f"  {_named('release_decisions_late', f'ratio{window.long}')}\n"
        f"  and {too_fast(window.long)}\n"
        f"  and {too_fast(window.short)}\n"
        f"  and {_named('release_decisions', f'increase{window.long}')} >= {LEAST_DECISIONS}\n"
        ")"
    )
