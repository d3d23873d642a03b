"""Every elapsed target is an edge, beside the classes that are compared elsewhere."""

from __future__ import annotations

from pathlib import Path

from own_targets import own_reference
from streams.metrics.buckets import RELEASE_BUCKETS, bucket_edges
from streams.reference import load_reference


def test_every_elapsed_target_is_an_edge(tmp_path: Path) -> None:
    assert bucket_edges(own_reference(tmp_path)) == sorted({*RELEASE_BUCKETS, 2_100.0})


def test_the_shipped_edges() -> None:
    assert bucket_edges(load_reference(None)) == list(RELEASE_BUCKETS)
