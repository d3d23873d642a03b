"""Asks the queries of a board: Prometheus over HTTP, the store through whatever client it has."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import urlopen

from grafana.reading.answers import Row, Series, Table
from grafana.reading.selection import Chosen, Selection, at_first, offered
from grafana.reading.span import Span

Sql = Callable[[str], tuple[list[str], list[Row]]]
"""Asks the store: the names of the columns, and the rows."""


class QueryError(RuntimeError):
    """A query that was refused, with the query."""


class Asker:
    """Asks for one board's time range. Of a replay the store's time range is another one, that of its feed."""

    def __init__(self, prometheus: str, sql: Sql, span: Span, stored: Span | None = None) -> None:
        self.url = prometheus.rstrip("/")
        self._sql = sql
        self._span = span
        self._stored = stored or span

    def selection(self, board: Mapping[str, Any]) -> Selection:
        """Return what is selected when a board is opened."""
        chosen: dict[str, Chosen] = {}
        for variable in board["templating"]["list"]:
            options = self._options(variable)
            chosen[variable["name"]] = at_first(variable, options)
        return Selection(chosen)

    def table(self, target: Mapping[str, Any], selection: Selection, queries: int) -> Table:
        """Ask for rows. `queries` is how many the panel has: it decides on the name of the value."""
        if "rawSql" in target:
            return Table(*self._sql(self._stored.sql(selection.fill(target["rawSql"]))))
        value = "Value" if queries == 1 else f"Value #{target['refId']}"
        answer = self._instant(self._filled(target, selection))
        labels = sorted({label for one in answer for label in one["metric"] if label != "__name__"})
        rows = [
            {
                "Time": float(one["value"][0]),
                **{label: one["metric"].get(label, "") for label in labels},
                value: float(one["value"][1]),
            }
            for one in answer
        ]
        return Table(["Time", *labels, value], rows)

    def series(self, target: Mapping[str, Any], selection: Selection) -> list[Series]:
        """Ask Prometheus for values of now or over time, whichever the query wants."""
        expression, ref = self._filled(target, selection), target["refId"]
        if target.get("instant"):
            return [
                Series(self._name(target, one["metric"]), ref, [_point(one["value"])])
                for one in self._instant(expression)
            ]
        parameters = {
            "query": expression,
            "start": self._span.begin,
            "end": self._span.end,
            "step": self._span.step_s,
        }
        return [
            Series(self._name(target, one["metric"]), ref, [_point(value) for value in one["values"]])
            for one in self._get("query_range", parameters)
        ]

    def _filled(self, target: Mapping[str, Any], selection: Selection) -> str:
        return self._span.promql(selection.fill(target["expr"]))

    def _name(self, target: Mapping[str, Any], labels: Mapping[str, str]) -> str:
        legend: str = target["legendFormat"]
        return re.sub(r"\{\{\s*(\w+)\s*\}\}", lambda match: labels.get(match[1], ""), legend)

    def _options(self, variable: Mapping[str, Any]) -> list[str]:
        if variable["type"] == "custom":
            return offered(variable["query"])
        if variable["type"] != "query":
            return []
        expression = variable["query"]["query"].removeprefix("query_result(").removesuffix(")")
        pattern = re.compile(variable["regex"].strip("/").replace("(?<", "(?P<"))
        texts = []
        for one in self._instant(expression):
            labels = ",".join(f'{name}="{value}"' for name, value in sorted(one["metric"].items()))
            match = pattern.search(f"{{{labels}}} {one['value'][1]} {one['value'][0]}")
            if match is not None:
                texts.append((match["text"], match["value"]))
        return [value for _, value in sorted(texts)]

    def _instant(self, expression: str) -> list[Any]:
        return self._get("query", {"query": expression, "time": self._span.end})

    def _get(self, path: str, parameters: Mapping[str, object]) -> list[Any]:
        try:
            with urlopen(f"{self.url}/api/v1/{path}?{urlencode(parameters)}", timeout=60) as answer:
                result: list[Any] = json.load(answer)["data"]["result"]
                return result
        except HTTPError as error:
            said = error.read().decode(errors="replace")
            raise QueryError(f"Prometheus refuses {parameters['query']}: {said}") from error


def _point(value: tuple[float, str]) -> tuple[float, float]:
    return float(value[0]), float(value[1])
