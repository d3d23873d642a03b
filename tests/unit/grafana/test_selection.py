"""Selections in queries, as Grafana's documentation says that they are written."""

from __future__ import annotations

import re

import pytest

from grafana.reading.selection import Chosen, Selection, at_first, offered, used

OFFICES = Chosen(("27B1", "27F1"))
SELECTION = Selection(
    {
        "office": OFFICES,
        "one": Chosen(("27F1",)),
        "direction": Chosen(("import", "export"), every=True, all_value="(all)?"),
        "every": Chosen(("a", "b"), every=True),
        "odd": Chosen(("it's (a) test",)),
    }
)


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("${office:regex}", "(27B1|27F1)"),
        ("$office", "(27B1|27F1)"),
        ("${one:regex}", "27F1"),
        ("${office:singlequote}", "'27B1','27F1'"),
        ("${odd:singlequote}", r"'it\'s (a) test'"),
        ("${odd:sqlstring}", "'it''s (a) test'"),
        ("${odd:regex}", r"it's \(a\) test"),
        ("${office:text}", "27B1 + 27F1"),
        ("$direction.*", "(all)?.*"),
        ("${direction:singlequote}", "(all)?"),
        ("${every:text}", "All"),
        ("${every:regex}", "(a|b)"),
        ("${office:queryparam}", "var-office=27B1&var-office=27F1"),
        ("${every:queryparam}", "var-every=%24__all"),
        ("$__rate_interval ${__url_time_range}", "$__rate_interval ${__url_time_range}"),
    ],
)
def test_a_selection_is_written_in_its_format(text: str, filled: str) -> None:
    assert SELECTION.fill(text) == filled


def test_all_fits_gauges_with_a_roll_up_and_those_without() -> None:
    rolled, plain = SELECTION.fill("$direction"), SELECTION.fill("$direction.*")
    labels = ("all", "import", "export", "none")
    assert [label for label in labels if re.fullmatch(rolled, label)] == ["all"]
    assert [label for label in labels if re.fullmatch(plain, label)] == list(labels)
    one = SELECTION.with_(direction="import")
    assert [label for label in labels if re.fullmatch(one.fill("$direction.*"), label)] == ["import"]


def test_an_unknown_variable_or_format_is_an_error() -> None:
    with pytest.raises(KeyError):
        SELECTION.fill("$nobody")
    with pytest.raises(ValueError, match="format 'lucene'"):
        SELECTION.fill("${office:lucene}")


def test_grafanas_own_variables_are_not_ours() -> None:
    assert used("$office ${direction:text} $__range ${__data.fields.office}") == {"office", "direction"}


def test_values_of_a_list_stand_behind_the_colon() -> None:
    assert offered(r"nhập khẩu · import : import, a\, b : x,plain") == ["import", "x", "plain"]


def test_what_a_board_opens_with() -> None:
    every = {"type": "custom", "current": {"value": "$__all"}, "allValue": "(all)?"}
    assert at_first(every, ["a", "b"]) == Chosen(("a", "b"), every=True, all_value="(all)?")
    assert at_first({"type": "custom", "current": {"value": "7d"}}, ["1h", "7d"]) == Chosen(("7d",))
    assert at_first({"type": "textbox", "query": ""}, []) == Chosen(("",))
