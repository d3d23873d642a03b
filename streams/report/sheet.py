"""A report in words, laid out but in no format yet: what Markdown and HTML both show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import trunc
from typing import NamedTuple

from streams.core.period import ALL
from streams.core.report import DIRECTIONS, INTERVALS, PART, WHOLE, Excess
from streams.core.yearly_target import Measure
from streams.report import tables
from streams.report.tables import Table
from streams.report.writer import Writer, lowered


class Warned(NamedTuple):
    """A warning, with the table of what the excess is made of and what most of it is, where that can be told."""

    title: str
    text: str
    table: Table | None
    conclusion: str


class Card(NamedTuple):
    """One great number: what it is of, the number, and how it stands."""

    label: str
    value: str
    detail: str


class Sheet(NamedTuple):
    """Everything that is shown, in the order in which it is."""

    title: str
    subtitle: str
    as_of: str
    status: str
    is_provisional: bool
    remarks: Sequence[str]
    highlights_title: str
    highlights: Sequence[str]
    cards: Sequence[Card]
    lengths: Table
    warnings: Sequence[Warned]
    basis: Table
    working: Table
    volumes: Sequence[Table]
    offices: Table | None
    foot: str


_CARDS: tuple[tuple[Measure, str], ...] = (
    ("declarations", ALL),
    ("turnover_usd", "export"),
    ("turnover_usd", "import"),
    ("revenue_vnd", ALL),
)


def lay_out(w: Writer) -> Sheet:
    """Return the whole report."""
    report, period = w.report, w.report.figures.period
    provisional = report.this_is_provisional or report.last_is_provisional
    return Sheet(
        w.text("title_month" if period.month else "title_year", year=period.year, month=period.month),
        w.text("compared", office=w.office(period.office)),
        w.text("as_of", time=w.time(report.watermark)) if report.watermark else w.text("nothing_stored"),
        w.text("provisional" if provisional else "official"),
        provisional,
        list(_remarks(w)),
        w.text("highlights"),
        list(_highlights(w)),
        list(_cards(w)),
        tables.lengths(w),
        [_warning(w, one) for one in report.figures.total.excesses],
        tables.basis(w),
        tables.working(w),
        [tables.volumes(w), tables.outcomes(w)],
        tables.offices(w) if report.figures.offices else None,
        w.text("foot", cancelled=w.whole(_cancelled(w))),
    )


def _remarks(w: Writer) -> Iterator[str]:
    """Say of each provisional period how many of its declarations are open."""
    wholes = [w.report.figures.total.length(WHOLE, direction) for direction in DIRECTIONS]
    for period, provisional, counted in (
        (w.this, w.report.this_is_provisional, [one.this for one in wholes]),
        (w.last, w.report.last_is_provisional, [one.last for one in wholes]),
    ):
        if provisional:
            open_n, population_n = (
                sum(one.open_n for one in counted),
                sum(one.population_n for one in counted),
            )
            share = open_n / population_n if population_n else None
            yield w.text("remark", period=period, open=w.whole(open_n), share=w.percent(share))


def _highlights(w: Writer) -> Iterator[str]:
    """Say in sentences what the department's announcement says."""
    for direction in DIRECTIONS:
        for code in INTERVALS:
            of = w.report.figures.total.length(code, direction).elapsed
            if of.this_mean_s is None:
                continue
            said = {
                "direction": w.direction(direction),
                "interval": lowered(w.interval(code)),
                "mean": w.length(of.this_mean_s),
            }
            if of.raw_change_s is None:
                yield w.text("said_alone", **said)
                continue
            beside = ""
            if of.standardised_change_s is not None:
                beside = w.text("said_standardised", change=_moved(w, of.standardised_change_s))
            yield w.text("said", change=_moved(w, of.raw_change_s), standardised=beside, **said)


def _moved(w: Writer, seconds: float) -> str:
    by = trunc(seconds)
    return w.text("less" if by < 0 else "more" if by > 0 else "same", length=w.size(seconds))


def _cards(w: Writer) -> Iterator[Card]:
    for measure, direction in _CARDS:
        one = w.report.figures.total.volume(measure, direction)
        detail = w.text("card_of_last", share=w.percent(one.of_last))
        if one.of_target is not None:
            detail = w.text("card_of_target", share=w.percent(one.of_target))
        yield Card(w.volume(one), w.amount(measure, one.this), detail)


def _warning(w: Writer, of: Excess) -> Warned:
    title = w.text(
        "warning", direction=w.direction(of.direction), part=w.interval(PART), whole=w.interval(WHOLE)
    )
    table = tables.causes(w, of)
    text = w.text(
        "warning_blind" if table is None else "warning_text",
        part_change=w.change(of.part_change_s),
        whole_change=w.change(of.whole_change_s),
        excess=w.change(of.excess_s),
    )
    conclusion = "" if of.greatest is None else w.text("mostly", cause=w.text(f"mostly_{of.greatest}"))
    return Warned(title, text, table, conclusion)


def _cancelled(w: Writer) -> int:
    return sum(w.report.figures.total.length(WHOLE, direction).this.cancelled_n for direction in DIRECTIONS)
