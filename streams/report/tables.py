"""The tables of a report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from streams.core.report import DIRECTIONS, WHOLE, Change, Excess, Length, Section
from streams.report.writer import Writer, lowered, raised


class Table(NamedTuple):
    """A table; the first column is text, the others are numbers."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""


def lengths(w: Writer) -> Table:
    """The means of all time."""
    return Table(
        w.text("lengths"),
        _means_head(w),
        [_means_row(w, one, one.elapsed) for one in w.report.figures.total.lengths],
        w.text("note_lengths"),
    )


def working(w: Writer) -> Table:
    """The means of working time."""
    return Table(
        w.text("lengths_working"),
        _means_head(w),
        [_means_row(w, one, one.working) for one in w.report.figures.total.lengths],
    )


def _means_head(w: Writer) -> list[str]:
    return [
        w.text("interval"),
        raised(w.this),
        raised(w.last),
        w.text("change"),
        w.text("change_standardised"),
    ]


def _means_row(w: Writer, one: Length, of: Change) -> list[str]:
    return [
        w.interval_of(one.direction, one.interval),
        w.length(of.this_mean_s),
        w.length(of.last_mean_s),
        w.change(of.raw_change_s),
        w.change(of.standardised_change_s),
    ]


def basis(w: Writer) -> Table:
    """How many declarations the means are of; what was last year stands in brackets."""
    return Table(
        w.text("basis"),
        (
            w.text("interval"),
            w.text("measured"),
            w.text("population"),
            w.text("coverage"),
            w.text("open"),
            w.text("matched"),
        ),
        [_basis_row(w, one) for one in w.report.figures.total.lengths],
        w.text("note_basis"),
    )


def _basis_row(w: Writer, one: Length) -> list[str]:
    return [
        w.interval_of(one.direction, one.interval),
        f"{w.whole(one.this.n)} ({w.whole(one.last.n)})",
        f"{w.whole(one.this.population_n)} ({w.whole(one.last.population_n)})",
        f"{w.percent(one.this.coverage)} ({w.percent(one.last.coverage)})",
        f"{w.percent(one.this.open_share)} ({w.percent(one.last.open_share)})",
        w.percent(one.elapsed.matched_share),
    ]


def causes(w: Writer, of: Excess) -> Table | None:
    """What an excess is made of; None where it can't be taken apart."""
    if of.wait_s is None:
        return None
    return Table(
        "",
        (w.text("cause"), w.text("contribution")),
        [
            [w.text("wait", change=w.change(-of.wait_s)), w.change(of.wait_s)],
            [w.text("populations"), w.change(of.populations_s)],
            [w.text("mix"), w.change(of.mix_s)],
            [w.text("sum"), w.change(of.excess_s)],
        ],
    )


def volumes(w: Writer) -> Table:
    """How much there was, and what of the year's target, where there is any."""
    of = w.report.figures.total.volumes
    with_targets = any(one.target is not None for one in of)
    head = [w.text("figure"), raised(w.this), raised(w.last), w.text("of_last")]
    rows = [
        [
            w.volume(one),
            w.amount(one.measure, one.this),
            w.amount(one.measure, one.last),
            w.percent(one.of_last),
        ]
        for one in of
    ]
    if with_targets:
        head += [w.text("target", year=w.report.figures.period.year), w.text("of_target")]
        for row, one in zip(rows, of, strict=True):
            row += [w.amount(one.measure, one.target), w.percent(one.of_target)]
    return Table(w.text("volumes"), head, rows)


def outcomes(w: Writer) -> Table:
    """What enforcement came to."""
    return Table(
        w.text("outcomes"),
        (
            w.text("figure"),
            w.text("count", period=w.this),
            w.text("count", period=w.last),
            w.text("amount", period=w.this),
            w.text("amount", period=w.last),
        ),
        [
            [
                w.outcome(one.kind),
                w.whole(one.this_count),
                w.whole(one.last_count),
                w.vnd(one.this_vnd),
                w.vnd(one.last_vnd),
            ]
            for one in w.report.figures.total.outcomes
        ],
    )


def offices(w: Writer) -> Table:
    """The whole way at each office, in each direction that has declarations."""
    return Table(
        w.text("offices"),
        (
            w.text("office"),
            w.text("declarations"),
            w.text("of_last"),
            raised(w.this),
            raised(w.last),
            w.text("change"),
            w.text("change_standardised"),
            w.text("open"),
        ),
        [
            _office_row(w, section, direction)
            for section in w.report.figures.offices
            for direction in DIRECTIONS
            if section.volume("declarations", direction).this
            or section.volume("declarations", direction).last
        ],
        w.text("note_offices"),
    )


def _office_row(w: Writer, section: Section, direction: str) -> list[str]:
    volume, one = section.volume("declarations", direction), section.length(WHOLE, direction)
    return [
        f"{w.office(section.office)}: {lowered(w.direction(direction))}",
        w.amount(volume.measure, volume.this),
        w.percent(volume.of_last),
        w.length(one.elapsed.this_mean_s),
        w.length(one.elapsed.last_mean_s),
        w.change(one.elapsed.raw_change_s),
        w.change(one.elapsed.standardised_change_s),
        w.percent(one.this.open_share),
    ]
