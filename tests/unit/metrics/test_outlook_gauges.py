"""The outlook as metrics: offices outside the table are added up, what is no more open is 0 for a while."""

from __future__ import annotations

from prometheus_client import CollectorRegistry

from streams.metrics.news import OutlookNews
from streams.metrics.outlook_gauges import OutlookGauges

BREACHES = [0.0, 0.5, 1.0, 1.5, 2.0]


def told(registry: CollectorRegistry, name: str) -> dict[tuple[str, ...], float]:
    return {
        tuple(sample.labels.values()): sample.value
        for family in registry.collect()
        if family.name == name
        for sample in family.samples
    }


def test_an_outlook_replaces_the_one_before() -> None:
    registry = CollectorRegistry()
    gauges = OutlookGauges(("27F1", "27F2"), registry, 60.0)
    gauges.take(
        OutlookNews(
            [
                ("27F1", "import", "INSP", 3, BREACHES),
                ("99AA", "export", "INSP", 2, BREACHES),
                ("99BB", "export", "INSP", 4, BREACHES),
                ("none", "none", "INSP", 1, BREACHES),
            ]
        )
    )
    assert told(registry, "release_past_target_declarations") == {
        ("27F1", "import", "INSP"): 3.0,
        ("other", "export", "INSP"): 6.0,
        ("none", "none", "INSP"): 1.0,
    }
    expected = told(registry, "release_expected_breaches")
    assert {labels[3] for labels in expected} == {"1h", "4h", "8h", "24h", "ever"}
    assert expected["other", "export", "INSP", "ever"] == 4.0
    assert expected["27F1", "import", "INSP", "4h"] == 0.5
    gauges.take(OutlookNews([("27F2", "import", "INSP", 7, BREACHES)]))
    past = told(registry, "release_past_target_declarations")
    assert past == {
        ("27F1", "import", "INSP"): 0.0,
        ("other", "export", "INSP"): 0.0,
        ("none", "none", "INSP"): 0.0,
        ("27F2", "import", "INSP"): 7.0,
    }
    gauges.clear()
    assert told(registry, "release_past_target_declarations") == {}
