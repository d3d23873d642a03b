"""The counter of verdicts: there from the start, with few label values whatever is told."""

from __future__ import annotations

from prometheus_client import CollectorRegistry

from streams.metrics.decisions import Decisions
from streams.metrics.news import DecisionNews
from streams.reference import load_reference


def samples(registry: CollectorRegistry) -> dict[tuple[str, ...], float]:
    (family,) = registry.collect()
    order = ("office", "direction", "channel", "interval", "verdict")
    return {tuple(one.labels[name] for name in order): one.value for one in family.samples}


def test_every_known_place_begins_at_0() -> None:
    registry = CollectorRegistry()
    Decisions(load_reference(None), registry)
    told = samples(registry)
    assert set(told.values()) == {0.0}
    assert told.keys() == {
        (office, direction, channel, interval, verdict)
        for office in ("27ZZ", "27B1", "27F1", "27F2")
        for direction in ("import", "export")
        for channel in ("1", "2", "3")
        for interval in ("DOC_LIMIT", "INSP")
        for verdict in ("within_target", "late")
    }


def test_unknown_offices_share_one_label() -> None:
    registry = CollectorRegistry()
    decisions = Decisions(load_reference(None), registry)
    decisions.seen()
    decisions.take(DecisionNews([(f"99{n:02}", "import", 2, "DOC_LIMIT", "late", n) for n in range(50)]))
    decisions.take(DecisionNews([(None, None, None, "DOC_LIMIT", "late", 2)]))
    told = {place: value for place, value in samples(registry).items() if value}
    assert told == {
        ("other", "import", "2", "DOC_LIMIT", "late"): sum(range(50)),
        ("none", "none", "none", "DOC_LIMIT", "late"): 2,
    }


def test_what_is_told_before_anybody_asked_counts_after_the_first_who_did() -> None:
    registry = CollectorRegistry()
    decisions = Decisions(load_reference(None), registry)
    place = ("27F1", "import", "2", "DOC_LIMIT", "late")
    for count in (3, 4):
        decisions.take(DecisionNews([("27F1", "import", 2, "DOC_LIMIT", "late", count)]))
    assert samples(registry)[place] == 0.0
    decisions.seen()
    assert samples(registry)[place] == 7.0
    decisions.take(DecisionNews([("27F1", "import", 2, "DOC_LIMIT", "late", 1)]))
    decisions.seen()
    assert samples(registry)[place] == 8.0
