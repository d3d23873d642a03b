"""Columns grow by half, keep what they have, and fill what is new."""

from __future__ import annotations

import numpy as np

from streams.core.growing import grown


def test_room_is_used_first() -> None:
    column = np.arange(10)
    assert grown(column, 10) is column


def test_a_copy_has_half_as_much_room_again() -> None:
    column = np.arange(2_000, dtype=np.int32).reshape(2, 1_000)
    found = grown(column, 1_001, -1)
    assert found.shape == (2, 1_500)
    assert found.dtype == np.int32
    assert found[:, :1_000].tolist() == column.tolist()
    assert set(found[:, 1_000:].ravel().tolist()) == {-1}


def test_the_first_room_and_large_wishes() -> None:
    assert grown(np.zeros(0), 1).shape == (256,)
    assert grown(np.zeros(300), 5_000).shape == (5_000,)
