"""The command `report`: the published figures."""

from __future__ import annotations

import sys
from typing import Annotated, Literal

import msgspec
import typer

from streams.cli.failure import CommandError
from streams.cli.options import DataDir
from streams.core.durations import Language
from streams.core.period import ALL, Period
from streams.core.report import Report
from streams.core.report_making import make_report
from streams.local.access import open_store
from streams.reference import load_reference
from streams.report import html, markdown
from streams.report.writer import Writer
from streams.settings import Settings
from streams.store.report_figures import read_facts

Format = Literal["md", "html", "json"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("report")(report)


def report(
    year: Annotated[int, typer.Option(help="Year of registration that the report is on.")],
    against: Annotated[int, typer.Option(help="Year that it is compared with.")],
    month: Annotated[
        int | None, typer.Option(min=1, max=12, help="Only this month of both years. (default: the year)")
    ] = None,
    office: Annotated[str, typer.Option(help="Only this office. (default: all)")] = ALL,
    lang: Annotated[Language, typer.Option(help="Language of the page.")] = "en",
    format: Annotated[Format, typer.Option("--format", help="md, html (one file), or json.")] = "md",
    data: DataDir = None,
) -> None:
    """Print the published figures: mean release times of two years, raw and at the same mix, and all beside them."""
    period = _period(year, against, month, office)
    settings = Settings()
    reference = load_reference(settings.reference_file)
    with open_store(settings, data) as client:
        facts = read_facts(client, period, against)
    if not facts.this.leaves:
        where = "" if office == ALL else f" at {office}"
        when = f"{year}" if month is None else f"{month}/{year}"
        raise CommandError(f"the store has no declaration registered in {when}{where}: nothing to report")
    sys.stdout.buffer.write(render(make_report(facts, period, against, reference), lang, format).encode())
    sys.stdout.buffer.flush()


def render(report: Report, language: Language, format: Format) -> str:
    """Write a report in a format; `json` is without words and has every figure unrounded."""
    if format == "json":
        return msgspec.json.format(report.json(), indent=2).decode() + "\n"
    writer = Writer(report, language)
    return markdown.render(writer) if format == "md" else html.render(writer)


def _period(year: int, against: int, month: int | None, office: str) -> Period:
    if year == against:
        raise CommandError(f"--against {against} is the year of the report itself: name another one")
    try:
        period = Period(year, month or 0, office)
        period.of_year(against)
    except ValueError as error:
        raise CommandError(str(error)) from error
    return period
