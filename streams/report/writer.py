"""Writes names and numbers of one report in one language."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from streams.core.durations import Language
from streams.core.period import ALL, Period
from streams.core.report import Report, Volume
from streams.core.yearly_target import Measure
from streams.report import numbers, words
from streams.words import INTERVALS


class Writer:
    """The words of a report; `this` and `last` are the names of its two periods."""

    def __init__(self, report: Report, language: Language) -> None:
        self.report = report
        self.language = language
        period = report.figures.period
        self.this = self._when(period)
        self.last = self._when(period.of_year(report.figures.against))

    def text(self, name: str, **values: str | int) -> str:
        """Return a text with its gaps filled in; `before` is the period that this one is compared with."""
        return words.TEXTS[name].in_(self.language).format(before=self.last, **values)

    def direction(self, name: str) -> str:
        """Return the name of a direction."""
        return words.DIRECTIONS[name].in_(self.language)

    def interval(self, code: str) -> str:
        """Return the name of an interval."""
        return INTERVALS[code].in_(self.language)

    def interval_of(self, direction: str, code: str) -> str:
        """Return the name of an interval in a direction."""
        return f"{self.direction(direction)}: {lowered(self.interval(code))}"

    def outcome(self, kind: str) -> str:
        """Return the name of a kind of outcome."""
        return words.OUTCOMES[kind].in_(self.language)

    def office(self, code: str) -> str:
        """Return the code of an office with its name."""
        if code == ALL:
            return self.text("all_offices")
        if code == "none":
            return self.text("no_office")
        name = self.report.names.get(code)
        return code if name is None else f"{code} {name[0 if self.language == 'vi' else 1]}"

    def volume(self, one: Volume) -> str:
        """Return what a volume is of."""
        name = words.VOLUMES[one.measure].in_(self.language)
        return name if one.direction == ALL else f"{name}, {lowered(self.direction(one.direction))}"

    def amount(self, measure: Measure, amount: Decimal | None) -> str:
        """Write an amount of something."""
        if amount is None:
            return numbers.ABSENT
        match measure:
            case "declarations":
                return numbers.whole(amount, self.language)
            case "turnover_usd":
                return numbers.usd(amount, self.language)
            case "revenue_vnd":
                return numbers.vnd(amount, self.language)

    def vnd(self, amount: Decimal | None) -> str:
        """Write an amount of money."""
        return numbers.ABSENT if amount is None else numbers.vnd(amount, self.language)

    def length(self, seconds: float | None) -> str:
        """Write a mean."""
        return numbers.length(seconds, self.language)

    def change(self, seconds: float | None) -> str:
        """Write a change with its sign."""
        return numbers.change(seconds, self.language)

    def size(self, seconds: float) -> str:
        """Write a change without its sign."""
        return numbers.change(-abs(seconds), self.language).lstrip("−")

    def tick(self, seconds: int) -> str:
        """Write a mark of an axis: whole hours, below one minutes."""
        if seconds % 3600 == 0:
            return f"{numbers.whole(seconds // 3600, self.language)} {self.text('hours')}"
        return f"{numbers.whole(seconds // 60, self.language)} {self.text('minutes')}"

    def percent(self, share: float | None) -> str:
        """Write a share."""
        return numbers.percent(share, self.language)

    def whole(self, number: int) -> str:
        """Write a number of things."""
        return numbers.whole(number, self.language)

    def time(self, instant: str) -> str:
        """Write an instant (RFC 3339) to the minute."""
        at = datetime.fromisoformat(instant)
        return f"{at:%d/%m/%Y %H:%M}" if self.language == "vi" else f"{at:%Y-%m-%d %H:%M}"

    def _when(self, period: Period) -> str:
        name = "month" if period.month else "year"
        return words.TEXTS[name].in_(self.language).format(year=period.year, month=period.month)


def raised(text: str) -> str:
    """Write a text as it stands at the begin of a sentence."""
    return text[:1].upper() + text[1:]


def lowered(text: str) -> str:
    """Write a text as it stands inside a sentence."""
    return text[:1].lower() + text[1:]
