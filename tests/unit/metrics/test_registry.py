"""The metrics are those of the catalogue, and follow the reference data."""

from __future__ import annotations

from pathlib import Path

import pytest
from prometheus_client import generate_latest

from own_targets import own_reference
from streams.metrics.catalogue import CATALOGUE, Kind
from streams.metrics.registry import Metrics
from streams.metrics.series import Detail
from streams.reference import load_reference


@pytest.fixture
def own(tmp_path: Path) -> Metrics:
    return Metrics(own_reference(tmp_path))


def test_every_metric_of_the_catalogue_is_there_as_declared_and_no_other() -> None:
    described = {}
    for collector in Metrics(load_reference(None)).registry._collector_to_names:
        labels = getattr(collector, "_labelnames", None)
        for family in getattr(collector, "describe", collector.collect)():
            name = f"{family.name}_total" if family.type == "counter" else family.name
            own = getattr(family, "_labelnames", None) if labels is None else labels
            described[name] = (family.type, tuple(own or ()), family.documentation)
    assert described == {one.name: (one.kind.value, one.labels, f"{one.help}.") for one in CATALOGUE}


def test_names_are_said_once_and_as_prometheus_wants_them() -> None:
    names = [one.name for one in CATALOGUE]
    assert len(set(names)) == len(names)
    for one in CATALOGUE:
        assert one.name.startswith("release_")
        assert one.name.endswith("_total") == (one.kind is Kind.COUNTER)
        assert not one.help.endswith(".")


def test_the_names_of_series() -> None:
    exposed = {one.name: one.exposed for one in CATALOGUE}
    assert exposed["release_time_seconds"] == tuple(
        f"release_time_seconds_{part}" for part in ("bucket", "sum", "count")
    )
    assert exposed["release_events_total"] == ("release_events_total",)


def test_offices_outside_the_table_are_other(own: Metrics) -> None:
    offices = Metrics(load_reference(None)).offices
    assert [offices.of(code) for code in ("27F1", "27ZZ", "27NJ", "99XX", None)] == [
        *("27F1", "27ZZ"),
        *("other", "other", "none"),
    ]
    assert own.offices.of("27F1") == "other"


def test_what_an_alert_may_ask_for_is_there_from_the_start(own: Metrics) -> None:
    of = own.registry.get_sample_value
    place = {"office": "11B1", "direction": "export", "channel": "3"}
    for interval in ("REG_REL", "INSP"):
        for verdict in ("within_target", "late"):
            assert (
                of("release_decisions_total", {**place, "interval": interval, "verdict": verdict}) == 0.0
            ), interval
    assert of("release_channel_assigned_total", place) == 0.0
    assert of("release_rejected_total", {"reason": "future"}) == 0.0


def test_no_series_tells_when_a_counter_was_made(own: Metrics) -> None:
    assert b"_created" not in generate_latest(own.registry)


def test_the_budget_and_what_is_given_up_for_it_are_told() -> None:
    metrics = Metrics(load_reference(None), Detail(False, True), 25_000)
    of = metrics.registry.get_sample_value
    assert of("release_metric_series_budget") == 25_000
    assert of("release_metric_detail_dropped", {"metric": "release_window_seconds"}) == 1
    assert of("release_metric_detail_dropped", {"metric": "release_time_seconds"}) == 0
