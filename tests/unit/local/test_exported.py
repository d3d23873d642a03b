"""Which of a declaration's data leave the store, and under which names."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from builders import event
from stores import REPOSITORY
from streams.adapters.mapping import load_mapping
from streams.adapters.rows import Row
from streams.core.vocabulary import EVENT_TYPES
from streams.local.exported import of_case, of_event
from streams.store.cases import Case, CaseEvent

AT = dt.datetime(2026, 3, 2, 8, tzinfo=dt.timezone(dt.timedelta(hours=7)))


def told(event_type: str = "CLEARED", attrs: dict[str, Any] | None = None, **fields: Any) -> CaseEvent:
    return CaseEvent(event(event_type, "08:00:00", **fields), AT, attrs or {})


def test_an_event_says_what_when_who_and_how_sure() -> None:
    found = of_event(3, told(actor="CUSTOMS", message_code="VAD1AG", occurred_precision="minute"))
    assert found == {
        "concept:name": "CLEARED",
        "time:timestamp": AT,
        "lifecycle:transition": "complete",
        "org:resource": "CUSTOMS",
        "org:role": "CUSTOMS",
        "release:message_code": "VAD1AG",
        "release:event_id": "CLEARED-08:00:00-0-",
        "release:source": "SIM",
        "release:occurrence_no": 1,
        "release:place": 3,
        "release:precision": "minute",
        "release:clock": "SYSTEM",
        "release:is_backfill": False,
    }


@pytest.mark.parametrize(
    ("attrs", "resource", "group"),
    [
        ({}, "CUSTOMS", None),
        ({"office": "27F1"}, "CUSTOMS", "27F1"),
        ({"office": "27F1", "team": "Đội 2", "officer_hash": "ab12"}, "ab12", "Đội 2"),
    ],
)
def test_the_resource_is_the_officer_s_hash_and_the_group_the_team(
    attrs: dict[str, Any], resource: str, group: str | None
) -> None:
    found = of_event(1, told(attrs=attrs, actor="CUSTOMS"))
    assert (found["org:resource"], found.get("org:group")) == (resource, group)


def test_attributes_of_names_that_the_contract_lacks_stay_in_the_store() -> None:
    found = of_event(1, told(attrs={"officer_name": "a name", "trader_tax_no": "123", "hs2": "84"}))
    assert found["release:hs2"] == "84"
    assert not {"a name", "123"} & {str(value) for value in found.values()}


@pytest.mark.parametrize(
    ("said", "value"),
    [(True, True), ("high", "high"), (2, 2), ([1, {"a": 2}], '[1,{"a":2}]'), (2**63, "9223372036854775808")],
)
def test_what_the_schema_leaves_open_is_written_as_far_as_it_goes(said: Any, value: Any) -> None:
    assert of_event(1, told(attrs={"priority": said}))["release:priority"] == value


def test_amounts_are_always_numbers_with_a_fraction() -> None:
    found = of_event(1, told(attrs={"tax_vnd": 1_500_000, "value_usd": 0}))
    assert (repr(found["release:tax_vnd"]), repr(found["release:value_usd"])) == ("1500000.0", "0.0")


def test_a_case_has_the_declaration_s_columns_that_are_not_null() -> None:
    columns = {
        "declaration_key": "10000000001",
        "direction": "import",
        "office": None,
        "status": "open",
        "value_usd": 7,
    }
    assert of_case(Case(columns, [])) == {
        "concept:name": "10000000001",
        "release:direction": "import",
        "release:status": "open",
        "release:value_usd": 7.0,
    }


@pytest.mark.parametrize("precision", ["second", "minute", "day"])
@pytest.mark.parametrize("event_type", [name for name in EVENT_TYPES if name != "HEARTBEAT"])
def test_the_shipped_mapping_reads_every_type_back(event_type: str, precision: str) -> None:
    mapping = load_mapping(REPOSITORY / "mappings" / "exported.yaml")
    found = of_event(
        1, told(event_type, attrs={"channel": 2, "office": "27F1"}, occurred_precision=precision)
    )
    values = {**{key: str(value) for key, value in found.items()}, "case:concept:name": "10000000001"}
    values["time:timestamp"] = AT.isoformat()
    drafts = mapping.drafts(Row(1, values))
    assert drafts is not None
    assert [(draft.event_type, draft.event_id) for draft in drafts] == [
        (event_type, found["release:event_id"])
    ]
    kept = "day" if precision == "day" else "second"
    assert f'"occurred_precision":"{kept}"'.encode() in drafts[0].body
    assert mapping.needed - mapping.optional <= values.keys()
