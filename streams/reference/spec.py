"""The reference file as types (docs/reference/reference-data.md explains each field)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

import msgspec

from streams.core.period import FIRST_YEAR, LAST_YEAR
from streams.core.yearly_target import Measure

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
OfficeCode = Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Z]{4}\Z")]
OpenStage = Literal[
    "registered",
    "dossier",
    "document_check",
    "amendment",
    "inspection",
    "specialised",
    "payment",
    "decision",
    "held",
]
"""The stages in which a declaration can be open."""
Kind = Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Z]{1,8}\Z")]
Hours = dict[Any, Any]
"""Days of the week to lists of spans. `streams.reference.hours` reads it, and says more of what is wrong."""


class ValiditySpec(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """The first and the last day, both included; without them since ever, for ever."""

    valid_from: date | None = None
    valid_to: date | None = None


class CalendarSpec(ValiditySpec, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """The working hours of many offices, for some time."""

    name: Name
    hours: Hours
    holidays: Name | None = None
    days_off: list[date] = []
    working_days: list[date] = []


class OverrideSpec(ValiditySpec, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """Hours of one office's own, for some time."""

    hours: Hours
    always: bool = False


class NameSpec(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What an office is called."""

    vi: Name
    en: Name


class OfficeSpec(ValiditySpec, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """One office, for some time."""

    code: OfficeCode
    name: NameSpec
    province: Name | None = None
    department: OfficeCode | None = None
    predecessor: OfficeCode | None = None
    calendar: Name | None = None
    zone: Name | None = None
    overrides: list[OverrideSpec] = []


class TargetSpec(ValiditySpec, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """How long an interval may last."""

    interval: Name
    clock: Literal["elapsed", "working"]
    limit: Name
    direction: Literal["import", "export"] | None = None
    channel: Literal[1, 2, 3] | None = None
    office: OfficeCode | None = None
    statistic: Name = "p95"


class StageLimitSpec(ValiditySpec, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """How long an open declaration may stay in a stage."""

    stage: OpenStage
    clock: Literal["elapsed", "working"]
    limit: Name
    waiting_on: Literal["customs", "declarant", "oga", "bank"] | None = None
    office: OfficeCode | None = None


class FeedSpec(ValiditySpec, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """How long the feed of an office may be silent while the office works."""

    silence: Name
    office: OfficeCode | None = None


class ScopeSpec(ValiditySpec, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """What figures leave out, for some time."""

    excluded_kinds: list[Kind] = []
    excluded_message_prefixes: list[Name] = []


class DefaultsSpec(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The calendar and the zone of offices that say none, and of offices that are not in the file."""

    calendar: Name
    zone: Name


class YearlyTargetSpec(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """What is to be reached in a year."""

    year: Annotated[int, msgspec.Meta(ge=FIRST_YEAR, le=LAST_YEAR)]
    measure: Measure
    value: Annotated[int, msgspec.Meta(ge=1, le=10**18)]
    office: OfficeCode | None = None


class FoldedSpec(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What of a reference file the rows of declarations are made by: they are folded anew where any of it changes."""

    reference: Literal[1]
    defaults: DefaultsSpec
    calendars: Annotated[list[CalendarSpec], msgspec.Meta(min_length=1)]
    offices: list[OfficeSpec] = []
    targets: list[TargetSpec] = []
    stage_limits: list[StageLimitSpec] = []
    scope: list[ScopeSpec] = []


class ReferenceSpec(FoldedSpec, forbid_unknown_fields=True, frozen=True):
    """A reference file."""

    feed: list[FeedSpec] = []
    yearly_targets: list[YearlyTargetSpec] = []
