"""Makes reference data of a file's content, and refuses what contradicts itself."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable
from datetime import date
from hashlib import sha256
from importlib.metadata import version
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from streams.core.limits import SilenceLimit, StageLimit
from streams.core.office_hours import CalendarPeriod, HoursOverride, Spans, Week, changed
from streams.core.reference import Office, Reference
from streams.core.scope import ScopeRule
from streams.core.targets import Target
from streams.core.vocabulary import INTERVAL_CODES
from streams.core.yearly_target import YearlyTarget
from streams.reference.errors import WrongError
from streams.reference.holiday_table import covered_years, special_days
from streams.reference.hours import read_limit, read_percent, read_week
from streams.reference.spec import (
    CalendarSpec,
    FeedSpec,
    FoldedSpec,
    OfficeSpec,
    OverrideSpec,
    ReferenceSpec,
    ScopeSpec,
    StageLimitSpec,
    TargetSpec,
)
from streams.reference.validity import check_apart, check_unbroken, read_validity, when

Calendars = dict[str, tuple[CalendarPeriod, ...]]


def build(spec: ReferenceSpec) -> Reference:
    """Return the reference data. Raises WrongError with the place of the first contradiction."""
    calendars = _calendars(spec.calendars)
    _check_known("defaults.calendar", "calendar", spec.defaults.calendar, calendars)
    return Reference(
        fingerprint=_fingerprint(spec),
        calendars=calendars,
        default_calendar=spec.defaults.calendar,
        default_zone=_zone("defaults.zone", spec.defaults.zone),
        holidays=special_days,
        offices=_offices(spec, calendars),
        targets=_targets(spec),
        scope_rules=_scope(spec.scope),
        stage_limits=_stage_limits(spec),
        silence_limits=_silence_limits(spec),
        yearly_targets=_yearly_targets(spec),
    )


def _fingerprint(spec: ReferenceSpec) -> int:
    """Name what rows are made by: the content of the file, and the holidays, which change with their library.

    The statistic of a target is judged over many declarations and makes none of their rows.
    """
    folded = msgspec.convert(spec, FoldedSpec, from_attributes=True)
    targets = [msgspec.structs.replace(target, statistic="") for target in folded.targets]
    folded = msgspec.structs.replace(folded, targets=targets)
    content = msgspec.json.encode([folded, version("holidays")], order="deterministic")
    return int.from_bytes(sha256(content).digest()[:8])


def _check_known(place: str, what: str, name: str, known: Collection[str]) -> None:
    if name not in known:
        close = difflib.get_close_matches(name, known, 1)
        hint = f"; is it {close[0]}?" if close else ""
        raise WrongError(place, f"{name!r} is no {what}: there is {', '.join(known) or 'none'}{hint}")


def _zone(place: str, name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise WrongError(
            place, f"{name!r} is no time zone of the IANA database, such as Asia/Ho_Chi_Minh"
        ) from error


def _calendars(specs: list[CalendarSpec]) -> Calendars:
    placed = [
        (f"calendars[{i}]", spec.name, _calendar(f"calendars[{i}]", spec)) for i, spec in enumerate(specs)
    ]
    check_apart(placed, "there is a calendar of this name")
    by_name: dict[str, list[tuple[str, CalendarPeriod]]] = {}
    for place, name, period in placed:
        by_name.setdefault(name, []).append((place, period))
    for name, periods in by_name.items():
        check_unbroken(periods, f"the calendar {name!r}")
    return {
        name: tuple(sorted((period for _, period in periods), key=lambda period: period.valid_from))
        for name, periods in by_name.items()
    }


def _calendar(place: str, spec: CalendarSpec) -> CalendarPeriod:
    first, last = read_validity(place, spec)
    week = _full_week(read_week(f"{place}.hours", spec.hours))
    if not any(week):
        raise WrongError(f"{place}.hours", "no day of the week has working hours")
    if spec.holidays is not None:
        _check_holidays(f"{place}.holidays", spec.holidays, first, last)
    for list_name, days in (("days_off", spec.days_off), ("working_days", spec.working_days)):
        for i, day in enumerate(days):
            if not first <= day <= last:
                raise WrongError(
                    f"{place}.{list_name}[{i}]",
                    f"{day} lies outside the validity, which is {when(first, last)}",
                )
    both = set(spec.days_off) & set(spec.working_days)
    if both:
        raise WrongError(f"{place}.working_days", f"{min(both)} is in days_off, too")
    return CalendarPeriod(
        valid_from=first,
        valid_to=last,
        week=week,
        holidays=spec.holidays,
        days_off=frozenset(spec.days_off),
        working_days=frozenset(spec.working_days),
    )


def _check_holidays(place: str, country: str, first: date, last: date) -> None:
    years = covered_years(country)
    if not years:
        raise WrongError(
            place, f"{country!r} is no country of the library holidays: write its two letters, such as VN"
        )
    for edge, open_edge in ((first, date.min), (last, date.max)):
        if edge != open_edge and edge.year not in years:
            raise WrongError(
                place,
                f"there are no holidays of {country} for {edge.year}: the library has {years[0]} to {years[-1]}",
            )


def _full_week(week: Iterable[Spans | None]) -> Week:
    monday, tuesday, wednesday, thursday, friday, saturday, sunday = (spans or () for spans in week)
    return (monday, tuesday, wednesday, thursday, friday, saturday, sunday)


def _offices(spec: ReferenceSpec, calendars: Calendars) -> list[Office]:
    codes = sorted({office.code for office in spec.offices})
    offices: list[Office] = []
    zones: dict[str, str] = {}
    for i, office in enumerate(spec.offices):
        place = f"offices[{i}]"
        for name, code in (("department", office.department), ("predecessor", office.predecessor)):
            if code is not None:
                _check_known(f"{place}.{name}", "office of this file", code, codes)
                if code == office.code:
                    raise WrongError(f"{place}.{name}", f"{code} is this office itself")
        zone = office.zone or spec.defaults.zone
        if zones.setdefault(office.code, zone) != zone:
            raise WrongError(
                f"{place}.zone", f"{zone!r} differs from {zones[office.code]!r}, said of this office before"
            )
        offices.append(_office(place, office, zone, spec.defaults.calendar, calendars))
    check_apart(
        [(f"offices[{i}]", office.code, office) for i, office in enumerate(offices)],
        "there is an office of this code",
    )
    return offices


def _office(place: str, spec: OfficeSpec, zone: str, default_calendar: str, calendars: Calendars) -> Office:
    first, last = read_validity(place, spec)
    name = spec.calendar or default_calendar
    _check_known(f"{place}.calendar", "calendar", name, calendars)
    overrides = [
        _override(f"{place}.overrides[{i}]", override, calendars[name])
        for i, override in enumerate(spec.overrides)
    ]
    check_apart(
        [(f"{place}.overrides[{i}]", None, override) for i, override in enumerate(overrides)],
        "an override is valid",
    )
    return Office(
        code=spec.code,
        name_vi=spec.name.vi,
        name_en=spec.name.en,
        valid_from=first,
        valid_to=last,
        calendar=name,
        zone=_zone(f"{place}.zone", zone),
        province=spec.province,
        department=spec.department,
        predecessor=spec.predecessor,
        overrides=tuple(overrides),
    )


def _override(place: str, spec: OverrideSpec, periods: tuple[CalendarPeriod, ...]) -> HoursOverride:
    first, last = read_validity(place, spec)
    monday, tuesday, wednesday, thursday, friday, saturday, sunday = read_week(f"{place}.hours", spec.hours)
    override = HoursOverride(
        valid_from=first,
        valid_to=last,
        week=(monday, tuesday, wednesday, thursday, friday, saturday, sunday),
        always=spec.always,
    )
    if not spec.hours:
        raise WrongError(f"{place}.hours", "names no day of the week; mon-sun: [] closes the office")
    if last == date.max and not any(changed(periods[-1].week, override)):
        raise WrongError(f"{place}", "closes the office for ever: give it a valid_to")
    return override


def _targets(spec: ReferenceSpec) -> list[Target]:
    codes = sorted({office.code for office in spec.offices})
    targets = [_target(f"targets[{i}]", target, codes) for i, target in enumerate(spec.targets)]
    check_apart(
        [(f"targets[{i}]", target.place, target) for i, target in enumerate(targets)],
        "there is a target for the same",
    )
    return targets


def _target(place: str, spec: TargetSpec, codes: list[str]) -> Target:
    first, last = read_validity(place, spec)
    _check_known(f"{place}.interval", "interval", spec.interval, INTERVAL_CODES)
    if spec.office is not None:
        _check_known(f"{place}.office", "office of this file", spec.office, codes)
    return Target(
        valid_from=first,
        valid_to=last,
        interval=spec.interval,
        clock=spec.clock,
        seconds=read_limit(f"{place}.limit", spec.limit),
        direction=spec.direction,
        channel=spec.channel,
        office=spec.office,
        percent=read_percent(f"{place}.statistic", spec.statistic),
    )


def _stage_limits(spec: ReferenceSpec) -> list[StageLimit]:
    codes = sorted({office.code for office in spec.offices})
    limits = [_stage_limit(f"stage_limits[{i}]", limit, codes) for i, limit in enumerate(spec.stage_limits)]
    check_apart(
        [(f"stage_limits[{i}]", limit.place, limit) for i, limit in enumerate(limits)],
        "there is a limit for the same",
    )
    return limits


def _stage_limit(place: str, spec: StageLimitSpec, codes: list[str]) -> StageLimit:
    first, last = read_validity(place, spec)
    if spec.office is not None:
        _check_known(f"{place}.office", "office of this file", spec.office, codes)
    return StageLimit(
        valid_from=first,
        valid_to=last,
        stage=spec.stage,
        clock=spec.clock,
        seconds=read_limit(f"{place}.limit", spec.limit),
        waiting_on=spec.waiting_on,
        office=spec.office,
    )


def _silence_limits(spec: ReferenceSpec) -> list[SilenceLimit]:
    codes = sorted({office.code for office in spec.offices})
    limits = [_silence_limit(f"feed[{i}]", feed, codes) for i, feed in enumerate(spec.feed)]
    check_apart(
        [(f"feed[{i}]", limit.office, limit) for i, limit in enumerate(limits)],
        "there is a silence for the same",
    )
    return limits


def _silence_limit(place: str, spec: FeedSpec, codes: list[str]) -> SilenceLimit:
    first, last = read_validity(place, spec)
    if spec.office is not None:
        _check_known(f"{place}.office", "office of this file", spec.office, codes)
    return SilenceLimit(
        valid_from=first,
        valid_to=last,
        seconds=read_limit(f"{place}.silence", spec.silence),
        office=spec.office,
    )


def _scope(specs: list[ScopeSpec]) -> list[ScopeRule]:
    rules = []
    for i, spec in enumerate(specs):
        first, last = read_validity(f"scope[{i}]", spec)
        rules.append(
            ScopeRule(
                valid_from=first,
                valid_to=last,
                excluded_kinds=frozenset(spec.excluded_kinds),
                excluded_message_prefixes=tuple(spec.excluded_message_prefixes),
            )
        )
    check_apart([(f"scope[{i}]", None, rule) for i, rule in enumerate(rules)], "a scope is valid")
    return rules


def _yearly_targets(spec: ReferenceSpec) -> list[YearlyTarget]:
    codes = sorted({office.code for office in spec.offices})
    places: dict[tuple[int, str, str | None], str] = {}
    for i, target in enumerate(spec.yearly_targets):
        place = f"yearly_targets[{i}]"
        if target.office is not None:
            _check_known(f"{place}.office", "office of this file", target.office, codes)
        first = places.setdefault((target.year, target.measure, target.office), place)
        if first != place:
            raise WrongError(place, f"there is a target of {target.year} for the same already, in {first}")
    return [
        YearlyTarget(year=one.year, measure=one.measure, value=one.value, office=one.office)
        for one in spec.yearly_targets
    ]
