"""The bucket edges of release times."""

from __future__ import annotations

from typing import Final

from streams.core.reference import Reference

RELEASE_BUCKETS: Final = (
    60.0,
    600.0,
    1_800.0,
    3_600.0,
    7_200.0,
    14_400.0,
    28_800.0,
    57_600.0,
    86_400.0,
    172_800.0,
    259_200.0,
    432_000.0,
    1_296_000.0,
    2_592_000.0,
)
"""Edges in seconds: minutes, the legal 2 h and 8 h, then 1, 2, 3, 5, 15 and 30 days (domain, sections 7 and 10).

The elapsed targets of the reference data are edges beside these."""


def bucket_edges(reference: Reference) -> list[float]:
    """Return the edges of elapsed lengths: the fixed ones and every elapsed target, so that `le` can ask for it."""
    targets = {float(target.seconds) for target in reference.targets if target.clock == "elapsed"}
    return sorted(targets.union(RELEASE_BUCKETS))
