"""What is known of the offices beforehand: names, calendars, targets, limits and scope, with their validity dates."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo

from streams.core.limits import SilenceLimit, StageLimit, StageLimits, silence_limit_s
from streams.core.office_hours import (
    CalendarPeriod,
    HolidaySource,
    HoursOverride,
    OfficeHours,
    Validity,
)
from streams.core.scope import Scope, ScopeRule
from streams.core.targets import Target, Targets
from streams.core.working_time import WorkingCalendar
from streams.core.yearly_target import YearlyTarget


class Office(Validity, frozen=True, kw_only=True):
    """One office for some time; an office whose name or calendar changed has several of these, apart in time.

    `department` is the code of the office above it, `predecessor` that of the office whose work it took over.
    """

    code: str
    name_vi: str
    name_en: str
    calendar: str
    zone: tzinfo
    province: str | None = None
    department: str | None = None
    predecessor: str | None = None
    overrides: tuple[HoursOverride, ...] = ()


class Reference:
    """The reference data of one run: immutable, and compiled once.

    `fingerprint`, below 2**64, is equal for equal data, but for what no row of a declaration is made of: the targets of
    a year, the share that shall keep a target, and when a feed is silent. The periods of a calendar are in order and
    leave no day out.
    The entries of one office are apart in time: before the first of them and after one of them, until the next begins,
    its calendar and its overrides go on.
    """

    def __init__(
        self,
        *,
        fingerprint: int,
        calendars: Mapping[str, tuple[CalendarPeriod, ...]],
        default_calendar: str,
        default_zone: tzinfo,
        holidays: HolidaySource,
        offices: Sequence[Office] = (),
        targets: Sequence[Target] = (),
        scope_rules: Sequence[ScopeRule] = (),
        stage_limits: Sequence[StageLimit] = (),
        silence_limits: Sequence[SilenceLimit] = (),
        yearly_targets: Sequence[YearlyTarget] = (),
    ) -> None:
        self.fingerprint = fingerprint
        self.calendars = calendars
        self.targets = tuple(targets)
        self.stage_limits = tuple(stage_limits)
        self.silence_limits = tuple(silence_limits)
        self.yearly_targets = tuple(yearly_targets)
        self.scope = Scope(scope_rules, default_zone)
        self._default_zone = default_zone
        self._ordered_targets = Targets(targets)
        self._ordered_limits = StageLimits(stage_limits)
        self._offices: dict[str, list[Office]] = {}
        for office in sorted(offices, key=lambda office: (office.code, office.valid_from)):
            self._offices.setdefault(office.code, []).append(office)
        compiled: dict[Hashable, WorkingCalendar] = {}

        def compile_(
            periods: tuple[CalendarPeriod, ...], overrides: tuple[HoursOverride, ...], zone: tzinfo
        ) -> WorkingCalendar:
            key = (periods, overrides, zone)
            if key not in compiled:  # offices that work the same hours share one table of them
                compiled[key] = WorkingCalendar(OfficeHours(periods, overrides, holidays), zone)
            return compiled[key]

        self._default = compile_(calendars[default_calendar], (), default_zone)
        self._calendars: dict[str | None, WorkingCalendar] = {
            code: compile_(*_through(entries, calendars), entries[0].zone)
            for code, entries in self._offices.items()
        }

    @property
    def offices(self) -> Mapping[str, Sequence[Office]]:
        """The entries of each office by its code, in order of time."""
        return self._offices

    @property
    def default_zone(self) -> tzinfo:
        """The time zone of what no office is said of: where a period ends that is about all of them."""
        return self._default_zone

    def calendar_of(self, office: str | None) -> WorkingCalendar:
        """Return the working time of an office; of an unknown one, or none, that of the default calendar."""
        return self._calendars.get(office, self._default)

    def office_at(self, code: str, instant_us: int) -> Office | None:
        """Return the entry of an office that is valid at an instant, None where there is none."""
        entries = self._offices.get(code, [])
        return next((office for office in entries if office.holds(_day(instant_us, office.zone))), None)

    def target_of(
        self, interval: str, direction: str | None, channel: int | None, office: str | None, at_us: int
    ) -> Target | None:
        """Return the narrowest target for an interval that is valid at an instant, None where there is none.

        A target for one office goes before one for a channel, that before one for a direction, that before a general
        one; two of them together go before one of them alone.
        """
        return self._ordered_targets.of(interval, direction, channel, office, self.day_of(office, at_us))

    def stage_limit_of(
        self, stage: str, waiting_on: str | None, office: str | None, at_us: int
    ) -> StageLimit | None:
        """Return the narrowest limit of a stage that is valid at an instant, None where there is none.

        A limit for one office goes before one for a party that is waited for, that before a general one.
        """
        return self._ordered_limits.of(stage, waiting_on, office, self.day_of(office, at_us))

    def silence_limit_of(self, office: str | None, at_us: int) -> int:
        """Return the seconds of the office's working time without an event after which its feed counts as silent."""
        return silence_limit_s(self.silence_limits, office, self.day_of(office, at_us))

    def day_of(self, office: str | None, instant_us: int) -> date:
        """Return the day that the calendar of an office shows at an instant; of no office, that of the default zone."""
        entries = self._offices.get(office or "")
        return _day(instant_us, entries[0].zone if entries else self._default_zone)


def _day(instant_us: int, zone: tzinfo) -> date:
    return datetime.fromtimestamp(instant_us // 1_000_000, zone).date()


def _through(
    entries: Sequence[Office], calendars: Mapping[str, tuple[CalendarPeriod, ...]]
) -> tuple[tuple[CalendarPeriod, ...], tuple[HoursOverride, ...]]:
    """Put the calendars and the overrides of an office's entries one after the other."""
    begins = [date.min, *(office.valid_from for office in entries[1:])]
    ends = [*(begin - timedelta(1) for begin in begins[1:]), date.max]
    periods: list[CalendarPeriod | None] = []
    overrides: list[HoursOverride | None] = []
    for office, begin, end in zip(entries, begins, ends, strict=True):
        periods += (period.within(begin, end) for period in calendars[office.calendar])
        overrides += (override.within(begin, end) for override in office.overrides)
    return tuple(filter(None, periods)), tuple(filter(None, overrides))
