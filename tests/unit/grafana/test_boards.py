"""Every board is whole: numbers once, variables used, both languages, looks set, links that keep what is selected."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from boards import boards, queries, texts
from grafana.reading.selection import used
from grafana.source.colours import PALETTE
from grafana.source.links import UIDS

NAMES = list(boards())
ALL = pytest.mark.parametrize("name", NAMES)
VIETNAMESE = re.compile(
    r"[àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ]", re.IGNORECASE
)


def panels(name: str) -> list[dict[str, Any]]:
    return [panel for panel in boards()[name]["panels"] if panel["type"] != "row"]


def test_the_five_boards_have_the_uids_that_alerts_link_to() -> None:
    assert {name: board["uid"] for name, board in boards().items()} == UIDS
    assert sorted(UIDS.values()) == [
        "release-analysis",
        "release-office",
        "release-open",
        "release-operations",
        "release-pipeline",
    ]


@ALL
def test_numbers_of_panels_and_names_of_queries_are_there_once(name: str) -> None:
    numbers = [panel["id"] for panel in boards()[name]["panels"]]
    assert len(set(numbers)) == len(numbers)
    for panel in panels(name):
        refs = [target["refId"] for target in panel.get("targets") or ()]
        assert len(set(refs)) == len(refs), panel["title"]
        uids = {target["datasource"]["uid"] for target in panel.get("targets") or ()}
        assert panel["type"] == "text" or uids == {panel["datasource"]["uid"]}, panel["title"]


@ALL
def test_panels_lie_on_the_grid_and_not_on_each_other(name: str) -> None:
    taken: set[tuple[int, int]] = set()
    for panel in boards()[name]["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        assert all(x < 24 for x, _ in cells), panel["title"]
        taken |= cells


@ALL
def test_every_variable_is_used_and_every_one_that_is_used_is_there(name: str) -> None:
    board = boards()[name]
    defined = {variable["name"] for variable in board["templating"]["list"]}
    asked = [*queries(name, "expr"), *queries(name, "rawSql")]
    in_queries = {word for query in asked for word in used(json.dumps(query.target))}
    in_all = {word for panel in board["panels"] for text in texts(panel) for word in used(text)}
    assert in_queries <= defined
    assert in_all <= defined
    assert defined <= in_queries


@ALL
def test_titles_and_descriptions_are_in_both_languages(name: str) -> None:
    for panel in [*boards()[name]["panels"], boards()[name]]:
        vi, between, en = panel["title"].partition(" · ")
        assert (between and en) or panel["title"] == "Prometheus", panel["title"]
        assert not VIETNAMESE.search(en), panel["title"]
    for panel in panels(name):
        if panel["type"] != "text":
            vi, _, en = panel["description"].partition("\n\n")
            assert VIETNAMESE.search(vi), panel["title"]
            assert en, panel["title"]
            assert not VIETNAMESE.search(en), panel["title"]


@ALL
def test_every_panel_has_a_unit_thresholds_and_a_word_for_nothing(name: str) -> None:
    for panel in panels(name):
        if panel["type"] == "text":
            continue
        defaults = panel["fieldConfig"]["defaults"]
        assert defaults["unit"], panel["title"]
        assert " · " in defaults["noValue"], panel["title"]
        assert defaults["thresholds"]["steps"], panel["title"]


@ALL
def test_colours_are_those_that_everybody_can_tell_apart(name: str) -> None:
    given = {
        text for panel in panels(name) for text in texts(panel) if re.fullmatch(r"#[0-9A-Fa-f]{6}", text)
    }
    assert given <= set(PALETTE)
    named = {
        step["color"] for panel in panels(name) for step in _steps(panel) if not step["color"].startswith("#")
    }
    assert named <= {"text"}
    for panel in panels(name):
        mode = panel.get("fieldConfig", {}).get("defaults", {}).get("color", {}).get("mode", "fixed")
        assert mode in {"fixed", "shades", "thresholds", "continuous-blues"}, panel["title"]


@ALL
def test_series_that_differ_in_colour_differ_in_line_style_too(name: str) -> None:
    for panel in panels(name):
        if panel["type"] != "timeseries":
            continue
        styles = [
            (
                properties["color"]["fixedColor"],
                tuple(properties["custom.lineStyle"].get("dash", ())),
            )
            for override in panel["fieldConfig"]["overrides"]
            if "custom.lineStyle"
            in (properties := {one["id"]: one["value"] for one in override["properties"]})
        ]
        first = styles[:4]
        assert len({dash for _, dash in first}) == len(first), panel["title"]


def _steps(panel: dict[str, Any]) -> list[dict[str, Any]]:
    found = list(panel.get("fieldConfig", {}).get("defaults", {}).get("thresholds", {}).get("steps", []))
    for override in panel.get("fieldConfig", {}).get("overrides", []):
        for one in override["properties"]:
            if one["id"] == "thresholds":
                found += one["value"]["steps"]
    return found


@ALL
def test_links_lead_to_boards_and_keep_office_and_time_range(name: str) -> None:
    links = [
        text
        for panel in panels(name)
        for text in texts(panel.get("fieldConfig", {}))
        if text.startswith("/d/")
    ]
    for link in links:
        uid = link.split("/")[2]
        assert uid in UIDS.values(), link
        assert "${__url_time_range}" in link
        assert "${office:queryparam}" in link or "var-office=${__data.fields.office}" in link
    for menu in boards()[name]["links"]:
        assert menu["keepTime"]
        assert menu["includeVars"]


@ALL
def test_links_set_variables_that_the_other_board_has(name: str) -> None:
    names = {
        board["uid"]: {variable["name"] for variable in board["templating"]["list"]}
        for board in boards().values()
    }
    for panel in panels(name):
        for link in texts(panel.get("fieldConfig", {})):
            if link.startswith("/d/"):
                given = set(re.findall(r"var-(\w+)=|\$\{(\w+):queryparam\}", link))
                assert {one or other for one, other in given} <= names[link.split("/")[2]], link


@ALL
def test_every_board_begins_with_whether_the_data_is_complete(name: str) -> None:
    first = panels(name)[0]
    assert first["title"] == "Dữ liệu có đầy đủ không? · Is the data complete?"
    assert first["gridPos"]["y"] == 0
    words = first["fieldConfig"]["defaults"]["mappings"][0]["options"]
    assert "DATA INCOMPLETE" in words["1"]["text"]
    assert "DATA INCOMPLETE" in words["6"]["text"]
    assert words["0"]["color"] != words["1"]["color"]


@ALL
def test_a_table_names_every_column_in_both_languages(name: str) -> None:
    for panel in panels(name):
        if panel["type"] != "table" or panel["transformations"][-1]["id"] != "organize":
            continue
        renamed = panel["transformations"][-1]["options"]["renameByName"]
        overridden = {override["matcher"]["options"] for override in panel["fieldConfig"]["overrides"]}
        assert set(renamed.values()) == overridden, panel["title"]
        assert len(set(renamed.values())) == len(renamed), panel["title"]
