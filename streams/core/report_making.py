"""Makes a report of the sums of its cells: exact sums and fractions until the figures are written down."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from streams.core.decompose import Both, decompose, moved_more
from streams.core.period import ALL, Period
from streams.core.reference import Reference
from streams.core.report import (
    DIRECTIONS,
    INTERVALS,
    MEASURES,
    OUTCOMES,
    PART,
    WHOLE,
    Change,
    Counted,
    Excess,
    Figures,
    Length,
    Outcomes,
    Report,
    Section,
    Volume,
)
from streams.core.report_facts import Facts, Leaf, Lengths, YearFacts
from streams.core.standardise import Cells, Comparison, Sums, compare
from streams.core.yearly_target import Measure

_NOTHING = Lengths(0, 0, 0, 0, 0, 0)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def make_report(facts: Facts, period: Period, against: int, reference: Reference) -> Report:
    """Return the report on a period, beside the same months of the year `against`."""
    as_of = None if facts.watermark_us is None else _EPOCH + timedelta(microseconds=facts.watermark_us)
    zone = reference.default_zone
    sections = _sections(facts, period)
    return Report(
        None if as_of is None else as_of.astimezone(zone).isoformat(timespec="seconds"),
        as_of is None or as_of < period.mature_at(zone),
        as_of is None or as_of < period.of_year(against).mature_at(zone),
        dict(_names([section.office for section in sections], period, reference)),
        Figures(period, against, sections[0], tuple(sections[1:])),
    )


def _sections(facts: Facts, period: Period) -> list[Section]:
    """Return the section of the whole period, then that of every office where it is about all of them."""
    total = _section(period.office, facts.this, facts.last, facts.targets)
    if period.office != ALL:
        return [total]
    offices = sorted(facts.this.offices() | facts.last.offices())
    return [
        total,
        *(_section(code, facts.this.of(code), facts.last.of(code), facts.targets) for code in offices),
    ]


def _names(
    codes: Iterable[str], period: Period, reference: Reference
) -> Iterator[tuple[str, tuple[str, str]]]:
    """Tell the names that the offices had on the last day of the period."""
    last_day = period.end() - timedelta(1)
    for code in codes:
        entries = reference.offices.get(code, ())
        for office in entries:
            if office.holds(last_day):
                yield code, (office.name_vi, office.name_en)


def _section(
    office: str, this: YearFacts, last: YearFacts, targets: Mapping[tuple[str, Measure], Decimal]
) -> Section:
    return Section(
        office,
        tuple(_length(code, direction, this, last) for direction in DIRECTIONS for code in INTERVALS),
        tuple(excess for direction in DIRECTIONS if (excess := _excess(direction, this, last)) is not None),
        tuple(
            _volume(measure, direction, this, last, targets.get((office, measure)))
            for measure in MEASURES
            for direction in (ALL, *DIRECTIONS, *_unknown(this, last))
        ),
        tuple(_outcomes(kind, this, last) for kind in OUTCOMES),
    )


def _length(code: str, direction: str, this: YearFacts, last: YearFacts) -> Length:
    new, old = this.leaves_of(direction), last.leaves_of(direction)
    return Length(
        code,
        direction,
        _counted(new, code),
        _counted(old, code),
        _change(compare(_cells(new, code), _cells(old, code))),
        _change(compare(_cells(new, code, "working"), _cells(old, code, "working"))),
    )


def _cells(leaves: Iterable[Leaf], code: str, clock: str = "elapsed") -> Cells:
    found: dict[Hashable, Sums] = {}
    for leaf in leaves:
        one = leaf.lengths.get(code, _NOTHING)
        total_s = one.elapsed_s if clock == "elapsed" else one.working_s
        found[leaf.office, leaf.channel] = Sums(one.n, total_s)
    return found


def _counted(leaves: Iterable[Leaf], code: str) -> Counted:
    cells = [leaf.lengths.get(code, _NOTHING) for leaf in leaves]
    n = sum(one.n for one in cells)
    population_n = sum(one.population_n for one in cells)
    open_n = sum(one.open_n for one in cells)
    return Counted(
        n,
        population_n,
        open_n,
        sum(one.cancelled_n for one in cells),
        _share(n, population_n - open_n),
        _share(open_n, population_n),
    )


def _change(of: Comparison) -> Change:
    return Change(
        _float(of.this_mean),
        _float(of.last_mean),
        _float(of.raw_change),
        _float(of.standardised_mean),
        _float(of.standardised_change),
        _float(of.matched_share),
    )


def _excess(direction: str, this: YearFacts, last: YearFacts) -> Excess | None:
    new, old = this.leaves_of(direction), last.leaves_of(direction)
    wholes, parts = ((_cells(new, code), _cells(old, code)) for code in (WHOLE, PART))
    whole, part = compare(*wholes).raw_change, compare(*parts).raw_change
    if whole is None or part is None or not moved_more(part, whole):
        return None
    of = decompose(wholes, parts, (_both(new), _both(old)))
    return Excess(
        direction,
        float(part),
        float(whole),
        float(part - whole),
        None if of is None else float(of.wait),
        None if of is None else float(of.populations),
        None if of is None else float(of.mix),
        None if of is None else of.greatest,
    )


def _both(leaves: Iterable[Leaf]) -> dict[Hashable, Both]:
    return {(leaf.office, leaf.channel): leaf.both for leaf in leaves}


def _volume(
    measure: Measure, direction: str, this: YearFacts, last: YearFacts, target: Decimal | None
) -> Volume:
    of_this, of_last = (_amount(measure, direction, year) for year in (this, last))
    aim = target if direction == ALL else None
    return Volume(
        measure,
        direction,
        of_this,
        of_last,
        _share(of_this, of_last),
        aim,
        None if aim is None else _share(of_this, aim),
    )


def _unknown(*years: YearFacts) -> tuple[str, ...]:
    """Return the direction of those of which none was said, where there are any, so that all add up to the whole."""
    others = {one.direction for year in years for one in year.worths} - {*DIRECTIONS}
    return tuple(sorted(others))


def _amount(measure: Measure, direction: str, year: YearFacts) -> Decimal | None:
    worths = [one for one in year.worths if direction in (ALL, one.direction)]
    match measure:
        case "declarations":
            return Decimal(sum(one.declarations for one in worths))
        case "turnover_usd":
            return _sum(one.value_usd for one in worths)
        case "revenue_vnd":
            return _sum(one.tax_vnd for one in worths)


def _outcomes(kind: str, this: YearFacts, last: YearFacts) -> Outcomes:
    new, old = ([one for one in year.enforced if one.kind == kind] for year in (this, last))
    return Outcomes(
        kind,
        sum(one.count for one in new),
        sum(one.count for one in old),
        _sum(one.amount_vnd for one in new),
        _sum(one.amount_vnd for one in old),
    )


def _sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    said = [amount for amount in amounts if amount is not None]
    return sum(said, Decimal()) if said else None


def _share(part: int | Decimal | None, whole: int | Decimal | None) -> float | None:
    return None if part is None or not whole else float(Fraction(part) / Fraction(whole))


def _float(exact: Fraction | None) -> float | None:
    return None if exact is None else float(exact)
