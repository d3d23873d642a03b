"""The tables of the reference are those of the code."""

from __future__ import annotations

import pytest

from stores import REPOSITORY
from streams.metrics.catalogue import CATALOGUE
from streams.metrics.page import tables, with_tables

PAGE = REPOSITORY / "docs" / "reference" / "metrics.md"


def test_the_page_has_the_tables_as_they_are_made_now() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text == with_tables(text), "run: python -m streams.metrics.page docs/reference/metrics.md"


def test_every_metric_has_a_row() -> None:
    rows = tables()["metrics"].splitlines()[2:]
    assert [row.split("`")[1] for row in rows] == [one.name for one in CATALOGUE]


def test_a_page_without_a_mark_is_refused() -> None:
    with pytest.raises(ValueError, match="metrics"):
        with_tables("<!-- table metrics, made by hand -->\n<!-- end -->\n")
