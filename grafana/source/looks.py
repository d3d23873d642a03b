"""How a value looks: its unit, decimals, thresholds, words in its place, and what stands where there is none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.models import dashboard

from grafana.source.colours import ACT, CALM, TEXT, WATCH
from grafana.source.words import NO_DATA, both
from streams.words import Words

SECONDS: Final = "dtdhms"
"""A length in seconds as `1 d 03:20:15`: the same in every language, and never cut. Not for what may be below 0."""
HOURS: Final = "suffix:h"
"""A length in hours, for charts and for differences: axes have whole hours, and a change may be below 0."""
CLOCK_TIME: Final = "time:YYYY-MM-DD HH:mm"
CLOCK_TIME_S: Final = "time:YYYY-MM-DD HH:mm:ss"
DAYS: Final = "suffix:d"
SHARE: Final = "percentunit"
COUNT: Final = "locale"
"""A whole number with its thousands parted, never shortened to `1.2 K`: people compare it with lists."""
PER_SECOND: Final = "cps"
BYTES: Final = "bytes"
PLAIN: Final = "short"


class Limits(NamedTuple):
    """From where on a value is to be watched, and from where on somebody has to act.

    With `watch` below `act` great values are bad, else small ones are. Both are the least value of their colour.
    """

    watch: float
    act: float
    calm: str = CALM

    def steps(self) -> list[dashboard.Threshold]:
        """Return them as Grafana wants them, in rising order."""
        if self.watch <= self.act:
            told = [(None, self.calm), (self.watch, WATCH), (self.act, ACT)]
        else:
            told = [(None, ACT), (self.act, WATCH), (self.watch, self.calm)]
        return [dashboard.Threshold(value, colour) for value, colour in told]


NO_LIMITS: Final[tuple[dashboard.Threshold, ...]] = (dashboard.Threshold(None, TEXT),)


class Look(NamedTuple):
    """How a value is shown. `said` puts a word, with a colour where it judges, in place of a value."""

    unit: str = COUNT
    decimals: int | None = 0
    limits: Limits | None = None
    said: Mapping[str, tuple[str, str | None]] | None = None
    nothing: str = both(NO_DATA)

    def thresholds(self) -> build.ThresholdsConfig:
        """Return the thresholds; without limits the one that colours nothing."""
        steps = self.limits.steps() if self.limits else list(NO_LIMITS)
        return build.ThresholdsConfig().mode(dashboard.ThresholdsMode.ABSOLUTE).steps(steps)

    def mappings(self) -> list[dashboard.ValueMapping]:
        """Return the words in place of values."""
        if not self.said:
            return []
        results = {
            value: dashboard.ValueMappingResult(text=text, color=colour, index=place)
            for place, (value, (text, colour)) in enumerate(self.said.items())
        }
        return [dashboard.ValueMap(results)]

    def properties(self) -> list[dashboard.DynamicConfigValue]:
        """Return the same for one column or series, as an override."""
        told: list[tuple[str, object]] = [("unit", self.unit), ("noValue", self.nothing)]
        if self.decimals is not None:
            told.append(("decimals", self.decimals))
        told.append(("thresholds", self.thresholds().build()))
        if self.said:
            told.append(("mappings", self.mappings()))
        return [dashboard.DynamicConfigValue(name, value) for name, value in told]


def in_words(words: Words) -> Mapping[str, tuple[str, str | None]]:
    """Return fixed words of the contract as `Look.said`, without a judgement."""
    return {name: (both(word), None) for name, word in words.items()}


LENGTH: Final = Look(SECONDS)
IN_HOURS: Final = Look(HOURS, 1)
IN_DAYS: Final = Look(DAYS, 1)
NUMBER: Final = Look(COUNT)
PERCENT: Final = Look(SHARE, 1)
MOMENT: Final = Look(CLOCK_TIME, None)
MOMENT_S: Final = Look(CLOCK_TIME_S, None)
WORD: Final = Look("string", None)
