"""A gauge that is replaced as a whole; where something was, 0 is told for a while, then nothing."""

from __future__ import annotations

from prometheus_client import CollectorRegistry

from streams.metrics.catalogue import OLDEST_OPEN
from streams.metrics.snapshot import Snapshot

A, B = ("27F1", "import", "1"), ("27F2", "export", "2")


class Clock:
    """A clock that is set."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def told(registry: CollectorRegistry) -> dict[tuple[str, ...], float]:
    (family,) = registry.collect()
    return {tuple(sample.labels.values()): sample.value for sample in family.samples}


def test_what_is_not_found_again_is_gone() -> None:
    registry = CollectorRegistry()
    gauge = Snapshot(OLDEST_OPEN, registry)
    assert told(registry) == {}
    gauge.replace({A: 1.0, B: 2.0})
    gauge.replace({B: 3.0})
    assert told(registry) == {B: 3.0}


def test_it_can_linger_as_0() -> None:
    registry, clock = CollectorRegistry(), Clock()
    gauge = Snapshot(OLDEST_OPEN, registry, 60.0, clock)
    gauge.replace({A: 1.0})
    clock.now = 50.0
    gauge.replace({B: 2.0})
    assert told(registry) == {A: 0.0, B: 2.0}
    clock.now = 60.0
    gauge.replace({})
    assert told(registry) == {A: 0.0, B: 0.0}
    clock.now = 61.0
    gauge.replace({})
    assert told(registry) == {B: 0.0}
    clock.now = 100.0
    gauge.replace({A: 4.0})
    assert told(registry) == {A: 4.0, B: 0.0}
    gauge.clear()
    assert told(registry) == {}
