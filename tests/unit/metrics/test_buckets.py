"""Every elapsed target is an edge, beside the classes that are compared elsewhere."""

from __future__ import annotations

from pathlib import Path

from streams.metrics.buckets import RELEASE_BUCKETS, bucket_edges
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


def test_every_elapsed_target_is_an_edge(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(OWN, encoding="utf-8")
    assert bucket_edges(load_reference(path)) == sorted({*RELEASE_BUCKETS, 2_100.0})


def test_the_shipped_edges() -> None:
    assert bucket_edges(load_reference(None)) == list(RELEASE_BUCKETS)
