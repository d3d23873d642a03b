"""Puts panels on a board, row by row, and gives them the numbers by which Grafana knows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.cog import builder as cogbuilder
from grafana_foundation_sdk.models import dashboard

from grafana.source import links
from grafana.source.panels import Head, Panel
from grafana.source.words import about, both
from streams.words import Word

WIDTH: Final = 24
"""Columns of Grafana's grid."""

Variable = cogbuilder.Builder[dashboard.VariableModel]


class Board:
    """A board that is being made. `since` is how far back its time range reaches at first."""

    def __init__(
        self, name: str, head: Head, variables: Sequence[Variable], *, since: str, refresh: str
    ) -> None:
        self._y = 0
        self._panels = 0
        self._board = (
            build.Dashboard(both(head.title))
            .uid(links.UIDS[name])
            .description(about(head.about))
            .tags([links.TAG])
            .timezone("Asia/Ho_Chi_Minh")
            .time(since, "now")
            .refresh(refresh)
            .week_start("monday")
            .tooltip(dashboard.DashboardCursorSync.CROSSHAIR)
            .readonly()
            .link(links.boards())
        )
        for variable in variables:
            self._board.with_variable(variable)

    def row(self, title: Word) -> None:
        """Begin a part of the board, which people can fold away."""
        position = dashboard.GridPos(h=1, w=WIDTH, x=0, y=self._y)
        self._board.with_row(build.Row(both(title)).id(self._next()).grid_pos(position))
        self._y += 1

    def line(self, height: int, *panels: tuple[int, Panel]) -> None:
        """Put panels beside each other, each with its width. Raises ValueError where they don't fill the line."""
        if sum(width for width, _ in panels) != WIDTH:
            raise ValueError(f"the panels of a line are {WIDTH} wide together, not {[w for w, _ in panels]}")
        x = 0
        for width, panel in panels:
            built = panel.build()
            built.id_val = self._next()
            built.grid_pos = dashboard.GridPos(h=height, w=width, x=x, y=self._y)
            self._board.with_panel(_Built(built))
            x += width
        self._y += height

    def build(self) -> dashboard.Dashboard:
        """Return the board."""
        return self._board.build()

    def _next(self) -> int:
        self._panels += 1
        return self._panels


class _Built(cogbuilder.Builder[dashboard.Panel]):
    """A panel that is built already, where the SDK wants a builder."""

    def __init__(self, panel: dashboard.Panel) -> None:
        self._panel = panel

    def build(self) -> dashboard.Panel:
        return self._panel
