"""The records of declarations in columns: what rolling windows are computed from (decision 0016)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import compress
from typing import Final

import numpy as np
from numpy.typing import NDArray

from streams.core.vocabulary import INTERVAL_CODES

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

CODES: Final[tuple[str, ...]] = INTERVAL_CODES
"""The intervals that a record has spans of: the first axis of `starts`, `ends`, `elapsed` and `working`."""

NEVER: Final = 2**62
"""An instant that is not known, or not yet: after every other."""

NO_LENGTH: Final = -1


@dataclass(frozen=True, slots=True, eq=False)
class SpanBlock:
    """The records of n declarations, in columns.

    Instants are milliseconds since the epoch, floored, NEVER where there is none; lengths are whole seconds, -1 where
    there is none, and a span has both lengths or neither. `starts`, `ends`, `elapsed`, `working` and
    `backfilled` have the shape (15, n), in the order of CODES; an interval without a row has no instant and no length.
    `backfilled` says that a bound of it was entered in bulk after an outage. `versions` are the revisions
    of the declarations.

    A declaration that was cancelled before its release has its spans as if it had not been. It is told from one that
    was cancelled after by `cancelled < released`; where both are of one millisecond, its `released` has to be NEVER.
    """

    keys: list[str]
    versions: NDArray[np.uint32]
    offices: list[str | None]
    directions: list[str | None]
    channels: list[int | None]
    in_scope: Bools
    registered: Ints
    released: Ints
    cancelled: Ints
    starts: Ints
    ends: Ints
    elapsed: Ints
    working: Ints
    backfilled: Bools

    def __len__(self) -> int:
        return len(self.keys)

    def part(self, chosen: Bools) -> SpanBlock:
        """Return the records that are chosen by a mask of shape (n,), in their order."""
        mask = chosen.tolist()
        return SpanBlock(
            list(compress(self.keys, mask)),
            self.versions[chosen],
            list(compress(self.offices, mask)),
            list(compress(self.directions, mask)),
            list(compress(self.channels, mask)),
            self.in_scope[chosen],
            self.registered[chosen],
            self.released[chosen],
            self.cancelled[chosen],
            self.starts[:, chosen],
            self.ends[:, chosen],
            self.elapsed[:, chosen],
            self.working[:, chosen],
            self.backfilled[:, chosen],
        )
