"""What the reference data says of offices, targets and limits at the clock, and how long each office is silent."""

from __future__ import annotations

from typing import Final

from streams.core.reference import Reference
from streams.metrics.labels import ALL, NONE, OTHER
from streams.metrics.registry import Metrics
from streams.words import NOT_AN_OFFICE
from streams.worker.heard import Heard

Labelled = dict[tuple[str, ...], float]
"""Values by the words of their labels."""

_SECOND_US: Final = 1_000_000


class OfficeFigures:
    """Fills the gauges of offices, targets and limits. Instants are microseconds since the epoch."""

    def __init__(self, reference: Reference, heard: Heard, metrics: Metrics) -> None:
        self._reference = reference
        self._heard = heard
        self._metrics = metrics

    def look(self, now_us: int) -> None:
        """Fill them as of an instant."""
        self._offices(now_us)
        self._silence(now_us)
        self._targets(now_us)
        self._stage_limits(now_us)

    def forget(self) -> None:
        """Say nothing from now on of what the clock moves: it is not known any more."""
        self._metrics.office_working.clear()
        self._metrics.feed_silence.clear()

    def _offices(self, now_us: int) -> None:
        reference = self._reference
        info: Labelled = {
            (word, NOT_AN_OFFICE[word].vi, NOT_AN_OFFICE[word].en, NONE): 1.0 for word in (OTHER, NONE, ALL)
        }
        working: Labelled = {}
        for code, entries in reference.offices.items():
            office = reference.office_at(code, now_us)
            shown = office or entries[-1]
            info[code, shown.name_vi, shown.name_en, shown.department or NONE] = 1.0
            works = office is not None and reference.calendar_of(code).is_working(now_us)
            working[(code,)] = float(works)
        self._metrics.office_info.replace(info)
        self._metrics.office_working.replace(working)

    def _silence(self, now_us: int) -> None:
        """Tell the silence of offices that there are now: one that was closed may be silent for ever."""
        reference, latest_us = self._reference, self._heard.latest_us()
        silence: Labelled = {}
        limits: Labelled = {}
        for code in reference.offices:
            if reference.office_at(code, now_us) is None:
                continue
            limits[(code,)] = float(reference.silence_limit_of(code, now_us))
            if code in latest_us:
                calendar = reference.calendar_of(code)
                silent_us = calendar.total_us(now_us) - calendar.total_us(min(latest_us[code], now_us))
                silence[(code,)] = silent_us / _SECOND_US
        self._metrics.feed_silence.replace(silence)
        self._metrics.feed_silence_limit.replace(limits)

    def _targets(self, now_us: int) -> None:
        seconds: Labelled = {}
        ratios: Labelled = {}
        for target in self._reference.targets:
            if not target.holds(self._reference.day_of(target.office, now_us)):
                continue
            place = (
                *(target.interval, target.clock, f"p{target.percent}", target.office or ALL),
                *(target.direction or ALL, ALL if target.channel is None else str(target.channel)),
            )
            seconds[place] = float(target.seconds)
            ratios[place] = target.percent / 100
        self._metrics.target_seconds.replace(seconds)
        self._metrics.target_ratio.replace(ratios)

    def _stage_limits(self, now_us: int) -> None:
        limits: Labelled = {
            (limit.stage, limit.waiting_on or ALL, limit.office or ALL, limit.clock): float(limit.seconds)
            for limit in self._reference.stage_limits
            if limit.holds(self._reference.day_of(limit.office, now_us))
        }
        self._metrics.stage_limits.replace(limits)
