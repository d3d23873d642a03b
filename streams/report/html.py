"""A report as one HTML file: no script, nothing fetched, charts inside; it prints on A4 and follows a dark screen."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from streams.report.charts import excess_chart, lengths_chart, offices_chart
from streams.report.sheet import lay_out
from streams.report.writer import Writer

_TEMPLATES: Final = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,  # codes of offices come from strangers
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def render(writer: Writer) -> str:
    """Return the page."""
    total = writer.report.figures.total
    return _TEMPLATES.get_template("page.html").render(
        w=writer,
        sheet=lay_out(writer),
        lengths=lengths_chart(writer),
        excesses=[None if one.wait_s is None else excess_chart(writer, one) for one in total.excesses],
        offices=offices_chart(writer) if writer.report.figures.offices else None,
    )
