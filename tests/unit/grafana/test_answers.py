"""Tables are put together as Grafana's transformations do."""

from __future__ import annotations

import pytest

from grafana.reading.answers import Table, merged, transformed


def test_rows_that_agree_where_all_tables_have_a_column_become_one() -> None:
    names = Table(
        ["Time", "office", "says", "Value #A"],
        [
            {"Time": 1.0, "office": "27F1", "says": "Thanh Hóa", "Value #A": 1.0},
            {"Time": 1.0, "office": "27B1", "says": "Na Mèo", "Value #A": 1.0},
        ],
    )
    opened = Table(["Time", "office", "Value #B"], [{"Time": 1.0, "office": "27F1", "Value #B": 5.0}])
    table = merged([names, opened])
    assert table.columns == ["Time", "office", "says", "Value #A", "Value #B"]
    assert table.rows == [
        {"Time": 1.0, "office": "27F1", "says": "Thanh Hóa", "Value #A": 1.0, "Value #B": 5.0},
        {"Time": 1.0, "office": "27B1", "says": "Na Mèo", "Value #A": 1.0},
    ]


def test_rows_that_differ_in_another_column_stay_apart() -> None:
    one = Table(["office", "n"], [{"office": "27F1", "n": 1}, {"office": "27F1", "n": 2}])
    assert merged([one]).rows == one.rows


def test_columns_are_hidden_ordered_and_named() -> None:
    table = Table(["Time", "office", "Value"], [{"Time": 1.0, "office": "27F1", "Value": 5.0}])
    options = {
        "excludeByName": {"Time": True},
        "indexByName": {"Value": 0, "office": 1},
        "renameByName": {"Value": "Open", "office": "Office"},
    }
    organized = transformed([table], [{"id": "organize", "options": options}])
    assert organized.columns == ["Value", "office"]
    assert [organized.title(column) for column in organized.columns] == ["Open", "Office"]


def test_a_matrix_has_a_column_for_each_value_of_a_label() -> None:
    rows = [
        {"office": "27F1", "stands": "payment/bank", "Value": 2.0},
        {"office": "27B1", "stands": "payment/bank", "Value": 1.0},
        {"office": "27F1", "stands": "held/customs", "Value": 3.0},
    ]
    options = {"columnField": "office", "rowField": "stands", "valueField": "Value", "emptyValue": "zero"}
    table = transformed(
        [Table(["office", "stands", "Value"], rows)], [{"id": "groupingToMatrix", "options": options}]
    )
    assert table.columns == ["stands\\office", "27F1", "27B1"]
    assert table.rows == [
        {"stands\\office": "payment/bank", "27F1": 2.0, "27B1": 1.0},
        {"stands\\office": "held/customs", "27F1": 3.0, "27B1": 0},
    ]


def test_what_is_not_known_is_an_error() -> None:
    with pytest.raises(ValueError, match="calculateField is not known"):
        transformed([Table([], [])], [{"id": "calculateField", "options": {}}])
    with pytest.raises(ValueError, match="2 tables are left"):
        transformed([Table([], []), Table([], [])], [])
