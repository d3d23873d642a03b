"""When windows count as settled."""

from __future__ import annotations

import pytest

from benchmarks.settling import Progress


@pytest.mark.parametrize(
    ("progress", "end", "complete"),
    [
        (Progress(True, 7), 7, True),
        (Progress(True, 8), 7, True),
        (Progress(True, 6), 7, False),
        (Progress(False, 7), 7, False),
        (Progress(True, 0), 0, True),
    ],
)
def test_settled_is_settled_from_everything_told(progress: Progress, end: int, complete: bool) -> None:
    assert progress.complete(end) is complete
