"""A report as Markdown, which reads well as plain text too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from unicodedata import combining

from streams.core.printable import printable
from streams.report.sheet import Sheet, lay_out
from streams.report.tables import Table
from streams.report.writer import Writer


def render(writer: Writer) -> str:
    """Return the page."""
    return "\n".join(_lines(lay_out(writer))) + "\n"


def _lines(sheet: Sheet) -> Iterator[str]:
    yield from (f"# {_plain(sheet.title)}", "")
    yield from (f"{_plain(sheet.subtitle)} · **{sheet.status}** · {sheet.as_of}", "")
    for remark in sheet.remarks:
        yield from (f"> {remark}", "")
    yield from (f"## {sheet.highlights_title}", "")
    yield from (*(f"- {_plain(sentence)}" for sentence in sheet.highlights), "")
    yield from _section(sheet.lengths)
    for warning in sheet.warnings:
        yield from (f"### ⚠ {_plain(warning.title)}", "", warning.text, "")
        if warning.table is not None:
            yield from (*_table(warning.table), "", f"**{warning.conclusion}**", "")
    yield from (*_section(sheet.basis), *_section(sheet.working))
    for table in sheet.volumes:
        yield from _section(table)
    if sheet.offices is not None:
        yield from _section(sheet.offices)
    yield sheet.foot


def _section(table: Table) -> Iterator[str]:
    yield from (f"## {table.title}", "", *_table(table), "")
    if table.note:
        yield from (table.note, "")


def _table(table: Table) -> Iterator[str]:
    """Write a table whose columns stand below each other also where nobody renders it."""
    rows = [[_plain(cell) for cell in row] for row in (table.head, *table.rows)]
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    head, *body = rows
    yield _row(head, widths)
    yield _row(["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])], widths)
    for row in body:
        yield _row(row, widths)


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = ((" " * (width - _width(cell)), cell) for cell, width in zip(cells, widths, strict=True))
    return f"| {first[1]}{first[0]} | " + " | ".join(f"{space}{cell}" for space, cell in others) + " |"


def _width(text: str) -> int:
    return sum(not combining(letter) for letter in text)


def _plain(text: str) -> str:
    """Write what may come from a stranger, such as the code of an office, so that it is text and no markup."""
    shown = printable(text)
    for sign in ("\\", "|", "<", "`", "*", "_", "[", "#"):
        shown = shown.replace(sign, f"\\{sign}")
    return shown
