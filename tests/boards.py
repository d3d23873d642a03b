"""The committed boards as tests read them: their panels, queries and variables."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from stores import REPOSITORY

GRAFANA = REPOSITORY / "grafana"
Board = dict[str, Any]


class Query(NamedTuple):
    """A query with where it stands, for messages of tests."""

    board: str
    panel: str
    target: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.board}: {self.panel}: {self.target['refId']}"


@cache
def boards() -> dict[str, Board]:
    """Return every committed board by the name of its file."""
    return {
        path.stem: json.loads(path.read_text(encoding="utf-8"))
        for path in sorted((GRAFANA / "dashboards").glob("*.json"))
    }


def queries(board: str, kind: str) -> Iterator[Query]:
    """Give the queries of a board that have `expr`, or `rawSql`."""
    for panel in boards()[board]["panels"]:
        for target in panel.get("targets") or ():
            if kind in target:
                yield Query(board, panel["title"], target)


def texts(value: object) -> Iterator[str]:
    """Give every text in a document."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from texts(part)
