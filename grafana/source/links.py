"""Links between boards. All of them keep the time range and what is selected, and point at boards of this Grafana."""

from __future__ import annotations

from typing import Final

from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.models import dashboard

from grafana.source.words import both
from streams.words import Word

TAG: Final = "release-monitor"
_TIME: Final = "${__url_time_range}"

UIDS: Final = {
    "operations": "release-operations",
    "office": "release-office",
    "open": "release-open",
    "analysis": "release-analysis",
    "pipeline": "release-pipeline",
}


def boards() -> build.DashboardLink:
    """Return the menu of all boards, with the selection and the time range taken along."""
    return (
        build.DashboardLink(both(Word("Bảng khác", "Boards")))
        .type(dashboard.DashboardLinkType.DASHBOARDS)
        .tags([TAG])
        .as_dropdown(True)
        .include_vars(True)
        .keep_time(True)
    )


def to(
    board: str, title: Word, office: str = "${office:queryparam}", more: str = ""
) -> dashboard.DashboardLink:
    """Return a link to a board. `office` says which one is selected there, `more` adds parameters."""
    url = f"/d/{UIDS[board]}/?{office}{more}&{_TIME}"
    return dashboard.DashboardLink(title=both(title), url=url, type_val=dashboard.DashboardLinkType.LINK)


def to_office_of_row(column: str = "office") -> dashboard.DashboardLink:
    """Return the link of a table's cell to the board of the office in that row."""
    return to("office", Word("Xem chi cục", "Show the office"), f"var-office=${{__data.fields.{column}}}")
