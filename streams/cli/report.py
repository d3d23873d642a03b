"""The command `report`: the published figures."""

from __future__ import annotations

import sys
from typing import Annotated, Literal

import msgspec
import typer
from clickhouse_connect.driver.client import Client

from streams.cli.failure import CommandError
from streams.cli.options import DataDir
from streams.cli.publishing import publish_report, report_now, show_differences
from streams.core.durations import Language
from streams.core.period import ALL, Period
from streams.core.reference import Reference
from streams.core.report import Report
from streams.core.report_facts import Facts
from streams.core.report_making import make_report
from streams.local.access import open_store
from streams.local.refold import stale_declarations
from streams.reference import load_reference
from streams.report import html, markdown
from streams.report.writer import Writer
from streams.settings import Settings
from streams.store.report_figures import read_facts
from streams.store.schema import pending

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
    publish: Annotated[
        bool, typer.Option("--publish", help="Freeze the period with a revision number as well.")
    ] = False,
    provisional: Annotated[
        bool,
        typer.Option("--provisional", help="With --publish: also before 30 days have passed since it ended."),
    ] = False,
    differences: Annotated[
        bool, typer.Option("--differences", help="Instead: what differs now from what was published.")
    ] = False,
    data: DataDir = None,
) -> None:
    """Print the published figures: mean release times of two years, raw and at the same mix, and all beside them."""
    if provisional and not publish:
        raise CommandError("--provisional says how to publish: say --publish as well")
    if publish and differences:
        raise CommandError("--publish and --differences are two things: ask for one of them")
    period = _period(year, against, month, office)
    settings = Settings()
    reference = load_reference(settings.reference_file)
    with open_store(settings, data, write=publish) as client:
        _want_rows_of_now(client, reference)
        if differences:
            show_differences(
                client,
                period,
                lambda other: report_now(client, period, other, reference).figures.canonical(),
                reference.default_zone,
                lang,
            )
            return

        def made() -> Report:
            return make_report(_facts(client, period, against), period, against, reference)

        if publish:
            publish_report(
                client,
                period,
                against,
                lambda: made().figures.canonical(),
                provisional,
                reference.default_zone,
                lang,
            )
        page = render(made(), lang, format)
    sys.stdout.buffer.write(page.encode())
    sys.stdout.buffer.flush()


def _want_rows_of_now(client: Client, reference: Reference) -> None:
    """Refuse a store without our tables, and tell where rows are of older rules: they may lack what is counted."""
    if pending(client):
        raise CommandError("the schema of the store is not up to date: run `release-monitor migrate`")
    stale = stale_declarations(client, reference)
    if stale:
        print(
            f"warning: {stale:,} declarations were made by other rules or reference data and may be left out:"
            " run `release-monitor refold`",
            file=sys.stderr,
        )


def _facts(client: Client, period: Period, against: int) -> Facts:
    facts = read_facts(client, period, against)
    if not facts.this.leaves:
        where = "" if period.office == ALL else f" at {period.office}"
        when = f"{period.month}/{period.year}" if period.month else f"{period.year}"
        raise CommandError(f"the store has no declaration registered in {when}{where}: nothing to report")
    return facts


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
