"""Every expression of every board parses, and names only metrics and labels that there are."""

from __future__ import annotations

import re

import promql_parser
import pytest

from boards import Query, boards, queries
from grafana.reading.selection import Chosen, Selection
from grafana.reading.span import Span
from grafana.source import parts
from streams.alerts.catalogue import ALERTS
from streams.metrics.catalogue import CATALOGUE

SCRAPED = {"instance", "job"}
"""Labels that Prometheus gives to everything that it scrapes."""

ALERT = {"alertname", "alertstate", "severity", "component", "office"}
KNOWN: dict[str, set[str]] = {
    **{
        name: {*metric.labels, *SCRAPED, *({"le"} if name.endswith("_bucket") else ())}
        for metric in CATALOGUE
        for name in metric.exposed
    },
    "up": SCRAPED,
    "scrape_duration_seconds": SCRAPED,
    "ALERTS": ALERT,
    "ALERTS_FOR_STATE": ALERT - {"alertstate"},
}
"""The metrics of the catalogue and those that Prometheus makes itself, with their labels."""

EXPRESSIONS = [query for name in boards() for query in queries(name, "expr")]
VARIABLES = [variable for board in boards().values() for variable in board["templating"]["list"]]


def filled(query: Query) -> str:
    names = {variable["name"] for variable in VARIABLES}
    samples = {"window": "7d", "office": "27F1", "interval": "REG_REL"}
    selection = Selection({name: Chosen((samples.get(name, "import"),)) for name in names})
    return Span(0, 86_400).promql(selection.fill(query.target["expr"]))


@pytest.mark.parametrize("query", EXPRESSIONS, ids=str)
def test_an_expression_names_metrics_and_labels_that_there_are(query: Query) -> None:
    expression = filled(query)
    parsed = promql_parser.parse(expression)
    selectors: list[tuple[str, set[str]]] = []

    def visit(node: object) -> bool:
        vector = node.vector_selector if isinstance(node, promql_parser.MatrixSelector) else node
        if isinstance(vector, promql_parser.VectorSelector):
            selectors.append((vector.name, {matcher.name for matcher in vector.matchers.matchers}))
        return True

    promql_parser.walk(parsed, visit)
    assert selectors, expression
    for name, labels in selectors:
        assert name in KNOWN, expression
        assert labels <= KNOWN[name], expression


@pytest.mark.parametrize("query", EXPRESSIONS, ids=str)
def test_ages_are_against_the_clock_of_the_feed(query: Query) -> None:
    assert not re.search(r"\btime\(\)", query.target["expr"])


@pytest.mark.parametrize("query", EXPRESSIONS, ids=str)
def test_groups_are_by_labels_of_the_metrics_that_are_grouped(query: Query) -> None:
    expression = filled(query)
    made = set(re.findall(r'label_join\(.*?, "(\w+)", "', expression))

    def visit(node: object) -> bool:
        if isinstance(node, promql_parser.AggregateExpr) and node.modifier is not None:
            inner = re.findall(
                r"\b(release_\w+|up|ALERTS\w*|scrape_duration_seconds)\b", node.expr.prettify()
            )
            known = set().union(*(KNOWN[name] for name in inner if name in KNOWN)) | made
            assert set(node.modifier.labels) <= known, node.prettify()
        return True

    promql_parser.walk(promql_parser.parse(expression), visit)


def test_names_of_offices_are_asked_of_a_metric_that_there_is() -> None:
    asked = {variable["definition"] for variable in VARIABLES if variable["type"] == "query"}
    (definition,) = asked
    parsed = promql_parser.parse(definition.removeprefix("query_result(").removesuffix(")"))
    assert "release_office_info" in parsed.prettify()
    assert {"office", "name_vi", "name_en"} <= KNOWN["release_office_info"]


def test_every_alert_of_prometheus_has_words() -> None:
    assert set(parts.ALERTS) == set(ALERTS)
