"""The metrics follow the reference data: its offices are labels, its elapsed targets are bucket edges."""

from __future__ import annotations

from pathlib import Path

from streams.metrics.registry import RELEASE_BUCKETS, Metrics
from streams.reference import load_reference

OWN = """
reference: 1
defaults: {calendar: plain, zone: Asia/Ho_Chi_Minh}
calendars:
  - {name: plain, hours: {mon-fri: [07:30-11:30]}}
offices:
  - {code: 11B1, name: {vi: a, en: b}}
targets:
  - {interval: REG_REL, clock: elapsed, limit: 35 min}
  - {interval: REG_REL, clock: elapsed, limit: 2 h, direction: export}
  - {interval: INSP, clock: working, limit: 7 h}
"""


def edges(metrics: Metrics) -> list[float]:
    metrics.release_time.labels("a", "b", "c", "d").observe(1)
    (family,) = metrics.release_time.collect()
    told = [sample.labels["le"] for sample in family.samples if sample.name.endswith("_bucket")]
    return [float(edge) for edge in told]


def test_offices_outside_the_table_are_other() -> None:
    offices = Metrics(load_reference(None)).offices
    assert [offices.of(code) for code in ("27F1", "27ZZ", "27NJ", "99XX", None)] == [
        *("27F1", "27ZZ"),
        *("other", "other", "none"),
    ]


def test_every_elapsed_target_is_an_edge(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(OWN, encoding="utf-8")
    told = edges(Metrics(load_reference(path)))
    assert told == sorted({*RELEASE_BUCKETS, 2_100.0, float("inf")})
    assert Metrics(load_reference(path)).offices.of("27F1") == "other"


def test_the_shipped_edges() -> None:
    assert edges(Metrics(load_reference(None))) == [*RELEASE_BUCKETS, float("inf")]
