"""The committed files are what the source makes, and there are no others."""

from __future__ import annotations

import json

import pytest
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import Dashboard

from boards import GRAFANA, boards
from grafana.source.files import made
from grafana.source.sources import ClickHouseQuery, register


def test_what_is_committed_is_what_the_source_makes() -> None:
    for path, content in made():
        assert (GRAFANA / path).read_text(encoding="utf-8") == content, f"{path}: run `make boards`"


def test_every_board_that_lies_there_is_made() -> None:
    assert {path.name for path in (GRAFANA / "dashboards").iterdir()} == {
        path.name for path, _ in made() if path.parts[0] == "dashboards"
    }


@pytest.mark.parametrize("name", boards())
def test_the_sdk_reads_a_board_and_writes_it_back_without_loss(name: str) -> None:
    register()
    board = boards()[name]
    read = Dashboard.from_json(board)
    assert json.loads(json.dumps(read, cls=JSONEncoder)) == board
    queries = [target for panel in read.panels or () for target in getattr(panel, "targets", None) or ()]
    assert {type(query).__name__ for query in queries} <= {"Dataquery", "ClickHouseQuery"}
    assert any(isinstance(query, ClickHouseQuery) for query in queries) == ("rawSql" in json.dumps(board))


def test_a_query_that_says_more_than_we_know_is_refused_not_cut() -> None:
    told = json.loads(json.dumps(ClickHouseQuery("SELECT 1", "A"), cls=JSONEncoder))
    assert ClickHouseQuery.from_json(told) == ClickHouseQuery("SELECT 1", "A")
    with pytest.raises(ValueError, match="query A says more"):
        ClickHouseQuery.from_json(told | {"builderOptions": {}})
