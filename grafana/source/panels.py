"""Panels of one kind each: a figure, lines over time, bars, columns, a note. Tables are in `tables`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from grafana_foundation_sdk.builders import barchart, bargauge, common, stat, text, timeseries
from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.cog import builder as cogbuilder
from grafana_foundation_sdk.models import common as models
from grafana_foundation_sdk.models import dashboard
from grafana_foundation_sdk.models.text import TextMode

from grafana.source import sources
from grafana.source.colours import PALETTE
from grafana.source.looks import Look
from grafana.source.sources import ClickHouseQuery
from grafana.source.words import about, both
from streams.words import Word

Panel = cogbuilder.Builder[dashboard.Panel]

DASHES: Final[tuple[tuple[float, ...], ...]] = ((), (10, 10), (2, 6), (16, 6, 2, 6))
"""Line styles: series that look alike to some differ in these."""

HIDDEN: Final = "before"
"""The column that bars of a waterfall stand on."""


class Ask(NamedTuple):
    """One question to Prometheus, and the name of the series that answer it: `{{office}}` is a label of theirs."""

    expression: str
    name: str


class Head(NamedTuple):
    """What stands above a panel: its title, and what it answers, in both languages."""

    title: Word
    about: Word


def dressed(panel: Any, head: Head, look: Look) -> Any:
    """Give a panel of any kind its title, description and the look of its values."""
    panel = panel.title(both(head.title)).description(about(head.about))
    panel = (
        panel.unit(look.unit).no_value(look.nothing).thresholds(look.thresholds()).mappings(look.mappings())
    )
    return panel if look.decimals is None else panel.decimals(look.decimals)


def figure(
    head: Head,
    asks: Sequence[Ask],
    look: Look,
    *,
    background: bool = False,
    names: bool = False,
    links: Sequence[dashboard.DashboardLink] = (),
) -> Panel:
    """Build large figures, one for each series. `background` colours the whole panel, `names` shows their names."""
    panel = dressed(stat.Panel(), head, look).datasource(sources.prometheus())
    panel = (
        panel.reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))
        .graph_mode(models.BigValueGraphMode.NONE)
        .justify_mode(models.BigValueJustifyMode.CENTER)
        .text_mode(models.BigValueTextMode.VALUE_AND_NAME if names else models.BigValueTextMode.VALUE)
        .color_mode(
            models.BigValueColorMode.BACKGROUND_SOLID if background else models.BigValueColorMode.VALUE
        )
        .color_scheme(build.FieldColor().mode(dashboard.FieldColorModeId.THRESHOLDS))
    )
    if links:
        panel = panel.data_links([_Given(link) for link in links])
    return _with(
        panel, [sources.now(ask.expression, sources.ref_of(i), ask.name) for i, ask in enumerate(asks)]
    )


def lines(
    head: Head, asks: Sequence[Ask], look: Look, *, named: Sequence[str] = (), stacked: bool = False
) -> Panel:
    """Build lines over the board's time range.

    Each question has a colour and a line style of its own; where it is answered by several series, they are shades
    of that colour. With `named`, the fixed names of the series, these have the colours instead.
    """
    panel = _lined(dressed(timeseries.Panel(), head, look), stacked).datasource(sources.prometheus())
    for place, name in enumerate(named):
        panel = panel.override_by_name(name, _style(place))
    for place in range(0 if named else len(asks)):
        panel = panel.override_by_query(sources.ref_of(place), _style(place, shades=True))
    return _with(
        panel, [sources.over_time(a.expression, sources.ref_of(i), a.name) for i, a in enumerate(asks)]
    )


def stored_lines(head: Head, sql: str, look: Look, *, named: Sequence[str]) -> Panel:
    """Build lines from the store: the statement gives a column `time` and those `named`, as they are shown."""
    panel = _lined(dressed(timeseries.Panel(), head, look), stacked=False).datasource(sources.clickhouse())
    panel = panel.show_points(models.VisibilityMode.ALWAYS).point_size(6)
    for place, name in enumerate(named):
        panel = panel.override_by_name(name, _style(place))
    return _with(panel, [ClickHouseQuery(sql, "A")])


def bars(head: Head, asks: Sequence[Ask], look: Look) -> Panel:
    """Build horizontal bars, one for each series, with its value in words beside it."""
    panel = dressed(bargauge.Panel(), head, look).datasource(sources.prometheus())
    panel = (
        panel.orientation(models.VizOrientation.HORIZONTAL)
        .display_mode(models.BarGaugeDisplayMode.BASIC)
        .value_mode(models.BarGaugeValueMode.TEXT)
        .name_placement(models.BarGaugeNamePlacement.LEFT)
        .min(0)
        .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))
        .color_scheme(build.FieldColor().mode(dashboard.FieldColorModeId.THRESHOLDS))
    )
    return _with(panel, [sources.now(a.expression, sources.ref_of(i), a.name) for i, a in enumerate(asks)])


def columns(
    head: Head,
    sql: str,
    look: Look,
    *,
    category: str,
    named: Sequence[str],
    stacked: bool = False,
    lying: bool = False,
) -> Panel:
    """Build a bar for each row of the store's answer and each of its columns `named`, as they are shown.

    `category` is the column with the rows' names. Stacked bars may stand on one called `HIDDEN`, which is not seen.
    """
    panel = dressed(barchart.Panel(), head, look).datasource(sources.clickhouse())
    panel = (
        panel.x_field(category)
        .orientation(models.VizOrientation.HORIZONTAL if lying else models.VizOrientation.VERTICAL)
        .stacking(models.StackingMode.NORMAL if stacked else models.StackingMode.NONE)
        .show_value(models.VisibilityMode.ALWAYS)
        .fill_opacity(90)
        .group_width(0.8)
        .legend(_legend())
        .color_scheme(_colour(PALETTE[0]))
    )
    for place, name in enumerate(named):
        panel = panel.override_by_name(name, [_property(PALETTE[place % len(PALETTE)])])
    if stacked:
        hidden = dashboard.DynamicConfigValue(
            "custom.hideFrom", models.HideSeriesConfig(legend=True, tooltip=True, viz=False)
        )
        panel = panel.override_by_name(HIDDEN, [_property("transparent"), hidden])
    return _with(panel, [ClickHouseQuery(sql, "A")])


def note(title: Word, markdown: Word) -> Panel:
    """Build a panel of text."""
    content = f"{markdown.vi}\n\n{markdown.en}"
    return text.Panel().title(both(title)).mode(TextMode.MARKDOWN).content(content)


def _style(place: int, *, shades: bool = False) -> list[dashboard.DynamicConfigValue]:
    """Return the colour and the line style of the series at a place: no two of the first eight share either pair."""
    dash = DASHES[place % len(DASHES)]
    style = models.LineStyle(fill="dash", dash=list(dash)) if dash else models.LineStyle(fill="solid")
    return [
        _property(PALETTE[place % len(PALETTE)], shades=shades),
        dashboard.DynamicConfigValue("custom.lineStyle", style),
    ]


def _property(colour: str, *, shades: bool = False) -> dashboard.DynamicConfigValue:
    return dashboard.DynamicConfigValue("color", _colour(colour, shades=shades).build())


def _colour(colour: str, *, shades: bool = False) -> build.FieldColor:
    mode = dashboard.FieldColorModeId.SHADES if shades else dashboard.FieldColorModeId.FIXED
    return build.FieldColor().mode(mode).fixed_color(colour)


def _lined(panel: Any, stacked: bool) -> Any:
    stacking = models.StackingMode.NORMAL if stacked else models.StackingMode.NONE
    return (
        panel.legend(_legend())
        .tooltip(common.VizTooltipOptions().mode(models.TooltipDisplayMode.MULTI))
        .line_width(2)
        .fill_opacity(30 if stacked else 0)
        .stacking(common.StackingConfig().mode(stacking))
        .show_points(models.VisibilityMode.AUTO)
        .span_nulls(False)
        .axis_soft_min(0)
        .color_scheme(_colour(PALETTE[0], shades=True))
    )


def _legend() -> common.VizLegendOptions:
    return (
        common.VizLegendOptions()
        .show_legend(True)
        .display_mode(models.LegendDisplayMode.LIST)
        .placement(models.LegendPlacement.BOTTOM)
        .calcs([])
    )


def _with(panel: Any, targets: Sequence[Any]) -> Panel:
    for target in targets:
        panel = panel.with_target(target)
    built: Panel = panel
    return built


class _Given(cogbuilder.Builder[dashboard.DashboardLink]):
    """A link that is built already, where the SDK wants a builder."""

    def __init__(self, link: dashboard.DashboardLink) -> None:
        self._link = link

    def build(self) -> dashboard.DashboardLink:
        return self._link
