"""Two documents of figures: what differs is told, all of it and nothing else, and by what it was moved."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import FACTS, LAST, THIS, H, leaf, report
from streams.core.figure_changes import FigureCause, changed_figures, figure_changes
from streams.core.report_facts import Enforced, Facts, YearFacts

SINGLE = st.one_of(
    st.integers(-3, 3),
    st.booleans(),
    st.sampled_from(["", "0", "true", "a"]),
    st.decimals(-9, 9, places=2, allow_nan=False),
)
MEMBERS = st.dictionaries(st.sampled_from(["n", "mean", "x", "kind"]), SINGLE | st.none(), max_size=4)
NAMED = st.lists(
    st.tuples(st.sampled_from("abcd"), st.sampled_from("pq"), MEMBERS), unique_by=lambda one: one[:2]
).map(lambda of: [{**rest, "office": office, "interval": code} for office, code, rest in of])
DOCUMENTS = st.recursive(
    SINGLE | MEMBERS | NAMED | st.lists(SINGLE, max_size=3),
    lambda inner: st.dictionaries(st.sampled_from(["total", "offices", "this", "n"]), inner, max_size=3),
    max_leaves=8,
)


def encoded(document: Any) -> bytes:
    return msgspec.json.Encoder(order="sorted", decimal_format="number").encode(document)


@given(DOCUMENTS)
def test_a_document_does_not_differ_from_itself(document: Any) -> None:
    assert changed_figures(encoded(document), encoded(copy.deepcopy(document))) == []


@given(DOCUMENTS, DOCUMENTS)
def test_what_differs_one_way_differs_the_other_way(old: Any, new: Any) -> None:
    there = {(one.path, one.old, one.new) for one in changed_figures(encoded(old), encoded(new))}
    back = {(one.path, one.new, one.old) for one in changed_figures(encoded(new), encoded(old))}
    assert there == back


SECTIONS = st.dictionaries(
    st.sampled_from(["27F1", "27B1", "none"]),
    st.dictionaries(
        st.tuples(st.sampled_from(["REG_REL", "DOC_REL"]), st.sampled_from(["export", "import"])),
        st.dictionaries(
            st.sampled_from(["n", "open_n", "mean"]), st.integers(1, 3) | st.none() | st.decimals(1, 2)
        ),
    ),
)
Sections = dict[str, dict[tuple[str, str], dict[str, Any]]]


def document_of(sections: Sections) -> bytes:
    """Figures as a report writes them: the elements of its lists are told apart by what they are of."""
    return encoded(
        {
            "offices": [
                {
                    "office": office,
                    "lengths": [
                        {"interval": code, "direction": direction, "this": values}
                        for (code, direction), values in lengths.items()
                    ],
                }
                for office, lengths in sections.items()
            ]
        }
    )


@given(SECTIONS, SECTIONS)
def test_every_figure_that_differs_is_told_and_no_other(old: Sections, new: Sections) -> None:
    def leaves(sections: Sections) -> dict[tuple[str, ...], Decimal]:
        return {
            ("offices", office, "lengths", *of, "this", name): Decimal(value)
            for office, lengths in sections.items()
            for of, values in lengths.items()
            for name, value in values.items()
            if value is not None
        }

    before, after = leaves(old), leaves(new)
    wanted = {
        path: (before.get(path), after.get(path))
        for path in before.keys() | after.keys()
        if before.get(path) != after.get(path)
    }
    found = {
        one.path: tuple(None if text is None else Decimal(text) for text in (one.old, one.new))
        for one in changed_figures(document_of(old), document_of(new))
        if one.path[-1] in ("n", "open_n", "mean")
    }
    assert found == wanted


@pytest.mark.parametrize(
    ("old", "new", "path", "texts"),
    [
        (1, 2, (), ("1", "2")),
        (True, 1, (), ("true", "1")),
        ({"a": None}, {"a": 0}, ("a",), (None, "0")),
        ({"a": Decimal("0.0000001")}, {"a": "x"}, ("a",), ("0.0000001", "x")),
        ({"a": 1}, 1, (), ('{"a":1}', "1")),
        ({"offices": []}, {"offices": [{"office": "27F1", "n": 0}]}, ("offices", "27F1"), (None, '{"n":0}')),
    ],
)
def test_how_values_are_told(old: Any, new: Any, path: tuple[str, ...], texts: tuple[str, str]) -> None:
    (one,) = changed_figures(encoded(old), encoded(new))
    assert (one.path, one.old, one.new) == (path, *texts)


def causes(new: Facts, declarations: int = 0, old: Facts = FACTS) -> dict[str, tuple[FigureCause, ...]]:
    """The causes of every figure of a report that changed, by its path."""
    before, after = (report(facts).figures.canonical() for facts in (old, new))
    return {"/".join(one.path): one.causes for one in figure_changes(before, after, declarations)}


def without(year: YearFacts, place: int) -> YearFacts:
    return msgspec.structs.replace(year, leaves=year.leaves[:place] + year.leaves[place + 1 :])


def test_outcomes_move_nothing_else() -> None:
    this = msgspec.structs.replace(THIS, enforced=(*THIS.enforced, Enforced("27B1", "seizure", 2, None)))
    found = causes(msgspec.structs.replace(FACTS, this=this))
    assert found == {
        "total/outcomes/seizure/this_count": ("outcomes",),
        "offices/27B1/outcomes/seizure/this_count": ("outcomes",),
    }


def test_an_office_that_comes_with_an_outcome_is_told_by_that_alone() -> None:
    this = msgspec.structs.replace(THIS, enforced=(*THIS.enforced, Enforced("27X9", "seizure", 2, None)))
    found = causes(msgspec.structs.replace(FACTS, this=this))
    assert set(found) == {"total/outcomes/seizure/this_count", "offices/27X9/outcomes/seizure/this_count"}
    assert set(found.values()) == {("outcomes",)}


def test_a_target_moves_itself_and_the_share_of_it() -> None:
    found = causes(msgspec.structs.replace(FACTS, targets={("all", "revenue_vnd"): Decimal(14)}))
    assert found == {
        "total/volumes/revenue_vnd/all/of_target": ("targets",),
        "total/volumes/revenue_vnd/all/target": ("targets",),
    }


def test_the_other_year_moves_its_own_figures_and_those_of_both() -> None:
    found = causes(msgspec.structs.replace(FACTS, last=without(LAST, 4)))
    assert set(found.values()) == {("other_year",)}
    assert {
        "total/lengths/REG_REL/import/last/n",
        "total/lengths/REG_REL/import/elapsed/raw_change_s",
    } <= set(found)


def test_the_year_itself_moves_its_own_figures_and_those_of_both() -> None:
    found = causes(msgspec.structs.replace(FACTS, this=without(THIS, 4)), declarations=10)
    assert set(found.values()) == {("declarations",)}
    assert "total/lengths/REG_REL/import/elapsed/this_mean_s" in found


def test_where_both_years_moved_a_figure_of_both_has_both() -> None:
    found = causes(Facts(without(THIS, 4), without(LAST, 4), FACTS.targets, FACTS.watermark_us), 10)
    assert found["total/lengths/REG_REL/import/elapsed/raw_change_s"] == ("declarations", "other_year")
    assert found["total/lengths/REG_REL/import/this/n"] == ("declarations",)
    assert found["total/lengths/REG_REL/import/last/n"] == ("other_year",)


def test_cancelled_declarations_are_no_declarations_that_differ() -> None:
    this = msgspec.structs.replace(
        THIS, leaves=(leaf("27F1", "export", "1", 60, H, cancelled_n=3), *THIS.leaves[1:])
    )
    found = causes(msgspec.structs.replace(FACTS, this=this))
    assert set(found.values()) == {("cancelled",)}
    assert len(found) == 2


def test_only_what_declarations_moved_says_how_many_differ() -> None:
    new = Facts(without(THIS, 4), LAST, {}, FACTS.watermark_us)
    found = figure_changes(report().figures.canonical(), report(new).figures.canonical(), 7)
    assert {("declarations" in one.causes, one.declarations) for one in found} == {(True, 7), (False, 0)}
