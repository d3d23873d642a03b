"""Publishing a period, what differs from what was published, and the command `published`."""

from __future__ import annotations

import datetime as dt
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from io import StringIO
from typing import Annotated, Any, Final

import typer
from clickhouse_connect.driver.client import Client
from rich.console import Console
from rich.table import Table
from rich.text import Text

from streams.cli.failure import CommandError
from streams.cli.figure_words import figure_row
from streams.cli.options import DataDir
from streams.cli.publishing_words import CAUSES, LABELS, MEASURES, SENTENCES, STATES, YES_NO
from streams.core.durations import Language, written
from streams.core.figure_changes import changed_figures, figure_changes
from streams.core.period import ALL, Period
from streams.core.printable import printable
from streams.core.reference import Reference
from streams.core.report import Report
from streams.core.report_making import make_report
from streams.local.access import open_store
from streams.reference import load_reference
from streams.report.numbers import ABSENT, exact, whole
from streams.settings import Settings
from streams.store.publications import (
    Difference,
    Publication,
    differences,
    differences_of_all,
    last_publication,
    publications,
    published_figures,
    settled_figures_of_all,
)
from streams.store.published import PublicationError, publish
from streams.store.report_figures import read_facts
from streams.store.schema import DATABASE
from streams.words import CHANNELS, DIRECTIONS

_PLAIN_WIDTH: Final = 10_000
_NUMBERS: Final = frozenset({"revision", "declarations", "open", "old", "new"})


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("published")(published)


def published(
    data: DataDir = None,
    lang: Annotated[Language, typer.Option(help="Language of the list.")] = "en",
) -> None:
    """List what was published: each revision of each period, and how many differences there are from it now."""
    settings = Settings()
    reference = load_reference(settings.reference_file)
    zone = reference.default_zone
    with open_store(settings, data) as client:
        _want_tables(client)
        found = publications(client)
        counts = differences_of_all(client)
        figures = settled_figures_of_all(client)
        newest = {one.period: one for one in found}
        for one in newest.values():
            now = report_now(client, one.period, one.against, reference).figures.canonical()
            figures[one.period, one.revision] = len(changed_figures(published_figures(client, one), now))
    if not found:
        print(SENTENCES["nothing_published"].in_(lang))
        return
    rows = []
    for one in found:
        after = one.revision + 1 if one is not newest[one.period] else None
        word = SENTENCES["now" if after is None else "kept"].in_(lang)
        rows.append(
            (
                _period(one.period, lang),
                _office(one.period, lang),
                str(one.revision),
                str(one.against),
                _time(one.published_at, zone),
                _state(one, lang),
                whole(one.declarations, lang),
                whole(one.open_n, lang),
                *(
                    word.format(count=whole(differing[one.period, one.revision], lang), after=after)
                    for differing in (counts, figures)
                ),
            )
        )
    names = (
        "period",
        "office",
        "revision",
        "against",
        "when",
        "state",
        "declarations",
        "open",
        "differences",
        "figures",
    )
    _print_table(names, rows, lang)


def report_now(client: Client, period: Period, against: int, reference: Reference) -> Report:
    """Make the report on a period as the store stands."""
    return make_report(read_facts(client, period, against), period, against, reference)


def publish_report(
    client: Client,
    period: Period,
    against: int,
    figures: Callable[[], bytes],
    provisional: bool,
    zone: dt.tzinfo,
    lang: Language = "en",
) -> None:
    """Publish a period and tell on standard error what came of it.

    `figures` computes the report's figures as canonical JSON from the store, anew whenever it is called; a period ends
    at midnight in `zone`. Raises CommandError where the period can't be published.
    """
    try:
        done = publish(client, period, against, figures, zone=zone, provisional=provisional)
    except PublicationError as error:
        raise CommandError(f"{_period(period, 'en')}, {_office(period, 'en')}: {error}") from error
    said = _said(done.publication, zone, lang)
    if not done.is_new:
        print(SENTENCES["unchanged"].in_(lang).format(**said), file=sys.stderr)
        return
    print(SENTENCES["published"].in_(lang).format(**said), file=sys.stderr)
    if done.publication.revision > 1:
        settled = (
            SENTENCES["settled"]
            .in_(lang)
            .format(count=whole(done.differences, lang), before=done.publication.revision - 1)
        )
        figures_word = SENTENCES["figures_differ" if done.figures else "figures_same"].in_(lang)
        print(f"{settled}; {figures_word.format(count=whole(done.figures, lang))}", file=sys.stderr)


def show_differences(
    client: Client, period: Period, figures: Callable[[int], bytes], zone: dt.tzinfo, lang: Language = "en"
) -> None:
    """Print what differs now from what was published of a period: of its declarations, and of the figures.

    `figures` computes the report's figures as canonical JSON, compared with the year that it is given: the one of the
    publication. Raises CommandError where the period was not published.
    """
    _want_tables(client)
    last = last_publication(client, period)
    if last is None:
        raise CommandError(
            f"{_period(period, 'en')}, {_office(period, 'en')} was not published: `report --publish` does that"
        )
    found = differences(client, period)
    differing = len({one.declaration_key for one in found})
    changes = figure_changes(published_figures(client, last), figures(last.against), differing)
    print(SENTENCES["head"].in_(lang).format(**_said(last, zone, lang)))
    if not found and not changes:
        print(SENTENCES["nothing_differs"].in_(lang))
        return
    if found:
        names = ("declaration", "measure", "old", "new", "cause", "known", "event_id")
        _print_table(names, (_row(one, zone, lang) for one in found), lang)
        counts = Counter(one.cause for one in found)
        told = (
            SENTENCES["count"].in_(lang).format(count=whole(counts[cause], lang), cause=word.in_(lang))
            for cause, word in CAUSES.items()
            if cause in counts
        )
        print(", ".join(told))
    if changes:
        changes.sort(key=lambda one: one.path[:1] == ("offices",))
        rows = (figure_row(one, period.office, lang) for one in changes)
        _print_table(("office", "figure", "old", "new", "cause"), rows, lang)
    figures_word = SENTENCES["figures_differ" if changes else "figures_same"].in_(lang)
    print(figures_word.format(count=whole(len(changes), lang)))


def _want_tables(client: Client) -> None:
    if not int(str(client.command(f"EXISTS TABLE {DATABASE}.publications"))):
        raise CommandError("the store has no tables of publications yet: run `release-monitor migrate`")


def _row(one: Difference, zone: dt.tzinfo, lang: Language) -> Sequence[str]:
    return (
        one.declaration_key,
        MEASURES[one.measure].in_(lang),
        _value(one.measure, one.old, lang),
        _value(one.measure, one.new, lang),
        CAUSES[one.cause].in_(lang),
        ABSENT if one.known_at is None else _time(one.known_at, zone),
        one.event_id or ABSENT,
    )


def _value(measure: str, value: str | None, lang: Language) -> str:
    """Write a value of a measure for people; what no word is known for is left as it is."""
    if value is None:
        return ABSENT
    if measure.endswith("_s"):
        return written(int(value), lang)
    if measure in ("value_usd", "tax_vnd"):
        return exact(Decimal(value), lang)
    catalogue = {"direction": DIRECTIONS, "channel": CHANNELS}.get(measure, YES_NO)
    return value if measure == "office" or value not in catalogue else catalogue[value].in_(lang)


def _said(one: Publication, zone: dt.tzinfo, lang: Language) -> dict[str, Any]:
    """What sentences about a publication may name."""
    return {
        "period": _period(one.period, lang),
        "office": _office(one.period, lang),
        "revision": one.revision,
        "state": _state(one, lang),
        "declarations": whole(one.declarations, lang),
        "open_n": whole(one.open_n, lang),
        "when": _time(one.published_at, zone),
    }


def _period(period: Period, lang: Language) -> str:
    word = SENTENCES["month" if period.month else "year"]
    return word.in_(lang).format(year=period.year, month=period.month)


def _office(period: Period, lang: Language) -> str:
    return SENTENCES["all"].in_(lang) if period.office == ALL else period.office


def _state(one: Publication, lang: Language) -> str:
    return STATES["provisional" if one.is_provisional else "final"].in_(lang)


def _time(at: dt.datetime, zone: dt.tzinfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


def _print_table(names: Sequence[str], rows: Iterable[Sequence[str]], lang: Language) -> None:
    """Print a table: fitted to a terminal; elsewhere each row on one line, without colours."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for name in names:
        table.add_column(LABELS[name].in_(lang), justify="right" if name in _NUMBERS else "left")
    for row in rows:
        table.add_row(*(Text(printable(cell)) for cell in row))
    console = Console()
    if console.is_terminal:
        console.print(table)
        return
    plain = StringIO()
    Console(file=plain, width=_PLAIN_WIDTH, color_system=None).print(table)
    print("\n".join(line.rstrip() for line in plain.getvalue().splitlines()))
