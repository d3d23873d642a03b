"""Values as people read them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from grafana.drawing.shown import colour, config_of, text
from grafana.source.colours import ACT, CALM, WATCH
from grafana.source.looks import Limits, Look


def config(look: Look) -> dict[str, Any]:
    given = {one.id_val: one.value for one in look.properties()}
    given["thresholds"] = {
        "steps": [step.to_json() | {"value": step.value} for step in given["thresholds"].steps]
    }
    if "mappings" in given:
        given["mappings"] = [
            {"options": {key: one.to_json() for key, one in mapping.options.items()}}
            for mapping in given["mappings"]
        ]
    return given


@pytest.mark.parametrize(
    ("value", "unit", "decimals", "shown"),
    [
        (49_267, "dtdhms", 0, "13:41:07"),
        (3_888_033, "dtdhms", 0, "45 d 00:00:33"),
        (1_234_567.0, "locale", 0, "1,234,567"),
        (0.953, "percentunit", 1, "95.3 %"),
        (-13.68, "suffix:h", 1, "-13.7 h"),
        (2026, "none", 0, "2026"),
        (1_764_331_200_000, "time:YYYY-MM-DD HH:mm", None, "2025-11-28 19:00"),
        (dt.datetime(2026, 3, 1, tzinfo=dt.UTC), "time:YYYY-MM", None, "2026-03"),
        (dt.datetime(2026, 3, 1, 2, 30), "time:YYYY-MM-DD HH:mm:ss", None, "2026-03-01 09:30:00"),  # noqa: DTZ001
        (None, "locale", 0, "–"),
        (float("nan"), "locale", 0, "–"),
    ],
)
def test_a_value_in_its_unit(value: Any, unit: str, decimals: int | None, shown: str) -> None:
    assert text(value, {"unit": unit, "decimals": decimals, "noValue": "–"}) == shown


def test_words_stand_in_place_of_values_whatever_their_type() -> None:
    look = Look("string", None, said={"1": ("có · yes", CALM), "true": ("có · yes", CALM)})
    assert text(1.0, config(look)) == text("true", config(look)) == "có · yes"
    assert colour(1, config(look)) == CALM
    assert text("other", config(look)) == "other"


@pytest.mark.parametrize(
    ("limits", "value", "shade"),
    [
        (Limits(10, 20), 9.9, CALM),
        (Limits(10, 20), 10, WATCH),
        (Limits(10, 20), 20, ACT),
        (Limits(0.95, 0.9), 0.96, CALM),
        (Limits(0.95, 0.9), 0.92, WATCH),
        (Limits(0.95, 0.9), 0.89, ACT),
    ],
)
def test_limits_rise_or_fall(limits: Limits, value: float, shade: str) -> None:
    assert colour(value, config(Look(limits=limits))) == shade


def test_without_limits_nothing_is_judged() -> None:
    assert colour(5, config(Look())) is None


def test_overrides_go_by_name_or_by_query() -> None:
    panel = {
        "fieldConfig": {
            "defaults": {"unit": "locale"},
            "overrides": [
                {"matcher": {"id": "byName", "options": "a"}, "properties": [{"id": "unit", "value": "s"}]},
                {
                    "matcher": {"id": "byFrameRefID", "options": "B"},
                    "properties": [{"id": "unit", "value": "cps"}],
                },
            ],
        }
    }
    assert [config_of(panel, name, ref)["unit"] for name, ref in (("a", "A"), ("b", "B"), ("c", "C"))] == [
        "s",
        "cps",
        "locale",
    ]
