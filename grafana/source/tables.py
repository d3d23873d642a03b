"""Tables: columns with their names in both languages, from several questions to Prometheus or one to the store."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from grafana_foundation_sdk.builders import common, table
from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.models import common as models
from grafana_foundation_sdk.models import dashboard

from grafana.source import sources
from grafana.source.looks import WORD, Look
from grafana.source.panels import Head, Panel, dressed
from grafana.source.sources import ClickHouseQuery
from grafana.source.words import both
from streams.words import Word

EMPTY: Final = "–"
"""In a cell that has no value: absent is not 0."""


class Column(NamedTuple):
    """A column: the field of the answer, the name that people read, how its values look, its width in pixels."""

    field: str
    title: Word
    look: Look = WORD
    width: int = 0
    link: dashboard.DashboardLink | None = None


class Asked(NamedTuple):
    """A column whose values Prometheus gives."""

    expression: str
    title: Word
    look: Look
    width: int = 0


def asked_table(
    head: Head,
    labels: Sequence[Column],
    asked: Sequence[Asked],
    *,
    names: str = "",
    sort: Word | None = None,
    falling: bool = True,
) -> Panel:
    """Build a table with a row for each combination of the `labels` that any question has, and a column for each.

    `names` is a question whose labels are wanted and whose value is not, such as that for the names of offices. The
    labels of every other question are the same and are among its own: Grafana merges rows by the labels that all have.
    """
    expressions = [*([names] if names else []), *(ask.expression for ask in asked)]
    fields = (
        [f"Value #{sources.ref_of(i)}" for i in range(len(expressions))]
        if len(expressions) > 1
        else ["Value"]
    )
    hidden = ["Time", *(fields[:1] if names else [])]
    values = [
        Column(field, ask.title, ask.look, ask.width)
        for field, ask in zip(fields[1:] if names else fields, asked, strict=True)
    ]
    panel = dressed(table.Panel(), head, WORD).datasource(sources.prometheus())
    for place, expression in enumerate(expressions):
        panel = panel.with_target(sources.rows(expression, sources.ref_of(place)))
    if len(expressions) > 1:
        panel = panel.with_transformation(dashboard.DataTransformerConfig("merge", options={}))
    return _finished(panel, [*labels, *values], hidden, sort, falling)


def matrix(head: Head, expression: str, row: Column, column: str, look: Look) -> Panel:
    """Build a table of one question: its rows are the values of the label of `row`, its columns those of `column`."""
    panel = dressed(table.Panel(), head, look).datasource(sources.prometheus())
    panel = panel.with_target(sources.rows(expression, "A")).with_transformation(
        dashboard.DataTransformerConfig(
            "groupingToMatrix",
            options={
                "columnField": column,
                "rowField": row.field,
                "valueField": "Value",
                "emptyValue": "zero",
            },
        )
    )
    corner = f"{row.field}\\{column}"
    named = dashboard.DynamicConfigValue("displayName", both(row.title))
    if look.limits is not None:
        panel = panel.cell_options(models.TableColorTextCellOptions())
    built: Panel = panel.override_by_name(corner, [named, *_properties(row)]).cell_height(
        models.TableCellHeight.SM
    )
    return built


def stored_table(
    head: Head, sql: str, columns: Sequence[Column], *, sort: Word | None = None, falling: bool = True
) -> Panel:
    """Build a table of what a statement gives. Every column of its answer is one of `columns`."""
    panel = dressed(table.Panel(), head, WORD).datasource(sources.clickhouse())
    return _finished(panel.with_target(ClickHouseQuery(sql, "A")), columns, [], sort, falling)


def shaded_table(head: Head, sql: str, first: Column, others: Sequence[Column], look: Look) -> Panel:
    """Build a table whose numbers lie on shades of blue, the greater the darker: a heat map that says its numbers."""
    panel = dressed(table.Panel(), head, look).datasource(sources.clickhouse())
    panel = (
        panel.with_target(ClickHouseQuery(sql, "A"))
        .color_scheme(build.FieldColor().mode(dashboard.FieldColorModeId.CONTINUOUS_BLUES))
        .cell_options(
            models.TableColoredBackgroundCellOptions(mode=models.TableCellBackgroundDisplayMode.BASIC)
        )
        .align(models.FieldTextAlignment.CENTER)
    )
    return _finished(panel, [first, *(column._replace(look=look) for column in others)], [], None, False)


def _finished(
    panel: Any, columns: Sequence[Column], hidden: Sequence[str], sort: Word | None, falling: bool
) -> Panel:
    order = {column.field: place for place, column in enumerate(columns)}
    names = {column.field: both(column.title) for column in columns}
    panel = panel.with_transformation(
        dashboard.DataTransformerConfig(
            "organize",
            options={
                "excludeByName": dict.fromkeys(hidden, True),
                "indexByName": order,
                "renameByName": names,
            },
        )
    )
    for column in columns:
        panel = panel.override_by_name(both(column.title), _properties(column))
    if sort is not None:
        panel = panel.sort_by([common.TableSortByFieldState().display_name(both(sort)).desc(falling)])
    built: Panel = panel.cell_height(models.TableCellHeight.SM)
    return built


def _properties(column: Column) -> list[dashboard.DynamicConfigValue]:
    properties = column.look._replace(nothing=EMPTY).properties()
    properties.append(dashboard.DynamicConfigValue("custom.wrapHeaderText", True))
    if column.width:
        properties.append(dashboard.DynamicConfigValue("custom.width", column.width))
    if column.link is not None:
        properties.append(dashboard.DynamicConfigValue("links", [column.link]))
    judged = column.look.limits is not None or any(colour for _, colour in (column.look.said or {}).values())
    if judged:
        properties.append(
            dashboard.DynamicConfigValue("custom.cellOptions", models.TableColorTextCellOptions())
        )
    return properties
