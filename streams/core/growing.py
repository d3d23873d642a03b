"""Columns that grow: numpy arrays with room for more along their last axis."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

_LEAST: Final = 256


def grown(column: NDArray[Any], wanted: int, fill: int = 0) -> NDArray[Any]:
    """Return the column itself where it has room for `wanted` entries, else a copy with half as much room again."""
    room = column.shape[-1]
    if wanted <= room:
        return column
    larger = np.full((*column.shape[:-1], max(wanted, room + room // 2, _LEAST)), fill, column.dtype)
    larger[..., :room] = column
    return larger
